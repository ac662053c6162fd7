package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.dialect.OwnMessages.Received;
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
    private static final byte[] BEGINNING = "{\"status\":\"OK\",\"messages\":[".getBytes(StandardCharsets.UTF_8);
    private static final int MAX_TEXT = 16 * 1024;
    private static final int MAX_TOPICS = 100;
    private static final int MAX_AT_ONCE = 1000;
    private static final Duration MAX_WAIT = Duration.ofMinutes(1);

    static final OwnMessages<ChannelRequest> ALL = OwnMessages.of(ChannelRequest.class)
            .row(
                    Enter.class,
                    "ENTER_CHANNEL",
                    ChannelMessages::writeEnter,
                    in -> new Enter(
                            speaker(in.fields()),
                            lamport(in.fields()),
                            in.object().path("replaces").asBoolean(false)),
                    OwnMessages.as(Reply.Heard.class))
            .row(
                    Exit.class,
                    "LEAVE_CHANNEL",
                    (exit, object) -> Frame.of(put(object, exit.speaker())),
                    in -> new Exit(speaker(in.fields())),
                    OwnMessages.as(Reply.Heard.class))
            .row(
                    MakeTopic.class,
                    "MAKE_TOPIC",
                    (make, object) -> Frame.of(put(object, make.speaker()).put("topic", make.topic())),
                    in -> new MakeTopic(speaker(in.fields()), in.text("topic")),
                    OwnMessages.as(Reply.Heard.class))
            .row(
                    Say.class,
                    "SAY",
                    ChannelMessages::writeSay,
                    in -> new Say(
                            speaker(in.fields()),
                            in.fields().number("number", 1, Long.MAX_VALUE),
                            in.fields().optionalText("topic"),
                            in.fields().optionalText("person"),
                            in.fields().longText("text", MAX_TEXT),
                            lamport(in.fields())),
                    OwnMessages.as(Reply.Heard.class))
            .row(
                    Read.class,
                    "READ_CHANNEL",
                    ChannelMessages::writeRead,
                    ChannelMessages::readRead,
                    OwnMessages.as(Reply.Messages.class))
            .row(
                    Confirm.class,
                    "CONFIRM_READ",
                    (confirm, object) -> Frame.of(put(object, confirm.speaker()).put("id", confirm.id())),
                    in -> new Confirm(speaker(in.fields()), in.fields().number("id", 1, Long.MAX_VALUE)),
                    OwnMessages.as(Reply.Heard.class))
            .row(
                    Look.class,
                    "SHOW_CHANNEL",
                    (look, object) -> Frame.of(object),
                    in -> new Look(),
                    OwnMessages.as(Reply.ChannelView.class))
            .row(
                    ListReaders.class,
                    "LIST_READERS",
                    (list, object) -> Frame.of(object.put("id", list.id())),
                    in -> new ListReaders(in.fields().number("id", 1, Long.MAX_VALUE)),
                    OwnMessages.as(Reply.Readers.class))
            .build();

    private ChannelMessages() {}

    private static Frame writeEnter(Enter enter, ObjectNode object) {
        put(object, enter.speaker()).put("lamport", enter.lamport());
        if (enter.replaces()) {
            object.put("replaces", true);
        }
        return Frame.of(object);
    }

    private static Frame writeSay(Say say, ObjectNode object) {
        put(object, say.speaker()).put("number", say.number());
        say.topic().ifPresent(topic -> object.put("topic", topic));
        say.person().ifPresent(person -> object.put("person", person));
        return Frame.of(object.put("text", say.text()).put("lamport", say.lamport()));
    }

    private static Frame writeRead(Read read, ObjectNode object) {
        read.speaker().ifPresent(speaker -> put(object, speaker));
        object.put("after", read.after());
        read.last().ifPresent(last -> object.put("last", last));
        if (!read.topics().isEmpty()) {
            read.topics().forEach(object.putArray("topics")::add);
        }
        return Frame.of(object.put("wait_ms", read.patience().toMillis()));
    }

    private static Read readRead(Received in) throws BadMessage {
        Fields fields = in.fields();
        return new Read(
                fields.has("name") ? Optional.of(speaker(fields)) : Optional.empty(),
                fields.numberOr("after", 0, Long.MAX_VALUE, 0),
                fields.has("last") ? Optional.of((int) fields.number("last", 0, MAX_AT_ONCE)) : Optional.empty(),
                topics(fields, in.object()),
                fields.millis("wait_ms", MAX_WAIT, Duration.ZERO));
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
                if (!topic.isTextual() || topics.size() == MAX_TOPICS) {
                    throw new BadMessage(
                            object.path("action").asText() + ": 'topics' is to be up to " + MAX_TOPICS + " names");
                }
                topics.add(topic.textValue());
            }
        }
        return topics;
    }

    private static ObjectNode put(ObjectNode object, Speaker speaker) {
        return object.put("name", speaker.name()).put("session", speaker.session());
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
            throw OwnMessages.unreadable();
        }
    }
}
