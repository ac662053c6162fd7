package org.mutirao.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.MappingIterator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.io.SequenceInputStream;
import java.io.StringWriter;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.Test;
import org.mutirao.console.compat.ScriptedMaster;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.ChannelRow;
import picocli.CommandLine;

/** {@code console chat} at masters that lose answers, refuse for a while and forget who is there. */
class ChatCommandTest {
    private static final String OK = "{\"status\":\"OK\",\"id\":10,\"lamport\":10}";
    private static final String LATER = "{\"status\":\"ERROR\",\"code\":\"TRY_LATER\",\"message\":\"not so fast\"}";
    private static final String WHO = "{\"status\":\"ERROR\",\"code\":\"CONFLICT\",\"message\":\"who are you?\"}";
    /** More than one may say in a burst. */
    private static final int LINES = 150;

    /** The channel's side of the conversation: each thing that goes wrong goes wrong once. */
    private static final class Room {
        /** By number, since a repetition is the same message. */
        private final Map<Long, String> said = new TreeMap<>();

        private final List<String> order = new ArrayList<>();
        private final List<Long> confirmed = new ArrayList<>();
        private final CountDownLatch allConfirmed = new CountDownLatch(1);
        private final Set<String> faults = new HashSet<>();
        private long waiting;
        private boolean hasty;
        private int entered;
        private boolean known = true;

        void play(Socket connection) throws IOException {
            try (MappingIterator<Map<String, Object>> messages =
                    Json.mapper().readerForMapOf(Object.class).readValues(connection.getInputStream())) {
                while (messages.hasNextValue()) {
                    Optional<String> answer = answer(messages.nextValue());
                    if (answer.isEmpty()) {
                        return; // nobody will know whether it was heard
                    }
                    ScriptedMaster.say(connection, answer.get());
                    if (answer.get().isEmpty()) {
                        ScriptedMaster.readAll(connection); // it listens, and nobody says anything
                    }
                }
            }
        }

        private synchronized Optional<String> answer(Map<String, Object> asked) {
            String action = asked.get("action").toString();
            return switch (action) {
                case "ENTER_CHANNEL" -> {
                    entered++;
                    known = true;
                    yield Optional.of(OK);
                }
                case "SAY" ->
                    say(
                            ((Number) asked.get("number")).longValue(),
                            asked.get("text").toString());
                case "READ_CHANNEL" -> Optional.of(read(((Number) asked.get("after")).longValue(), asked));
                case "CONFIRM_READ" -> confirm(((Number) asked.get("id")).longValue());
                default -> Optional.of(OK);
            };
        }

        private Optional<String> say(long number, String text) {
            hasty |= waiting != 0 && waiting != number;
            waiting = number;
            if (number == 20 && first("lost question")) {
                return Optional.empty();
            }
            if (number == 30 && (first("busy") || first("busy still"))) {
                return Optional.of(LATER);
            }
            if (number == 40 && first("forgot")) {
                known = false;
            }
            if (!known) {
                return Optional.of(WHO);
            }
            if (said.put(number, text) == null) {
                order.add(text);
            }
            if (number == 50 && first("lost answer")) {
                return Optional.empty();
            }
            waiting = 0;
            return Optional.of(OK);
        }

        private boolean first(String fault) {
            return faults.add(fault);
        }

        /** Two batches, then nothing any more. */
        private static String read(long after, Map<String, Object> asked) {
            if (asked.containsKey("last")) {
                return "{\"status\":\"OK\",\"messages\":[],\"last\":10}";
            }
            return after >= 14 ? "" : messages(after + 1, after + 2);
        }

        private static String messages(long first, long last) {
            List<ChannelRow> rows = new ArrayList<>();
            for (long id = first; id <= last; id++) {
                rows.add(new ChannelRow(
                        id, id, 0, "said", "bento", Optional.of("general"), Optional.empty(), "message " + id));
            }
            return "{\"status\":\"OK\",\"messages\":" + Json.write(rows) + ",\"last\":" + last + "}";
        }

        private Optional<String> confirm(long id) {
            if (id == 12 && first("lost confirmation")) {
                return Optional.empty();
            }
            confirmed.add(id);
            if (id == 14) {
                allConfirmed.countDown();
            }
            return Optional.of(OK);
        }
    }

    /** What is typed once something has happened. */
    static InputStream after(CountDownLatch happened, String text) {
        return new InputStream() {
            private final InputStream typed = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));

            @Override
            public int read() throws IOException {
                try {
                    boolean isTime = happened.await(60, TimeUnit.SECONDS);
                    return isTime ? typed.read() : -1; // what did not happen is seen by the test's end
                } catch (InterruptedException e) {
                    throw new InterruptedIOException();
                }
            }

            @Override
            public int read(byte[] block, int from, int count) throws IOException {
                int first = read();
                if (first < 0) {
                    return -1;
                }
                block[from] = (byte) first;
                return 1;
            }
        };
    }

    @Test
    void pastedLinesAreAllSaidOnceAndWhatOthersSayIsHeardAndConfirmed() throws IOException {
        Room room = new Room();
        List<String> lines =
                IntStream.rangeClosed(1, LINES).mapToObj(n -> "line " + n).toList();
        InputStream typed = new SequenceInputStream(
                new ByteArrayInputStream((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8)),
                after(room.allConfirmed, "/quit\n"));
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        try (ScriptedMaster master = new ScriptedMaster(room::play)) {
            CommandLine console = Main.commandLine(Screen.none(), new CommandLine.IFactory() {
                @Override
                public <K> K create(Class<K> type) throws Exception {
                    return type == ChatCommand.class
                            ? type.cast(new ChatCommand(
                                    () -> new DumbTerminal("test", "dumb", typed, shown, StandardCharsets.UTF_8)))
                            : CommandLine.defaultFactory().create(type);
                }
            });
            StringWriter failures = new StringWriter();
            console.setErr(new PrintWriter(failures));
            String address = "127.0.0.1:" + master.address().getPort();
            assertEquals(0, console.execute("chat", "ana", "--history=0", "--master=" + address), failures.toString());
        }
        String screen = shown.toString(StandardCharsets.UTF_8);
        synchronized (room) {
            assertEquals(lines, room.order, "each once and in order, whatever was lost on the way");
            assertFalse(room.hasty, "a line waits until it is known what became of the one before");
            assertFalse(screen.contains("not said"), screen);
            assertEquals(
                    Set.of("lost question", "busy", "busy still", "forgot", "lost answer", "lost confirmation"),
                    room.faults,
                    "all of it happened");
            assertTrue(room.entered >= 2, "it came in again after it was forgotten");
            assertEquals(List.of(11L, 13L, 14L), room.confirmed, "a lost confirmation stops nobody from listening");
        }
        for (long id = 11; id <= 14; id++) {
            assertTrue(screen.contains("bento: message " + id), screen);
        }
    }
}
