package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.GroupRequest.Admit;
import org.mutirao.protocol.message.GroupRequest.FetchBlob;
import org.mutirao.protocol.message.GroupRequest.FindLeader;
import org.mutirao.protocol.message.GroupRequest.FoundGroup;
import org.mutirao.protocol.message.GroupRequest.Greet;
import org.mutirao.protocol.message.GroupRequest.ProveData;
import org.mutirao.protocol.message.GroupRequest.StoreBlob;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;

/** What masters say to one another; our own extension. */
final class GroupMessages {
    private static final Set<String> ACTIONS =
            Set.of("GREET", "FOUND_GROUP", "ADMIT", "STORE_BLOB", "FETCH_BLOB", "PROVE_DATA", "FIND_LEADER");
    private static final int MOST_MEMBERS = 16;
    private static final Pattern CHALLENGE = Pattern.compile("[0-9a-f]{16,64}");

    private GroupMessages() {}

    static boolean has(String action) {
        return ACTIONS.contains(action);
    }

    static GroupRequest read(String action, ObjectNode object, Optional<Payload> payload) throws BadMessage {
        Fields fields = new Fields(action, object);
        return switch (action) {
            case "GREET" -> new Greet(card(action, object.path("card")));
            case "FOUND_GROUP" ->
                new FoundGroup(
                        fields.parsed("grid_id", GridId::parse),
                        object.path("begin").asBoolean(false),
                        cards(action, object.path("members")));
            case "ADMIT" ->
                new Admit(fields.parsed("grid_id", GridId::parse), fields.text("node"), (int)
                        fields.number("rank", 1, Integer.MAX_VALUE));
            case "STORE_BLOB" -> {
                if (payload.isEmpty()) {
                    throw new BadMessage("STORE_BLOB: 'blob_data' is missing, expected base64");
                }
                OwnFields.checkHash(payload.get(), fields, action, "blob_data");
                yield new StoreBlob(fields.parsed("grid_id", GridId::parse), payload.get());
            }
            case "FETCH_BLOB" ->
                new FetchBlob(
                        fields.parsed("grid_id", GridId::parse),
                        fields.parsed("sha256", Sha256::new),
                        fields.numberOr("task_id", 0, Long.MAX_VALUE, 0));
            case "PROVE_DATA" -> new ProveData(challenge(fields));
            default -> new FindLeader();
        };
    }

    private static String challenge(Fields fields) throws BadMessage {
        String text = fields.text("challenge");
        if (!CHALLENGE.matcher(text).matches()) {
            throw new BadMessage("PROVE_DATA: 'challenge': expected 16 to 64 hexadecimal digits");
        }
        return text;
    }

    private static MasterCard card(String action, JsonNode node) throws BadMessage {
        try {
            return Json.mapper().treeToValue(node, MasterCard.class);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new BadMessage(action + ": a master's card can't be read; is it a program of another version?");
        }
    }

    private static List<MasterCard> cards(String action, JsonNode array) throws BadMessage {
        List<MasterCard> cards = new ArrayList<>();
        for (JsonNode node : array) {
            cards.add(card(action, node));
            if (cards.size() > MOST_MEMBERS) {
                throw new BadMessage(action + ": more than " + MOST_MEMBERS + " members");
            }
        }
        return cards;
    }

