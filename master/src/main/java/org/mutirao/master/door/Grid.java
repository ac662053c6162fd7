package org.mutirao.master.door;

import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.mutirao.master.channel.ChannelListener;
import org.mutirao.master.cluster.GroupView;
import org.mutirao.master.watch.Scope;
import org.mutirao.master.watch.Views;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.room.Entrant;
import org.mutirao.protocol.room.RoomCertificate;
import org.mutirao.protocol.room.RoomSecrets;
import org.mutirao.protocol.wire.OpenAddresses;

/** All that a face, or any other outer part, may touch of a master. Safe for any thread. */
public interface Grid {
    /** Asks; exactly one reply comes, on any thread, never exceptionally. */
    CompletableFuture<Reply> ask(Request request, Origin origin);

    /** What can be looked at without asking. */
    Views views();

    /** The files of packages and results. */
    GridFiles files();

    /** Tells a listener how the channel stands, then of all that is new. On the master's loop: it must neither block nor throw. */
    void channelFrom(ChannelListener listener);

    /** This master among the others. */
    GroupView group();

    /** The application clock, by which everything is dated that others may see. */
    InstantSource clock();

    /** A monotonic clock, in nanoseconds. */
    LongSupplier ticker();

    /** With which it shows who it is in a room with a key; empty in one without. */
    Optional<RoomCertificate> certificate();

    /** The secrets with which others come in; empty in a room without a key. */
    Optional<RoomSecrets> secrets();

    /** From where programs are let in that know none of these secrets; empty in a room without a key, where all are. */
    Optional<OpenAddresses> openTo();

    /** The jobs that are there for one who came in so. */
    Scope scopeOf(Entrant entrant);

    /** For whom a badge is; empty if that was not said. */
    String holderOf(Badge badge);

    /** The TCP ports of this master. */
    WireDoor wire();

    /** Tells people at this master. */
    void notice(String what);

    /** Tells people at this master, and everybody on the channel. */
    void announce(String what);
}
