package org.mutirao.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectScannerTest {
    private static final String BASE64 =
            Base64.getEncoder().encodeToString("PK-bytes".getBytes(StandardCharsets.UTF_8));

    @Test
    void findsSeveralObjectsInOneSegmentWithAndWithoutSpaceBetween() throws StreamBroken {
        Collected seen = new Collected();
        seen.feed("{\"a\":1}{\"b\":\"}{\"} \r\n\t {\"c\":{\"d\":[1,{\"e\":\"\\\"}\"}]}}");
        assertEquals(List.of("{\"a\":1}", "{\"b\":\"}{\"}", "{\"c\":{\"d\":[1,{\"e\":\"\\\"}\"}]}}"), seen.texts());
        assertFalse(seen.scanner.midObject());
    }

    @Test
    void findsTheSameObjectsWhereverTheStreamIsCut() throws StreamBroken {
        String stream = "{\"action\":\"SUBMIT_RESULT\",\"result_data\":\"" + BASE64
                + "\",\"x\":\"\\\\\"} {\"type\":\"T\",\"data\":{\"task_data\":\"" + BASE64 + "\"}}{}";
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            Collected seen = new Collected();
            seen.scanner.feed(bytes, 0, cut, seen.objects::add);
            seen.scanner.feed(bytes, cut, bytes.length, seen.objects::add);
            assertEquals(
                    List.of(
                            "{\"action\":\"SUBMIT_RESULT\",\"result_data\":\"\",\"x\":\"\\\\\"}",
                            "{\"type\":\"T\",\"data\":{\"task_data\":\"\"}}",
                            "{}"),
                    seen.texts());
            assertEquals(List.of("PK-bytes", "PK-bytes"), seen.payloadTexts());
        }
    }

    @Test
    void findsTheSameObjectsByteByByte() throws StreamBroken {
        Collected seen = new Collected();
        for (byte each : ("{\"task_data\":\"" + BASE64 + "\"}\n{\"n\":null}").getBytes(StandardCharsets.UTF_8)) {
            seen.feed(new byte[] {each});
        }
        assertEquals(List.of("{\"task_data\":\"\"}", "{\"n\":null}"), seen.texts());
        assertEquals(List.of("PK-bytes"), seen.payloadTexts());
    }

    @Property(tries = 200)
    void decodesAnyPayloadInAnyPieces(
            @ForAll @Size(max = 200_000) byte[] content, @ForAll @IntRange(min = 1, max = 70_000) int piece)
            throws StreamBroken {
        Collected seen = new Collected();
        byte[] stream = ("{\"result_data\":\"" + Base64.getEncoder().encodeToString(content) + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < stream.length; at += piece) {
            seen.scanner.feed(stream, at, Math.min(stream.length, at + piece), seen.objects::add);
        }
        assertEquals(1, seen.objects.size());
        assertArrayEquals(content, seen.payloads.get(0));
        assertEquals(
                content.length,
                seen.objects.get(0).payload().orElseThrow().blob().size());
    }

    @Property(tries = 500)
    void survivesAnyBytes(@ForAll @Size(max = 500) byte[] garbage, @ForAll long seed) {
        Collected seen = new Collected(300, 100);
        byte[] mixed = ("{\"task_data\":\"QUJD" + "\"}").getBytes(StandardCharsets.UTF_8);
        Random random = new Random(seed);
        for (int i = 0; i < garbage.length && mixed.length > 0; i++) {
            mixed[random.nextInt(mixed.length)] = garbage[i];
        }
        try {
            seen.feed(mixed);
            seen.feed(garbage);
        } catch (StreamBroken e) {
            assertFalse(e.getMessage().isBlank());
        }
        seen.scanner.abandon();
        assertEquals(0, seen.open, "a half-received payload was left open");
    }

    @ParameterizedTest
    @ValueSource(strings = {"QUJD", "QU\\nJD", "QU\\r\\n JD", "\\u0051UJD", "QUJD\\n"})
    void readsBase64InAllTheWaysThatEncodersWriteIt(String text) throws StreamBroken {
        Collected seen = new Collected();
        seen.feed("{\"task_data\":\"" + text + "\"}");
        assertEquals(List.of("ABC"), seen.payloadTexts());
    }

    @Test
    void readsEscapedSlashesAndMissingPadding() throws StreamBroken {
        Collected seen = new Collected();
        seen.feed("{\"task_data\":\"\\/\\/\\/\\/\"}{\"task_data\":\"QQ\"}");
        assertArrayEquals(new byte[] {-1, -1, -1}, seen.payloads.get(0));
        assertEquals("A", seen.payloadTexts().get(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"QU!D", "QUJ\\u00e9", "QQ==QUJD", "QUJDR", "\\bQUJD", "QU\\u00zzJD"})
    void tellsBadBase64AndReadsOnBehindIt(String text) throws StreamBroken {
        Collected seen = new Collected();
        seen.feed("{\"task_data\":\"" + text + "\",\"more\":1}{\"next\":2}");
        assertEquals(2, seen.objects.size());
        assertTrue(seen.objects.get(0).problem().orElseThrow() instanceof BadBase64);
        assertTrue(seen.objects.get(0).payload().isEmpty());
        assertTrue(seen.objects.get(1).problem().isEmpty());
        assertEquals(0, seen.open);
    }

    @Test
    void goesOnBehindAPayloadThatCouldNotBeStored() throws StreamBroken {
        Collected seen = new Collected(1024, 3);
        seen.feed("{\"task_data\":\"" + "QUJD".repeat(50_000) + "\"}{\"next\":2}");
        assertEquals(
                "No space left on device",
                seen.objects.get(0).problem().orElseThrow().getMessage());
        assertEquals("{\"next\":2}", seen.texts().get(1));
        assertEquals(0, seen.open);
    }

    @Test
    void twoPayloadsInOneMessageAreAProblemOfThatMessage() throws StreamBroken {
        Collected seen = new Collected();
        seen.feed("{\"task_data\":\"QUJD\",\"task_data\":\"QUJD\"}");
        assertTrue(seen.objects.get(0).problem().isPresent());
    }

    @Test
    void payloadKeysDeepInsideOrInListsAreOrdinaryTexts() throws StreamBroken {
        Collected seen = new Collected();
        seen.feed("{\"a\":{\"b\":{\"task_data\":\"QUJD\"}},\"c\":[\"task_data\",\"x\"],\"task_data\":null}");
        assertEquals(0, seen.payloads.size());
        assertTrue(seen.texts().get(0).contains("QUJD"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "[1]", "\"text\"", "GET / HTTP/1.1\r\n", "{]", "{\"a\":[1}", "\u0000"})
    void whatIsNoObjectBreaksTheStream(String text) {
        assertThrows(StreamBroken.class, () -> new Collected().feed(text));
    }

    @Test
    void nestingIsLimited() {
        assertThrows(StreamBroken.class, () -> new Collected().feed("{\"a\":" + "[".repeat(10_000)));
    }

    @Test
    void anEndlessTextIsLimited() {
        Collected seen = new Collected(1000, Long.MAX_VALUE);
        StreamBroken broken = assertThrows(StreamBroken.class, () -> seen.feed("{\"a\":\"" + "x".repeat(1_000_000)));
        assertTrue(broken.getMessage().contains("1000"), broken.getMessage());
    }
}
