package org.mutirao.protocol.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.json.Json;

/** The words of discovery, by groups of programs. */
public enum Wording {
    /** Groups A to D and ours. */
    FLAT {
        @Override
        byte[] ask(WorkerId peer, int port) {
            return bytes(object("action", "DISCOVER_MASTER")
                    .put("peer_id", peer.value())
                    .put("port_tcp", port));
        }

        @Override
        boolean asks(ObjectNode object) {
            return object.path("action").asText().equals("DISCOVER_MASTER");
        }

        @Override
        byte[] announce(String address, int port) {
            return bytes(object("action", "MASTER_ANNOUNCE")
                    .put("master_ip", address)
                    .put("master_port", port));
        }

        @Override
        Optional<Told> announced(ObjectNode object) {
            return object.path("action").asText().equals("MASTER_ANNOUNCE")
                    ? told(object.path("master_ip"), object.path("master_port"))
                    : Optional.empty();
        }
    },
    /** Group E. */
    SUPER_PEER {
        @Override
        byte[] ask(WorkerId peer, int port) {
            return bytes(object("action", "DISCOVER_SUPER_PEER"));
        }

        @Override
        boolean asks(ObjectNode object) {
            return object.path("action").asText().equals("DISCOVER_SUPER_PEER");
        }

        @Override
        byte[] announce(String address, int port) {
            return bytes(object("action", "SUPER_PEER_ANNOUNCEMENT")
                    .put("ip", address)
                    .put("port", port));
        }

        @Override
        Optional<Told> announced(ObjectNode object) {
            return object.path("action").asText().equals("SUPER_PEER_ANNOUNCEMENT")
                    ? told(object.path("ip"), object.path("port"))
                    : Optional.empty();
        }
    },
    /** Group F. */
    ENVELOPE {
        @Override
        byte[] ask(WorkerId peer, int port) {
            ObjectNode object = object("type", "DISCOVER_MASTER");
            object.putObject("data").put("peer_id", peer.value()).put("port", port);
            return bytes(object);
        }

        @Override
        boolean asks(ObjectNode object) {
            return object.path("type").asText().equals("DISCOVER_MASTER")
                    && object.path("data").isObject();
        }

        @Override
        byte[] announce(String address, int port) {
            ObjectNode object = object("type", "MASTER_ANNOUNCE");
            object.putObject("data").put("master_ip", address).put("master_port", port);
            return bytes(object);
        }

        @Override
        Optional<Told> announced(ObjectNode object) {
            JsonNode data = object.path("data");
            return object.path("type").asText().equals("MASTER_ANNOUNCE")
                    ? told(data.path("master_ip"), data.path("master_port"))
                    : Optional.empty();
        }
    };

    /** What an announcement says, before anybody has tried it. */
    record Told(String address, int port) {}

    /** A worker's question; some masters want to know who asks, none uses it. */
    abstract byte[] ask(WorkerId peer, int port);

    abstract boolean asks(ObjectNode object);

    abstract byte[] announce(String address, int port);

    abstract Optional<Told> announced(ObjectNode object);

    /**
     * The only wording that may be sent to a port: a datagram that is no JSON object ends the discovery of group B's master for
     * good, and the others ignore strangers' words.
     */
    static Wording ofPort(int port) {
        return switch (port) {
            case 50001 -> SUPER_PEER;
            case 55001 -> ENVELOPE;
            default -> FLAT;
        };
    }

    private static Optional<Told> told(JsonNode address, JsonNode port) {
        boolean sane = address.isTextual() && port.isInt() && port.intValue() > 0 && port.intValue() <= 65_535;
        return sane ? Optional.of(new Told(address.textValue(), port.intValue())) : Optional.empty();
    }

    private static ObjectNode object(String key, String word) {
        return Json.mapper().createObjectNode().put(key, word);
    }

    private static byte[] bytes(ObjectNode object) {
        return Json.write(object).getBytes(StandardCharsets.UTF_8);
    }
}