    static Frame write(GroupRequest request) {
        ObjectNode object = Json.mapper().createObjectNode();
        if (request instanceof Greet greet) {
            object.put("action", "GREET").set("card", Json.mapper().valueToTree(greet.card()));
        } else if (request instanceof FoundGroup found) {
            object.put("action", "FOUND_GROUP")
                    .put("grid_id", found.grid().toString())
                    .put("begin", found.begin());
            putCards(object.putArray("members"), found.members());
        } else if (request instanceof Admit admit) {
            object.put("action", "ADMIT")
                    .put("grid_id", admit.grid().toString())
                    .put("node", admit.node())
                    .put("rank", admit.rank());
        } else if (request instanceof StoreBlob store) {
            object.put("action", "STORE_BLOB")
                    .put("grid_id", store.grid().toString())
                    .put("sha256", store.blob().blob().hash().hex())
                    .put("blob_data", "");
            return Frame.of(object, store.blob());
        } else if (request instanceof FetchBlob fetch) {
            object.put("action", "FETCH_BLOB")
                    .put("grid_id", fetch.grid().toString())
                    .put("sha256", fetch.hash().hex())
                    .put("task_id", fetch.task());
        } else if (request instanceof ProveData prove) {
            object.put("action", "PROVE_DATA").put("challenge", prove.challenge());
        } else {
            object.put("action", "FIND_LEADER");
        }
        return Frame.of(object);
    }

    private static void putCards(ArrayNode array, List<MasterCard> cards) {
        cards.forEach(card -> array.add(Json.mapper().<JsonNode>valueToTree(card)));
    }

    /** Whether it is an answer that only masters, and workers that look for one, get. */
    static boolean answers(Reply reply) {
        return reply instanceof Reply.NotLeader
                || reply instanceof Reply.Card
                || reply instanceof Reply.BlobData
                || reply instanceof Reply.DataProof
                || reply instanceof Reply.Leadership;
    }

    static Frame write(Reply reply) {
        ObjectNode object = Json.mapper().createObjectNode();
        if (reply instanceof Reply.NotLeader elsewhere) {
            object.put("status", "NOT_LEADER");
            elsewhere.leader().ifPresent(leader -> object.put("leader", leader.toString()));
            object.put("message", elsewhere.message());
        } else if (reply instanceof Reply.Card card) {
            object.put("status", "OK").set("card", Json.mapper().valueToTree(card.card()));
        } else if (reply instanceof Reply.Leadership leadership) {
            object.put("status", "OK").put("term", leadership.term()).put("self", leadership.self());
            leadership.leader().ifPresent(leader -> object.put("leader", leader.toString()));
            OwnFields.putAddresses(object.putArray("masters"), leadership.masters());
        } else if (reply instanceof Reply.DataProof data) {
            object.put("status", "OK").put("instance", data.instance());
            object.put("up_ms", data.upMs()).put("proof", data.proof());
        } else if (reply instanceof Reply.BlobData data) {
            return Frame.of(object.put("status", "OK").put("blob_data", ""), data.blob());
        }
        return Frame.of(object);
    }

    /** What any question may be answered with. */
    static Reply readNotLeader(ObjectNode object) throws BadMessage {
        Fields fields = new Fields("NOT_LEADER", object);
        return new Reply.NotLeader(
                fields.optionalAddress("leader"), fields.optionalText("message").orElse("this master does not lead"));
    }

    /** What stands in an answer whose status is OK; empty when it is but that. */
    static Optional<Reply> readReply(GroupRequest asked, ObjectNode object, Optional<Payload> payload)
            throws BadMessage {
        Fields fields = new Fields("the master's answer", object);
        if (asked instanceof Greet) {
            return Optional.of(new Reply.Card(card("GREET's answer", object.path("card"))));
        }
        if (asked instanceof ProveData) {
            return Optional.of(new Reply.DataProof(
                    fields.text("instance"), fields.number("up_ms", 0, Long.MAX_VALUE), fields.text("proof")));
        }
        if (asked instanceof FetchBlob) {
            return Optional.of(new Reply.BlobData(
                    payload.orElseThrow(() -> new BadMessage("FETCH_BLOB's answer: 'blob_data' is missing"))));
        }
        if (asked instanceof FindLeader) {
            return Optional.of(new Reply.Leadership(
                    fields.number("term", 0, Long.MAX_VALUE),
                    object.path("self").asBoolean(false),
                    fields.optionalAddress("leader"),
                    fields.addresses("masters")));
        }
        return Optional.empty();
    }
}
