package org.mutirao.master;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.mutirao.group.member.GroupSettings.PeerAddress;
import org.mutirao.master.face.Face;
import org.mutirao.master.face.chat.ChatFace;
import org.mutirao.master.face.ring.RingFace;
import org.mutirao.master.face.ring.RingPlan;
import org.mutirao.master.face.zmq.ZmqFace;
import org.mutirao.master.face.zmq.ZmqPlan;
import org.mutirao.master.face.zmq.ZmqPorts;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.wire.OpenAddresses;
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
            paramLabel = "ID@HOST:PORT,…",
            hideParamSyntax = true,
            split = ",",
            defaultValue = "${env:MUTIRAO_RING_PEERS:-" + CommandLine.Option.NULL_VALUE + "}",
            description = "All other peers of the ring, with their ring ports: masters of ours and guests.")
    private List<PeerAddress> ringPeers;

    /** The face for chat programs, which the grid's own port serves too. */
    Optional<Face> chat() {
        return Optional.of(new ChatFace(chatPort == null ? OptionalInt.empty() : OptionalInt.of(chatPort)));
    }

    /** @param host the address to listen on */
    Optional<Face> zmq(String host) {
        return Optional.ofNullable(zmq)
                .map(ports -> new ZmqFace(new ZmqPlan(ZmqPorts.parse(ports), zmqForeignServers), host));
    }

    /**
     * Whether these options go with a room's key. What speaks these wires knows no secret, so its addresses must be named.
     *
     * @param openTo from where programs are let in without it
     */
    void checkWithKey(OpenAddresses openTo) {
        if (openTo.isEmpty() && (zmq != null || ringPort != null)) {
            throw new IllegalArgumentException(Text.of(
                    "--zmq and --ring-port are for programs that know no secret. With --secret, name the addresses"
                            + " of those programs with --open-to"));
        }
        if (ringPort == null || ringPeers == null) {
            return;
        }
        for (PeerAddress peer : ringPeers) {
            if (openTo.excludes(peer.address().host())) {
                throw new IllegalArgumentException(Text.of(
                        "--ring-peers %d@%s: with --secret the ring speaks only with addresses that --open-to names",
                        peer.id(), peer.address()));
            }
        }
    }

    /**
     * The face for the ring.
     *
     * @param host the address to listen on
     * @param id of this master, if it was given one
     */
    Optional<Face> ring(String host, Integer id) {
        if (ringPort == null) {
            return Optional.empty();
        }
        Integer own = ringId == null ? id : ringId;
        if (own == null) {
            throw new IllegalArgumentException(
                    Text.of("--ring-port: say with --ring-id or --id what this peer is called"));
        }
        return Optional.of(new RingFace(new RingPlan(ringPort, own, ringPeers == null ? List.of() : ringPeers), host));
    }
}
