package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.ClockReport;
import org.mutirao.protocol.message.ClockWord;
import org.mutirao.protocol.message.ReferenceRequest;
import org.mutirao.protocol.message.ReferenceRequest.GiveRank;
import org.mutirao.protocol.message.ReferenceRequest.ListServers;
import org.mutirao.protocol.message.ReferenceRequest.SetClock;
import org.mutirao.protocol.message.ReferenceRequest.SyncClock;
import org.mutirao.protocol.message.Reply;

/** What is asked of the reference desk, its answers, and how clocks travel; our own extension. */
final class ReferenceMessages {
    private static final Set<String> ACTIONS = Set.of("LIST_SERVERS", "GIVE_RANK", "SET_CLOCK", "SYNC_CLOCK");
    /** A thousand years, in microseconds: no clock is farther off, and sums of such times stay numbers. */
    private static final long FARTHEST = 1000L * 366 * 24 * 3600 * 1_000_000;

    private ReferenceMessages() {}

    static boolean has(String action) {
        return ACTIONS.contains(action);
    }

    static ReferenceRequest read(String action, ObjectNode object) throws BadMessage {
        Fields fields = new Fields(action, object);
        return switch (action) {
            case "GIVE_RANK" -> new GiveRank(fields.text("name"));
            case "SET_CLOCK" -> new SetClock(fields.text("server"), fields.number("time_ms", 0, FARTHEST / 1000));
            case "SYNC_CLOCK" ->
                new SyncClock((int) fields.number("master", 1, Integer.MAX_VALUE), report(action, object));
            default -> new ListServers();
        };
    }

    /** What stands in the field {@code clock}. */
    static ClockReport report(String action, ObjectNode object) throws BadMessage {
        Fields fields = clock(action, object);
        return new ClockReport(
                fields.number("round", 0, Long.MAX_VALUE),
                fields.number("ahead_us", -FARTHEST, FARTHEST),
                fields.number("error_us", 0, FARTHEST),
                fields.number("offset_us", -FARTHEST, FARTHEST));
    }

    static ClockWord word(String action, ObjectNode object) throws BadMessage {
        Fields fields = clock(action, object);
        return new ClockWord(
                fields.number("round", 0, Long.MAX_VALUE),
                fields.number("time_us", 0, FARTHEST),
                fields.number("adjust_us", -FARTHEST, FARTHEST));
    }

    private static Fields clock(String action, ObjectNode object) throws BadMessage {
        if (object.path("clock") instanceof ObjectNode clock) {
            return new Fields(action + "'s clock", clock);
        }
        throw new BadMessage(action + ": 'clock' is to be an object");
    }

    static Frame write(ReferenceRequest request) {
        ObjectNode object = Json.mapper().createObjectNode();
        if (request instanceof GiveRank) {
            object.put("action", "GIVE_RANK");
        } else if (request instanceof SetClock) {
            object.put("action", "SET_CLOCK");
        } else if (request instanceof SyncClock) {
            object.put("action", "SYNC_CLOCK");
        } else {
            object.put("action", "LIST_SERVERS");
        }
        object.setAll(Json.mapper().<ObjectNode>valueToTree(request));
        return Frame.of(object);
    }

    static boolean answers(Reply reply) {
        return reply instanceof Reply.ServerList || reply instanceof Reply.Ranked || reply instanceof Reply.Clock;
    }

    static Frame write(Reply reply) {
        ObjectNode object = Json.mapper().createObjectNode().put("status", "OK");
        object.setAll(Json.mapper().<ObjectNode>valueToTree(reply));
        return Frame.of(object);
    }

    static Reply readReply(ReferenceRequest asked, ObjectNode object) throws BadMessage {
        if (asked instanceof SyncClock) {
            return new Reply.Clock(word("SYNC_CLOCK's answer", object));
        }
        Class<? extends Reply> type = asked instanceof GiveRank ? Reply.Ranked.class : Reply.ServerList.class;
        try {
            return Json.mapper().treeToValue(object, type);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new BadMessage("the master's answer could not be read; is it an older or another program?");
        }
    }
}
