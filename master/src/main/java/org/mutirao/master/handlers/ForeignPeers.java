package org.mutirao.master.handlers;

import java.util.Optional;
import org.mutirao.master.dispatch.WorkerKind;
import org.mutirao.master.dispatch.WorkerProfile;
import org.mutirao.protocol.message.WorkerRequest.Register;
import org.mutirao.protocol.stranger.StrangerKind;

/** Which group's program a peer seems to be. */
final class ForeignPeers {
    private final DiscoveryLog discoveryLog;

    ForeignPeers(DiscoveryLog discoveryLog) {
        this.discoveryLog = discoveryLog;
    }

    /** A peer that registered. */
    WorkerProfile profile(Register register, String dialect, String address) {
        StrangerKind kind = StrangerKind.ofPeer(dialect, register.port(), discoveryLog.askedOn(register.peer()));
        return profile(kindOf(kind), dialect, address, register.port(), kind.packageLimit());
    }

    /** A peer that never registered with this master but asks for work. */
    WorkerProfile guess(String dialect, String address) {
        if (dialect.equals("envelope")) {
            return profile(WorkerKind.F, dialect, address, 0, StrangerKind.F.packageLimit());
        }
        return profile(WorkerKind.D_OR_E, dialect, address, 0, StrangerKind.D.packageLimit());
    }

    private static WorkerKind kindOf(StrangerKind kind) {
        return switch (kind) {
            case A -> WorkerKind.A;
            case B -> WorkerKind.B;
            case C -> WorkerKind.C;
            case D -> WorkerKind.D;
            case E -> WorkerKind.E;
            case F -> WorkerKind.F;
            case OTHER -> WorkerKind.OTHER;
        };
    }

    private static WorkerProfile profile(WorkerKind kind, String dialect, String address, int port, int limit) {
        return new WorkerProfile(address, kind, dialect, address, port, limit, 1, 0, Optional.empty());
    }
}
