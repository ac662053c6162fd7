package org.mutirao.console.compat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.mutirao.console.compat.RawConversation.Heard;
import org.mutirao.console.compat.RawConversation.Reaction;
import org.mutirao.console.compat.ScriptedMaster.Script;

/** What is heard of programs that never come to an end. */
class RawConversationTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private static Script endless(String start, char more) {
        byte[] block = new byte[64 * 1024];
        Arrays.fill(block, (byte) more);
        return connection -> {
            ScriptedMaster.say(connection, start);
            pour(connection, block);
        };
    }

    private static void pour(Socket connection, byte[] block) throws IOException {
        while (true) { // until the other side has enough
            connection.getOutputStream().write(block);
        }
    }

    private static Heard hear(Script script, AtomicLong clock, long step) throws IOException {
        try (ScriptedMaster master = new ScriptedMaster(script);
                RawConversation conversation = new RawConversation(master.address(), () -> clock.getAndAdd(step))) {
            return conversation.hear(LONG);
        }
    }

    private static Heard hear(Script script) throws IOException {
        return hear(script, new AtomicLong(), 0);
    }

    @Test
    void aFloodEndsWhereItIsTooMuch() throws IOException {
        assertEquals(Reaction.GARBAGE, hear(endless("", '}')).reaction());
        assertEquals(Reaction.PART, hear(endless("{\"a\":", '{')).reaction());
        assertEquals(Reaction.PART, hear(endless("{\"a\":\"", '}')).reaction());
    }

    /** Each piece comes in time, the whole never. */
    @Test
    void aDripEndsToo() throws IOException {
        Heard heard = hear(endless("{", ' '), new AtomicLong(), LONG.toNanos());
        assertEquals(Reaction.PART, heard.reaction());
    }

    @Test
    void anObjectEndsAtItsLastBraceAndTheNextIsTheNextAnswer() throws IOException {
        String first = " {\"a\":\"}\\\"}\\\\\",\"b\":{}}";
        String second = "{\"c\":1}";
        try (ScriptedMaster master = new ScriptedMaster(connection -> {
                    ScriptedMaster.say(connection, first + second + "{x}");
                    ScriptedMaster.readAll(connection);
                });
                RawConversation conversation = new RawConversation(master.address(), () -> 0)) {
            assertEquals(first, text(conversation.hear(LONG)));
            assertEquals(second, text(conversation.hear(LONG)));
            Heard last = conversation.hear(Duration.ofMillis(10));
            assertEquals(Reaction.GARBAGE, last.reaction(), "braces alone make no object");
            assertEquals("{x}", text(last));
        }
    }

    private static String text(Heard heard) {
        return new String(heard.text(), StandardCharsets.UTF_8);
    }
}
