package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.ChannelRequest.Confirm;
import org.mutirao.protocol.message.ChannelRequest.Enter;
import org.mutirao.protocol.message.ChannelRequest.Exit;
import org.mutirao.protocol.message.ChannelRequest.ListReaders;
import org.mutirao.protocol.message.ChannelRequest.Look;
import org.mutirao.protocol.message.ChannelRequest.MakeTopic;
import org.mutirao.protocol.message.ChannelRequest.Read;
import org.mutirao.protocol.message.ChannelRequest.Say;
import org.mutirao.protocol.message.ChannelRequest.Speaker;
import org.mutirao.protocol.message.ChannelRow;
import org.mutirao.protocol.message.Reply;

/** What is asked of the channel, and its answers; our own extension. */
final class ChannelMessages {
    private static final Set<String> ACTIONS = Set.of(
            "ENTER_CHANNEL",
            "LEAVE_CHANNEL",
            "MAKE_TOPIC",
            "SAY",
            "READ_CHANNEL",
            "CONFIRM_READ",
            "SHOW_CHANNEL",
            "LIST_READERS");
    private static final byte[] BEGINNING = "{\"status\":\"OK\",\"messages\":[".getBytes(StandardCharsets.UTF_8);
    private static final int LONGEST_TEXT = 16 * 1024;
    private static final int MOST_TOPICS = 100;
    private static final int MOST_AT_ONCE = 1000;
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private ChannelMessages() {}

    static boolean has(String action) {
        return ACTIONS.contains(action);
    }

    static ChannelRequest read(String action, ObjectNode object) throws BadMessage {
        Fields fields = new Fields(action, object);
        return switch (action) {
            case "ENTER_CHANNEL" ->
                new Enter(
                        speaker(fields),
                        lamport(fields),
                        object.path("replaces").asBoolean(false));
            case "LEAVE_CHANNEL" -> new Exit(speaker(fields));
            case "MAKE_TOPIC" -> new MakeTopic(speaker(fields), fields.text("topic"));
            case "SAY" ->
                new Say(
                        speaker(fields),
                        fields.number("number", 1, Long.MAX_VALUE),
                        fields.optionalText("topic"),
                        fields.optionalText("person"),
                        fields.longText("text", LONGEST_TEXT),
                        lamport(fields));
            case "READ_CHANNEL" ->
                new Read(
                        fields.has("name") ? Optional.of(speaker(fields)) : Optional.empty(),
                        fields.numberOr("after", 0, Long.MAX_VALUE, 0),
                        fields.has("last")
                                ? Optional.of((int) fields.number("last", 0, MOST_AT_ONCE))
                                : Optional.empty(),
                        topics(fields, object),
                        fields.millis("wait_ms", LONGEST_WAIT, Duration.ZERO));
            case "CONFIRM_READ" -> new Confirm(speaker(fields), fields.number("id", 1, Long.MAX_VALUE));
            case "LIST_READERS" -> new ListReaders(fields.number("id", 1, Long.MAX_VALUE));
            default -> new Look();
        };
    }

    private static Speaker speaker(Fields fields) throws BadMessage {
        return new Speaker(fields.text("name"), fields.text("session"));
    }

    private static long lamport(Fields fields) throws BadMessage {
        return fields.numberOr("lamport", 0, Long.MAX_VALUE / 2, 0);
    }

    private static List<String> topics(Fields fields, ObjectNode object) throws BadMessage {
        List<String> topics = new ArrayList<>();
        if (fields.has("topics")) {
            for (JsonNode topic : fields.list("topics")) {
                if (!topic.isTextual() || topics.size() == MOST_TOPICS) {
                    throw new BadMessage(
                            object.path("action").asText() + ": 'topics' is to be up to " + MOST_TOPICS + " names");
                }
                topics.add(topic.textValue());
            }
        }
        return topics;
    }

    static Frame write(ChannelRequest request) {
        ObjectNode object = Json.mapper().createObjectNode();
        if (request instanceof Enter enter) {
            put(object.put("action", "ENTER_CHANNEL"), enter.speaker()).put("lamport", enter.lamport());
            if (enter.replaces()) {
                object.put("replaces", true);
            }
        } else if (request instanceof Exit exit) {
            put(object.put("action", "LEAVE_CHANNEL"), exit.speaker());
        } else if (request instanceof MakeTopic make) {
            put(object.put("action", "MAKE_TOPIC"), make.speaker()).put("topic", make.topic());
        } else if (request instanceof Say say) {
            put(object.put("action", "SAY"), say.speaker()).put("number", say.number());
            say.topic().ifPresent(topic -> object.put("topic", topic));
            say.person().ifPresent(person -> object.put("person", person));
            object.put("text", say.text()).put("lamport", say.lamport());
        } else if (request instanceof Read read) {
            object.put("action", "READ_CHANNEL");
            read.speaker().ifPresent(speaker -> put(object, speaker));
            object.put("after", read.after());
            read.last().ifPresent(last -> object.put("last", last));
            if (!read.topics().isEmpty()) {
                read.topics().forEach(object.putArray("topics")::add);
            }
            object.put("wait_ms", read.patience().toMillis());
        } else if (request instanceof Confirm confirm) {
            put(object.put("action", "CONFIRM_READ"), confirm.speaker()).put("id", confirm.id());
        } else if (request instanceof ListReaders list) {
            object.put("action", "LIST_READERS").put("id", list.id());
        } else {
            object.put("action", "SHOW_CHANNEL");
        }
        return Frame.of(object);
    }

    private static ObjectNode put(ObjectNode object, Speaker speaker) {
        return object.put("name", speaker.name()).put("session", speaker.session());
    }

    static boolean answers(Reply reply) {
        return reply instanceof Reply.Heard
                || reply instanceof Reply.Messages
                || reply instanceof Reply.ChannelView
                || reply instanceof Reply.Readers;
    }

    /** As they stand on the wire; the fields' order is that in which they are written. */
    private record Told(String status, List<ChannelRow> messages, long last) {}

    /** Straight to bytes, since there may be hundreds of thousands of rows a second. */
    static Frame write(Reply.Messages messages) {
        return Frame.of(new Told("OK", messages.messages(), messages.last()));
    }

    /** Whether it begins like messages that were found. */
    static boolean areMessages(byte[] text) {
        return text.length > BEGINNING.length
                && Arrays.equals(text, 0, BEGINNING.length, BEGINNING, 0, BEGINNING.length);
    }

    /** Straight from bytes, for the same reason. */
    static Reply readMessages(byte[] text) throws BadMessage {
        try {
            Told told = Json.mapper().readValue(text, Told.class);
            return new Reply.Messages(told.messages(), told.last());
        } catch (IOException e) {
            throw new BadMessage("the master's answer could not be read; is it an older or another program?");
        }
    }

    static Frame write(Reply reply) {
        ObjectNode object = Json.mapper().createObjectNode().put("status", "OK");
        object.setAll(Json.mapper().<ObjectNode>valueToTree(reply));
        return Frame.of(object);
    }

    static Reply readReply(ChannelRequest asked, ObjectNode object) throws BadMessage {
        try {
            return Json.mapper().treeToValue(object, replyType(asked));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new BadMessage("the master's answer could not be read; is it an older or another program?");
        }
    }

    private static Class<? extends Reply> replyType(ChannelRequest asked) {
        if (asked instanceof Read) {
            return Reply.Messages.class;
        }
        if (asked instanceof Look) {
            return Reply.ChannelView.class;
        }
        return asked instanceof ListReaders ? Reply.Readers.class : Reply.Heard.class;
    }
}
