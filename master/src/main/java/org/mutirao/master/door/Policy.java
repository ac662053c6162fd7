package org.mutirao.master.door;

import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.DirectoryRequest;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.LaterRequest;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.RegistryRequest;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.table.SealedTable;

/** Which master answers a request, whoever asks. */
enum Policy {
    /** The one that is asked. */
    HERE,
    /** The one that leads. */
    LEADER,
    /** The one that leads; while there is none, the one that is asked. */
    LEADER_OR_HERE;

    private static final SealedTable<Request, Policy> POLICIES = SealedTable.<Request, Policy>of(Request.class)
            .row(GroupRequest.class, HERE)
            .row(AccessRequest.WhoAmI.class, HERE)
            .row(AccessRequest.class, LEADER)
            .row(LaterRequest.class, HERE)
            .row(OperatorRequest.SayToGroup.class, HERE)
            .row(OperatorRequest.ListMasters.class, LEADER_OR_HERE)
            .row(OperatorRequest.class, LEADER)
            .row(ChannelRequest.class, LEADER)
            .row(RegistryRequest.class, LEADER)
            .row(DirectoryRequest.class, LEADER)
            .row(WorkerRequest.class, LEADER)
            .build();

    /** The one of this request. */
    static Policy of(Request request) {
        return POLICIES.rowOf(request);
    }

    /** Whether another master has to answer. */
    boolean isElsewhere(LeaderRoute route) {
        return switch (this) {
            case HERE -> false;
            case LEADER -> route.isElsewhere();
            case LEADER_OR_HERE -> route.isElsewhere() && route.leader().isPresent();
        };
    }
}
