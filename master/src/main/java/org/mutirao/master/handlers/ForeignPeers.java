package org.mutirao.master.handlers;

import java.util.Optional;
import org.mutirao.master.dispatch.WorkerProfile;
import org.mutirao.protocol.message.WorkerRequest.Register;
import org.mutirao.protocol.stranger.StrangerKind;

/** Which group's program a peer seems to be. */
final class ForeignPeers {
    /** Only D's and E's peers go on without registering again when the master was started anew. */
    static final String D_OR_E = "D/E";

    private final DiscoveryLog discoveryLog;

    ForeignPeers(DiscoveryLog discoveryLog) {
        this.discoveryLog = discoveryLog;
    }

    /** A peer that registered. */
    WorkerProfile profile(Register register, String dialect, String address) {
        StrangerKind kind = StrangerKind.ofPeer(dialect, register.port(), discoveryLog.askedOn(register.peer()));
        return profile(kind.name(), dialect, address, register.port(), kind.packageLimit());
    }

    /** A peer that never registered with this master but asks for work. */
    WorkerProfile guess(String dialect, String address) {
        if (dialect.equals("envelope")) {
            return profile(StrangerKind.F.name(), dialect, address, 0, StrangerKind.F.packageLimit());
        }
        return profile(D_OR_E, dialect, address, 0, StrangerKind.D.packageLimit());
    }

    private static WorkerProfile profile(String kind, String dialect, String address, int port, int limit) {
        return new WorkerProfile(address, kind, dialect, address, port, limit, 1, 0, Optional.empty());
    }
}
