package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.Set;
import org.mutirao.protocol.id.WorkerId;

/** How one family of programs looks for a master by UDP. One object a datagram, no framing needed. */
public interface Wording {
    /**
     * What an announcement says, before anybody has tried it.
     *
     * @param address as written, perhaps a name or an address that only its own machine can reach
     * @param port 1 to 65535
     */
    record Announced(String address, int port) {}

    /**
     * The UDP ports on which this wording, and no other, may be sent: a datagram that is no JSON object ends the discovery of
     * group B's master for good, and the others ignore strangers' words.
     */
    Set<Integer> discoveryPorts();

    /** A worker's question; some masters want to know who asks, none uses it. */
    byte[] ask(WorkerId peer, int port);

    /** Whether an object that reached our master is a question of this wording. */
    boolean asks(ObjectNode object);

    /** Who asks, as far as the question says it. */
    Optional<String> pending(ObjectNode question);

    /** A master's answer. */
    byte[] announce(String address, int port);

    /** What a worker learns from an answer; empty when it is none of this wording, or nonsense. */
    Optional<Announced> announced(ObjectNode object);
}
