package org.mutirao.protocol.dialect;

import static org.mutirao.protocol.dialect.FlatDialect.bytes;
import static org.mutirao.protocol.dialect.FlatDialect.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.DirectoryRequest;
import org.mutirao.protocol.message.DirectoryRequest.GetPeerInfo;
import org.mutirao.protocol.message.DirectoryRequest.ListPeers;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest.Register;

/**
 * Group E's: the master is a super-peer that also tells peers about one another, a peer registers with {@code p2p_port}, and
 * "nothing now" is a package without a name. The rest is flat.
 */
public final class SuperPeerDialect implements Dialect {
    private static final int MAX_PEERS = 100_000;
    /** Their program compares with this text. */
    private static final String NOT_FOUND = "Peer não encontrado";

    private final FlatDialect flat = new FlatDialect();

    @Override
    public String name() {
        return "super-peer";
    }

    @Override
    public Set<Integer> discoveryPorts() {
        return Set.of(50001);
    }

    @Override
    public byte[] ask(WorkerId peer, int port) {
        return bytes(object("action", "DISCOVER_SUPER_PEER"));
    }

    @Override
    public boolean asks(ObjectNode object) {
        return object.path("action").asText().equals("DISCOVER_SUPER_PEER");
    }

    @Override
    public Optional<String> pending(ObjectNode question) {
        return Optional.empty();
    }

    @Override
    public byte[] announce(String address, int port) {
        return bytes(
                object("action", "SUPER_PEER_ANNOUNCEMENT").put("ip", address).put("port", port));
    }

    @Override
    public Optional<Announced> announced(ObjectNode object) {
        return object.path("action").asText().equals("SUPER_PEER_ANNOUNCEMENT")
                ? FlatDialect.announced(object.path("ip"), object.path("port"))
                : Optional.empty();
    }

    @Override
    public boolean speaks(ObjectNode object) {
        String action = object.path("action").asText("");
        boolean registersItsWay = action.equals("REGISTER") && object.has("p2p_port") && !object.has("addr");
        return registersItsWay || action.equals("LIST_PEERS") || action.equals("GET_PEER_INFO");
    }

    @Override
    public Request readRequest(ObjectNode object, Optional<Payload> payload) throws BadMessage, UnknownActionException {
        String action = FlatDialect.action(object);
        Fields fields = new Fields(action, object);
        return switch (action) {
            case "REGISTER" ->
                new Register(
                        FlatDialect.peer(fields),
                        "",
                        (int) fields.numberOr("p2p_port", 0, 65_535, 0),
                        Optional.empty());
            case "LIST_PEERS" -> new ListPeers(FlatDialect.peer(fields));
            case "GET_PEER_INFO" -> new GetPeerInfo(fields.parsed("target_peer_id", WorkerId::new));
            default -> flat.readRequest(object, payload);
        };
    }

    @Override
    public Frame write(Request request) {
        if (request instanceof Register register) {
            return Frame.of(object("action", "REGISTER")
                    .put("peer_id", register.peer().value())
                    .put("p2p_port", register.port()));
        }
        return request instanceof DirectoryRequest directory ? writeDirectory(directory) : flat.write(request);
    }

    private static Frame writeDirectory(DirectoryRequest request) {
        if (request instanceof ListPeers list) {
            return Frame.of(
                    object("action", "LIST_PEERS").put("peer_id", list.peer().value()));
        }
        GetPeerInfo info = (GetPeerInfo) request;
        return Frame.of(object("action", "GET_PEER_INFO")
                .put("target_peer_id", info.target().value()));
    }

    @Override
    public Frame write(Reply reply) {
        if (reply instanceof Reply.NoTask) {
            ObjectNode object = object("action", "TASK_PACKAGE");
            return Frame.of(object.putNull("task_name").putNull("task_data"));
        }
        if (reply instanceof Reply.PeerList list) {
            ObjectNode object = Json.mapper().createObjectNode();
            ArrayNode peers = object.putArray("peers");
            list.peers().forEach(peer -> peers.add(peer.value()));
            return Frame.of(object);
        }
        if (reply instanceof Reply.PeerInfo info) {
            return Frame.of(object("status", "ok")
                    .put("peer_id", info.peer().value())
                    .put("peer_ip", info.host())
                    .put("peer_port", info.port()));
        }
        if (reply instanceof Reply.NoSuchPeer) {
            return Frame.of(object("status", "error").put("message", NOT_FOUND));
        }
        return flat.write(reply);
    }

    @Override
    public Reply readReply(Request asked, ObjectNode object, Optional<Payload> payload) throws BadMessage {
        if (asked instanceof ListPeers) {
            return peers(new Fields("LIST_PEERS' answer", object));
        }
        if (asked instanceof GetPeerInfo) {
            Fields fields = new Fields("GET_PEER_INFO's answer", object);
            return fields.text("status").equals("ok")
                    ? new Reply.PeerInfo(FlatDialect.peer(fields), fields.text("peer_ip"), (int)
                            fields.number("peer_port", 0, 65_535))
                    : new Reply.NoSuchPeer();
        }
        return flat.readReply(asked, object, payload);
    }

    private static Reply.PeerList peers(Fields fields) throws BadMessage {
        List<WorkerId> peers = new ArrayList<>();
        for (JsonNode each : fields.list("peers")) {
            if (peers.size() < MAX_PEERS && WorkerId.isValid(each.asText())) {
                peers.add(new WorkerId(each.asText()));
            }
        }
        return new Reply.PeerList(peers);
    }
}
