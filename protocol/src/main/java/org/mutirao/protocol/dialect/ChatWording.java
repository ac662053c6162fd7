package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.ChatMessage;
import org.mutirao.protocol.table.SealedFunction;

/**
 * The words of the course's chat. Its programs read once with a small buffer and take what they got for one message, so none may be
 * large: {@link #parts} divides a long history, and a long text is cut.
 */
public final class ChatWording {
    /** One packet of an ordinary network, so that it arrives in one piece. */
    public static final int LONGEST = 1448;

    private static final int MAX_NAME = 64;
    private static final int MAX_TEXT = 16 * 1024;

    /** Each word as bytes, most of which should be no more than so many. */
    private static final SealedFunction<ChatMessage, Integer, byte[]> WORDS =
            SealedFunction.<ChatMessage, Integer, byte[]>of(ChatMessage.class)
                    .row(ChatMessage.History.class, (history, longest) -> bytes(object(history.messages())))
                    .row(ChatMessage.Said.class, (said, longest) -> write(said, longest))
                    .row(ChatMessage.Notice.class, (notice, longest) -> bytes(object(notice)))
                    .row(ChatMessage.ReadBy.class, (read, longest) -> bytes(object(read)))
                    .row(ChatMessage.Join.class, (join, longest) -> ofClients(join))
                    .row(ChatMessage.Say.class, (say, longest) -> ofClients(say))
                    .row(ChatMessage.Read.class, (read, longest) -> ofClients(read))
                    .build();

    private ChatWording() {}

    /** Whether this is how a chat begins, and nothing else that a master is told. */
    public static boolean begins(ObjectNode object) {
        return object.path("type").asText().equals("JOIN") && object.has("client_id") && !object.has("data");
    }

    /**
     * What a client says; nothing for words that nobody knows.
     *
     * @throws BadMessage when a field is missing or of another kind
     */
    public static Optional<ChatMessage> read(ObjectNode object) throws BadMessage {
        String type = object.path("type").asText();
        Fields fields = new Fields(type, object);
        return switch (type) {
            case "JOIN" -> Optional.of(new ChatMessage.Join(fields.longText("client_id", MAX_NAME)));
            case "CHAT" -> Optional.of(new ChatMessage.Say(fields.longText("message", MAX_TEXT)));
            case "READ_CONFIRM" -> Optional.of(new ChatMessage.Read(fields.number("msg_id", 0, Long.MAX_VALUE)));
            default -> Optional.empty();
        };
    }

    /** The bytes of what the server says: no more than {@link #LONGEST} for each of {@link #parts}. */
    public static byte[] write(ChatMessage word) {
        return WORDS.apply(word, LONGEST);
    }

    private static ObjectNode object(ChatMessage.Notice notice) {
        ObjectNode object = FlatDialect.object("type", "SYSTEM").put("message", notice.text());
        return object.put("timestamp", seconds(notice.at())).put("msg_id", notice.id());
    }

    private static ObjectNode object(ChatMessage.ReadBy read) {
        ObjectNode object = FlatDialect.object("type", "READ_CONFIRM").put("reader", read.reader());
        return object.put("msg_id", read.id()).put("timestamp", seconds(read.at()));
    }

    private static byte[] ofClients(ChatMessage word) {
        throw new IllegalArgumentException(
                "the server says no " + word.getClass().getSimpleName());
    }

    private static byte[] write(ChatMessage.Said said, int longest) {
        byte[] bytes = bytes(object(said, said.text()));
        String text = said.text();
        while (bytes.length > longest) {
            text = text.substring(0, text.offsetByCodePoints(0, text.codePointCount(0, text.length()) * 3 / 4));
            bytes = bytes(object(said, text + "…"));
        }
        return bytes;
    }

    /** What is sent instead of one word: a history that is too long becomes as much of it as fits, and messages. */
    public static List<ChatMessage> parts(ChatMessage word) {
        if (!(word instanceof ChatMessage.History history)) {
            return List.of(word);
        }
        List<ChatMessage.Said> all = history.messages();
        int first = 0;
        while (first < all.size() && bytes(object(all.subList(0, first + 1))).length <= LONGEST) {
            first++;
        }
        List<ChatMessage> parts = new ArrayList<>();
        parts.add(new ChatMessage.History(List.copyOf(all.subList(0, first))));
        parts.addAll(all.subList(first, all.size()));
        return parts;
    }

    private static ObjectNode object(List<ChatMessage.Said> messages) {
        ObjectNode object = Json.mapper().createObjectNode().put("type", "HISTORY");
        ArrayNode array = object.putArray("messages");
        messages.forEach(said -> array.add(object(said, said.text())));
        return object;
    }

    private static ObjectNode object(ChatMessage.Said said, String text) {
        return Json.mapper()
                .createObjectNode()
                .put("type", "CHAT")
                .put("sender", said.sender())
                .put("message", text)
                .put("timestamp", seconds(said.at()))
                .put("msg_id", said.id());
    }

    private static double seconds(long millis) {
        return millis / 1000.0;
    }

    private static byte[] bytes(ObjectNode object) {
        return Json.write(object).getBytes(StandardCharsets.UTF_8);
    }
}
