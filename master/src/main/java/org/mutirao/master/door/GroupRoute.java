package org.mutirao.master.door;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.mutirao.master.cluster.MasterGroup;
import org.mutirao.master.cluster.Relay;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.units.HostPort;

/**
 * The way to the leader of a group of masters.
 *
 * @param settled see {@link LeaderRoute#settled}
 */
public record GroupRoute(MasterGroup group, Relay relay, CompletableFuture<Void> settled) implements LeaderRoute {
    @Override
    public boolean isAlone() {
        return group.isAlone();
    }

    @Override
    public boolean isElsewhere() {
        return !group.isAlone() && !group.serves();
    }

    @Override
    public Optional<HostPort> leader() {
        return group.leaderElsewhere();
    }

    @Override
    public String whoLeads() {
        return group.whoLeads();
    }

    @Override
    public CompletableFuture<Reply> ask(Request request, Dialect dialect, Optional<Badge> badge) {
        return relay.ask(request, dialect, badge);
    }
}
