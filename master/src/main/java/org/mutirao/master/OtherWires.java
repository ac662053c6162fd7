package org.mutirao.master;

import java.util.Optional;
import java.util.OptionalInt;
import org.mutirao.master.face.ring.RingPlan;
import org.mutirao.master.face.zmq.ZmqPlan;

/**
 * What else of the course's programs is served, beside the grid's own wire.
 *
 * @param chatPort another port for chat programs; the grid's own serves them too
 * @param zmq for the ZeroMQ programs
 * @param ring the fixed ring that this master is part of
 */
public record OtherWires(OptionalInt chatPort, Optional<ZmqPlan> zmq, Optional<RingPlan> ring) {
    public OtherWires {
        if (chatPort.orElse(0) < 0 || chatPort.orElse(0) > 65_535) {
            throw new IllegalArgumentException("--chat-port " + chatPort.orElse(0) + ": expected 0 to 65535");
        }
    }

    /** Nothing else. */
    public static OtherWires none() {
        return new OtherWires(OptionalInt.empty(), Optional.empty(), Optional.empty());
    }
}
