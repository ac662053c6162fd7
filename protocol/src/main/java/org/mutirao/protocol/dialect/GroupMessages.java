package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.mutirao.protocol.dialect.OwnMessages.Received;
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
import org.mutirao.protocol.message.Reply;

/** What masters say to one another; our own extension. */
final class GroupMessages {
    private static final int MAX_MEMBERS = 16;
    private static final Pattern CHALLENGE = Pattern.compile("[0-9a-f]{16,64}");

    static final OwnMessages<GroupRequest> ALL = OwnMessages.of(GroupRequest.class)
            .row(
                    Greet.class,
                    "GREET",
                    (greet, object) -> {
                        object.set("card", Json.mapper().valueToTree(greet.card()));
                        return Frame.of(object);
                    },
                    in -> new Greet(card("GREET", in.object().path("card"))),
                    in -> new Reply.Card(card("GREET's answer", in.object().path("card"))))
            .row(
                    FoundGroup.class,
                    "FOUND_GROUP",
                    GroupMessages::writeFound,
                    in -> new FoundGroup(
                            grid(in),
                            in.object().path("begin").asBoolean(false),
                            cards("FOUND_GROUP", in.object().path("members"))),
                    GroupMessages::readOk)
            .row(
                    Admit.class,
                    "ADMIT",
                    (admit, object) ->
                            Frame.of(object.put("grid_id", admit.grid().toString())
                                    .put("node", admit.node())
                                    .put("rank", admit.rank())),
                    in -> new Admit(grid(in), in.text("node"), (int) in.fields().number("rank", 1, Integer.MAX_VALUE)),
                    GroupMessages::readOk)
            .row(
                    StoreBlob.class,
                    "STORE_BLOB",
                    GroupMessages::writeStore,
                    GroupMessages::readStore,
                    GroupMessages::readOk)
            .row(
                    FetchBlob.class,
                    "FETCH_BLOB",
                    (fetch, object) ->
                            Frame.of(object.put("grid_id", fetch.grid().toString())
                                    .put("sha256", fetch.hash().hex())
                                    .put("task_id", fetch.task())),
                    in -> new FetchBlob(
                            grid(in),
                            in.fields().parsed("sha256", Sha256::new),
                            in.fields().numberOr("task_id", 0, Long.MAX_VALUE, 0)),
                    in -> new Reply.BlobData(in.payload()
                            .orElseThrow(() -> new BadMessage("FETCH_BLOB's answer: 'blob_data' is missing"))))
            .row(
                    ProveData.class,
                    "PROVE_DATA",
                    (prove, object) -> Frame.of(object.put("challenge", prove.challenge())),
                    in -> new ProveData(challenge(in.fields())),
                    in -> new Reply.DataProof(
                            in.text("instance"), in.fields().number("up_ms", 0, Long.MAX_VALUE), in.text("proof")))
            .row(
                    FindLeader.class,
                    "FIND_LEADER",
                    (find, object) -> Frame.of(object),
                    in -> new FindLeader(),
                    in -> new Reply.Leadership(
                            in.fields().number("term", 0, Long.MAX_VALUE),
                            in.object().path("self").asBoolean(false),
                            in.fields().optionalAddress("leader"),
                            in.fields().addresses("masters")))
            .build();

    private GroupMessages() {}

    private static GridId grid(Received in) throws BadMessage {
        return in.fields().parsed("grid_id", GridId::parse);
    }

    private static Reply readOk(Received in) {
        return new Reply.Ok(in.object().path("duplicate").asBoolean(false));
    }

    private static Frame writeFound(FoundGroup found, ObjectNode object) {
        object.put("grid_id", found.grid().toString()).put("begin", found.begin());
        ArrayNode members = object.putArray("members");
        found.members().forEach(card -> members.add(Json.mapper().<JsonNode>valueToTree(card)));
        return Frame.of(object);
    }

    private static Frame writeStore(StoreBlob store, ObjectNode object) {
        object.put("grid_id", store.grid().toString())
                .put("sha256", store.blob().blob().hash().hex())
                .put("blob_data", "");
        return Frame.of(object, store.blob());
    }

    private static StoreBlob readStore(Received in) throws BadMessage {
        if (in.payload().isEmpty()) {
            throw new BadMessage("STORE_BLOB: 'blob_data' is missing, expected base64");
        }
        OwnFields.checkHash(in.payload().get(), in.fields(), "STORE_BLOB", "blob_data");
        return new StoreBlob(grid(in), in.payload().get());
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
            if (cards.size() > MAX_MEMBERS) {
                throw new BadMessage(action + ": more than " + MAX_MEMBERS + " members");
            }
        }
        return cards;
    }

    static Frame write(Reply.NotLeader elsewhere) {
        ObjectNode object = FlatDialect.object("status", "NOT_LEADER");
        elsewhere.leader().ifPresent(leader -> object.put("leader", leader.toString()));
        return Frame.of(object.put("message", elsewhere.message()));
    }

    static Frame write(Reply.Card card) {
        ObjectNode object = FlatDialect.object("status", "OK");
        object.set("card", Json.mapper().valueToTree(card.card()));
        return Frame.of(object);
    }

    static Frame write(Reply.Leadership leadership) {
        ObjectNode object = FlatDialect.object("status", "OK");
        object.put("term", leadership.term()).put("self", leadership.self());
        leadership.leader().ifPresent(leader -> object.put("leader", leader.toString()));
        OwnFields.putAddresses(object.putArray("masters"), leadership.masters());
        return Frame.of(object);
    }

    static Frame write(Reply.DataProof data) {
        ObjectNode object = FlatDialect.object("status", "OK").put("instance", data.instance());
        return Frame.of(object.put("up_ms", data.upMs()).put("proof", data.proof()));
    }

    static Frame write(Reply.BlobData data) {
        return Frame.of(FlatDialect.object("status", "OK").put("blob_data", ""), data.blob());
    }

    /** What any question may be answered with. */
    static Reply readNotLeader(ObjectNode object) throws BadMessage {
        Fields fields = new Fields("NOT_LEADER", object);
        return new Reply.NotLeader(
                fields.optionalAddress("leader"), fields.optionalText("message").orElse("this master does not lead"));
    }
}
