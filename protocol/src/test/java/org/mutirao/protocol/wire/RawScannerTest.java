package org.mutirao.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.message.Payload;

/** Bytes behind an object, found by the scanner. */
class RawScannerTest {
    private static Collected agreed() {
        Collected seen = new Collected();
        seen.scanner.agreeOnRaw();
        return seen;
    }

    @Test
    void findsTheBytesWhereverTheStreamIsCut() throws StreamBroken {
        String stream = "{\"raw\":9,\"a\":1}PK\"}{\\u00 {\"b\":{\"raw\":3},\"raw\" : 0 }\n{\"raw\":2}{}";
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            Collected seen = agreed();
            seen.scanner.feed(bytes, 0, cut, seen.objects::add);
            seen.scanner.feed(bytes, cut, bytes.length, seen.objects::add);
            assertEquals(
                    List.of("{\"raw\":9,\"a\":1}", "{\"b\":{\"raw\":3},\"raw\" : 0 }", "{\"raw\":2}"), seen.texts());
            assertEquals(List.of("PK\"}{\\u00", "", "{}"), seen.payloadTexts());
            assertFalse(seen.scanner.midObject());
            assertEquals(0, seen.open);
        }
    }

    @Test
    void withoutAnAgreementTheFieldMeansNothing() throws StreamBroken {
        Collected seen = new Collected();
        seen.feed("{\"raw\":2}{}{\"raw\":\"x\"}");
        assertEquals(List.of("{\"raw\":2}", "{}", "{\"raw\":\"x\"}"), seen.texts());
        assertEquals(0, seen.payloads.size());
    }

    @Test
    void anObjectIsHalfUntilItsLastByteIsThere() throws StreamBroken {
        Collected seen = agreed();
        seen.feed("{\"raw\":4}123");
        assertTrue(seen.scanner.midObject());
        assertTrue(seen.scanner.midPayload());
        assertTrue(seen.scanner.held() > 0, "its text waits in memory");
        assertEquals(0, seen.objects.size());
        seen.scanner.abandon();
        assertFalse(seen.scanner.midObject());
        assertEquals(0, seen.open, "what was half received is deleted");
        assertEquals(0, seen.payloads.size());
    }

    @Test
    void moreBytesThanSaidAreNoMessage() throws StreamBroken {
        Collected seen = agreed();
        StreamBroken broken = assertThrows(StreamBroken.class, () -> seen.feed("{\"raw\":4}12345"));
        assertEquals("expected a JSON object, found '5'", broken.getMessage());
        assertEquals(List.of("1234"), seen.payloadTexts());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"raw\":-1}",
                "{\"raw\":1.5}",
                "{\"raw\":1e3}",
                "{\"raw\":\"4\"}",
                "{\"raw\":null}",
                "{\"raw\":[4]}",
                "{\"raw\":{}}",
                "{\"raw\":}",
                "{\"raw\":1234567890123456}",
                "{\"raw\":1,\"raw\":1}",
                "{\"raw\":1,:1}",
                "{\"task_data\":\"UEs=\",\"raw\":1}"
            })
    void aCountThatIsNoneEndsTheStream(String object) throws StreamBroken {
        Collected seen = agreed();
        String said = assertThrows(StreamBroken.class, () -> seen.feed(object)).getMessage();
        assertTrue(said.contains("bytes"), said);
        seen.scanner.abandon();
        assertEquals(0, seen.open);
        assertEquals(0, seen.objects.size());
    }

    /** The message can be answered, but what follows is of no use: 4 GiB are not read to be thrown away. */
    @Test
    void bytesWithoutRoomEndTheStreamAndTheMessageSaysWhy() {
        Collected seen = new Collected(1024, 3);
        seen.scanner.agreeOnRaw();
        assertThrows(StreamBroken.class, () -> seen.feed("{\"raw\":1000}12345"));
        assertEquals(1, seen.objects.size());
        assertEquals(
                "No space left on device",
                seen.objects.get(0).problem().orElseThrow().getMessage());
        assertEquals(0, seen.open);
    }

    @Test
    void aSizeOverTheLimitIsRefusedBeforeTheFirstByte() {
        Spool strict = new Spool() {
            @Override
            public Sink open() {
                throw new AssertionError("nothing is to be opened");
            }

            @Override
            public Sink open(long size) throws IOException {
                throw new PayloadTooLarge("too large: " + size);
            }
        };
        ObjectScanner scanner = new ObjectScanner(1024, strict);
        scanner.agreeOnRaw();
        List<ScannedObject> objects = new ArrayList<>();
        byte[] text = "{\"raw\":999999}".getBytes(StandardCharsets.UTF_8);
        assertThrows(StreamBroken.class, () -> scanner.feed(text, 0, text.length, objects::add));
        assertEquals("too large: 999999", objects.get(0).problem().orElseThrow().getMessage());
    }

    @Test
    void aFileThatCantBeClosedIsAProblemOfItsMessage() throws StreamBroken {
        Spool failing = () -> new Spool.Sink() {
            @Override
            public void write(byte[] bytes, int offset, int length) {}

            @Override
            public Payload finish() throws IOException {
                throw new IOException("disk full");
            }

            @Override
            public void discard() {}
        };
        ObjectScanner scanner = new ObjectScanner(1024, failing);
        scanner.agreeOnRaw();
        List<ScannedObject> objects = new ArrayList<>();
        byte[] text = "{\"raw\":1}x".getBytes(StandardCharsets.UTF_8);
        assertThrows(StreamBroken.class, () -> scanner.feed(text, 0, text.length, objects::add));
        assertEquals("disk full", objects.get(0).problem().orElseThrow().getMessage());
    }
}
