package org.mutirao.master.door;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.units.HostPort;

/** Whether this master leads, and the way to the one that does. Safe for any thread. */
public interface LeaderRoute {
    /** Whether this master has no group, and so always leads. */
    boolean isAlone();

    /** Completes when this master knows whether it leads; one that is alone reads its log first. */
    CompletableFuture<Void> settled();

    /** Whether another master leads, or none. */
    boolean isElsewhere();

    /** Where the other one that leads is asked; empty if none is known. */
    Optional<HostPort> leader();

    /** Who leads, in a sentence for people. */
    String whoLeads();

    /**
     * Asks the one that leads. Completes on any thread; exceptionally when there is none, or it does not answer.
     *
     * @param dialect what to ask in, so that the leader knows whom it deals with
     * @param badge of the one for whom it is asked; empty for one who may do everything
     */
    CompletableFuture<Reply> ask(Request request, Dialect dialect, Optional<Badge> badge);

    /** The same for this master, or for one who may do everything. */
    default CompletableFuture<Reply> ask(Request request, Dialect dialect) {
        return ask(request, dialect, Optional.empty());
    }

    /** What tells a program of ours where to ask. */
    default Reply redirect() {
        return new Reply.NotLeader(leader(), whoLeads());
    }
}
