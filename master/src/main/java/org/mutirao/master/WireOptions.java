package org.mutirao.master;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.mutirao.group.member.GroupSettings.PeerAddress;
import org.mutirao.master.face.ring.RingPlan;
import org.mutirao.master.face.zmq.ZmqPlan;
import org.mutirao.master.face.zmq.ZmqPorts;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The options for the other wires of the course's programs. */
final class WireOptions {
    @Option(
            names = "--chat-port",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_CHAT_PORT:-" + CommandLine.Option.NULL_VALUE + "}",
            description = "Serve the course's chat programs there too; they look for port 5679.")
    private Integer chatPort;

    @Option(
            names = "--zmq",
            arity = "0..1",
            fallbackValue = ZmqPorts.USUAL,
            paramLabel = "PORTS",
            defaultValue = "${env:MUTIRAO_ZMQ:-" + CommandLine.Option.NULL_VALUE + "}",
            description =
                    "Serve the course's ZeroMQ programs, on their usual ports or on these: the broker's for clients and servers, "
                            + "publishers, subscribers, reference, and the first admin port (" + ZmqPorts.USUAL + ").")
    private String zmq;

    @Option(
            names = "--zmq-foreign-servers",
            defaultValue = "${env:MUTIRAO_ZMQ_FOREIGN_SERVERS:-false}",
            fallbackValue = "true",
            description =
                    "Deal ZeroMQ clients' requests also to the course's servers that connect to the broker, which know nothing "
                            + "of the grid's users and messages; without it this master answers all.")
    private boolean zmqForeignServers;

    @Option(
            names = "--ring-port",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_RING_PORT:-" + CommandLine.Option.NULL_VALUE + "}",
            description = "Be a peer of the course's fixed ring, on this TCP port.")
    private Integer ringPort;

    @Option(
            names = "--ring-id",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_RING_ID:-" + CommandLine.Option.NULL_VALUE + "}",
            description = "What to be called in the ring; without it --id.")
    private Integer ringId;

    @Option(
            names = "--ring-peers",
            paramLabel = "ID@HOST:PORT",
            split = ",",
            defaultValue = "${env:MUTIRAO_RING_PEERS:-" + CommandLine.Option.NULL_VALUE + "}",
            description = "All other peers of the ring, with their ring ports: masters of ours and guests.")
    private List<PeerAddress> ringPeers;

    OtherWires wires(Integer id) {
        return new OtherWires(
                chatPort == null ? OptionalInt.empty() : OptionalInt.of(chatPort),
                Optional.ofNullable(zmq).map(ports -> new ZmqPlan(ZmqPorts.parse(ports), zmqForeignServers)),
                ring(id));
    }

    private Optional<RingPlan> ring(Integer id) {
        if (ringPort == null) {
            return Optional.empty();
        }
        Integer own = ringId == null ? id : ringId;
        if (own == null) {
            throw new IllegalArgumentException("--ring-port: say with --ring-id or --id what this peer is called");
        }
        return Optional.of(new RingPlan(ringPort, own, ringPeers == null ? List.of() : ringPeers));
    }
}
