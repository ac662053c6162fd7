package org.mutirao.protocol.multicast;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.MasterCard;

/**
 * What is said on the group's multicast address: one message a datagram. Five are the words of another program, fields with colons
 * between them; the sixth is ours and has no colon, which makes that program ignore it without a word.
 */
public sealed interface GroupDatagram {
    /** That program reads 1024 bytes. */
    int MAX_TEXT = 900;

    /** A newcomer names itself. */
    record Join(int id, int priority) implements GroupDatagram {
        @Override
        public String words() {
            return "JOIN:" + id + ":" + priority;
        }
    }

    /** The answer of everybody else. */
    record Welcome(int id, int priority) implements GroupDatagram {
        @Override
        public String words() {
            return "WELCOME:" + id + ":" + priority;
        }
    }

    record Leave(int id) implements GroupDatagram {
        @Override
        public String words() {
            return "LEAVE:" + id;
        }
    }

    record Message(int from, String text) implements GroupDatagram {
        @Override
        public String words() {
            return "MESSAGE:" + from + ":" + plain(text);
        }
    }

    record MessageTo(int from, int to, String text) implements GroupDatagram {
        @Override
        public String words() {
            return "MESSAGE_TO:" + from + ":" + to + ":" + plain(text);
        }
    }

    /**
     * A master of ours.
     *
     * @param text the card as it was sent
     * @param seal shows that the sender knows the room's secret; empty without one
     */
    record Hello(MasterCard card, String text, String seal) implements GroupDatagram {
        /** Of a room without a key. */
        public Hello(MasterCard card) {
            this(card, Hellos.write(card), "");
        }

        @Override
        public String words() {
            return Hellos.MARK + text + (seal.isEmpty() ? "" : Hellos.GAP + seal);
        }
    }

    /** The datagram's bytes. A text loses its colons and control characters, and its end if it is too long. */
    default byte[] bytes() {
        return words().getBytes(StandardCharsets.UTF_8);
    }

    /** The same as text. */
    String words();

    private static String plain(String text) {
        StringBuilder plain = new StringBuilder();
        int bytes = 0;
        for (int c : text.strip().codePoints().toArray()) {
            int safe = c == ':' ? ';' : Character.isISOControl(c) ? ' ' : c;
            bytes += Character.toString(safe).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MAX_TEXT) {
                break;
            }
            plain.appendCodePoint(safe);
        }
        return plain.toString();
    }

    /** Reads what came; empty when it is nothing that anybody here says. */
    static Optional<GroupDatagram> parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8).strip();
        if (text.startsWith(Hellos.MARK)) {
            return Hellos.parse(text);
        }
        String[] fields = text.split(":", -1);
        try {
            return switch (fields[0]) {
                case "JOIN" ->
                    fields.length < 3 ? Optional.empty() : Optional.of(new Join(number(fields[1]), number(fields[2])));
                case "WELCOME" ->
                    fields.length < 3
                            ? Optional.empty()
                            : Optional.of(new Welcome(number(fields[1]), number(fields[2])));
                case "LEAVE" -> fields.length < 2 ? Optional.empty() : Optional.of(new Leave(number(fields[1])));
                case "MESSAGE" ->
                    fields.length < 3
                            ? Optional.empty()
                            : Optional.of(new Message(number(fields[1]), plain(fields[2])));
                case "MESSAGE_TO" ->
                    fields.length < 4
                            ? Optional.empty()
                            : Optional.of(new MessageTo(number(fields[1]), number(fields[2]), plain(fields[3])));
                default -> Optional.empty();
            };
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static int number(String field) {
        return Integer.parseInt(field.strip());
    }

    /** How ours are told. */
    final class Hellos {
        private static final String MARK = "MUTIRAO ";
        private static final String GAP = " ";
        private static final int LONGEST = 2_000;

        private Hellos() {}

        private static String write(MasterCard card) {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(Json.write(card).getBytes(StandardCharsets.UTF_8));
        }

        private static Optional<GroupDatagram> parse(String text) {
            if (text.length() > LONGEST) {
                return Optional.empty();
            }
            String[] words = text.substring(MARK.length()).split(GAP, -1);
            if (words.length > 2) {
                return Optional.empty();
            }
            try {
                MasterCard card = Json.read(Base64.getUrlDecoder().decode(words[0]), MasterCard.class);
                return Optional.of(new Hello(card, words[0], words.length == 2 ? words[1] : ""));
            } catch (IOException | IllegalArgumentException e) {
                return Optional.empty();
            }
        }
    }
}
