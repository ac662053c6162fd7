package org.mutirao.master.face.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.units.Told;

class MultipartTest {
    private static final String TYPE = "multipart/form-data; boundary=\"--xyz\"";

    private static Multipart form(byte[] body) {
        return Multipart.of(TYPE, new Trickle(body)).orElseThrow();
    }

    private static Multipart form(String body) {
        return form(body.getBytes(StandardCharsets.UTF_8));
    }

    private static String part(String head, String content) {
        return "----xyz\r\nContent-Disposition: form-data; " + head + "\r\nContent-Type: text/plain\r\n\r\n" + content
                + "\r\n";
    }

    private static List<String> all(Multipart form) throws IOException {
        List<String> found = new ArrayList<>();
        for (Optional<Multipart.Part> part = form.next(); part.isPresent(); part = form.next()) {
            found.add(part.get().field() + "|" + part.get().file().orElse("-") + "|"
                    + new String(part.get().content().readAllBytes(), StandardCharsets.UTF_8));
        }
        return found;
    }

    /** A few bytes at a time, as a network brings them. */
    private static final class Trickle extends InputStream {
        private final ByteArrayInputStream all;

        Trickle(byte[] bytes) {
            all = new ByteArrayInputStream(bytes);
        }

        @Override
        public int read() {
            return all.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            return all.read(target, offset, Math.min(length, 3));
        }
    }

    @Test
    void partsComeInTheirOrderWithTheirNames() throws IOException {
        assertEquals(
                List.of(
                        "name|-|prices",
                        "script|main.py|print(1)\n",
                        "inputs|maçã \"x\".csv|a,b\r\n1,2\r\n",
                        "inputs|e.csv|"),
                all(form("before\r\n"
                        + part("name=\"name\"", "prices")
                        + part("name=script; filename=main.py", "print(1)\n")
                        + part("filename=\"maçã \\\"x\\\".csv\"; name=\"inputs\"", "a,b\r\n1,2\r\n")
                        + part("name=\"inputs\"; filename=\"e.csv\"", "")
                        + "----xyz--\r\nafter")));
        assertEquals(List.of(), all(form("----xyz--")));
    }

    @Test
    void whatLooksLikeABoundaryIsContent() throws IOException {
        for (String content :
                List.of("\r\n----xy", "\r\n\r\n----xy\r\n---", "\r", "\n----xyz", "\r\n--", "\r\r\n----x\r\n")) {
            assertEquals(
                    List.of("a|f|" + content + "!", "b|-|2"),
                    all(form(part("name=a; filename=f", content + "!") + part("name=b", "2") + "----xyz--")),
                    content);
        }
    }

    @Test
    void whatNobodyReadsIsPassedOver() throws IOException {
        Multipart form = form(part("name=a; filename=f", "x".repeat(100_000)) + part("name=b", "2") + "----xyz--");
        assertEquals("a", form.next().orElseThrow().field());
        Multipart.Part second = form.next().orElseThrow();
        assertEquals("b", second.field());
        assertEquals('2', second.content().read());
        assertEquals(-1, second.content().read());
        assertTrue(form.next().isEmpty());
    }

    @Test
    void anyBytesComeThroughAsTheyAre() throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            byte[] content = new byte[random.nextInt(200)];
            for (int k = 0; k < content.length; k++) {
                content[k] = (byte) "\r\n--xyz\0".charAt(random.nextInt(8));
            }
            boolean isBoundary = new String(content, StandardCharsets.ISO_8859_1).contains("\r\n----xyz");
            if (isBoundary) {
                continue;
            }
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            body.writeBytes("----xyz\r\nContent-Disposition: form-data; name=a; filename=f\r\n\r\n"
                    .getBytes(StandardCharsets.UTF_8));
            body.writeBytes(content);
            body.writeBytes("\r\n----xyz--".getBytes(StandardCharsets.UTF_8));
            Multipart form = form(body.toByteArray());
            assertArrayEquals(content, form.next().orElseThrow().content().readAllBytes(), "round " + i);
            assertTrue(form.next().isEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no boundary at all",
                "----xyz\r\nContent-Disposition: form-data; name=a\r\n\r\nhalf",
                "----xyz\r\nContent-Disposition: form-data; name=a",
                "----xyz\r\nContent-Disposition: form-data\r\n\r\nx\r\n----xyz--",
                "----xyzz\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n----xyz--",
                "----xyz\r\nno head\r\n\r\nx\r\n----xyz--",
            })
    void whatIsNoFormIsRefusedInASentence(String body) {
        Told refused = assertThrows(Told.class, () -> all(form(body)));
        assertTrue(refused.getMessage().startsWith("the form can't be read: "), refused.getMessage());
    }

    @Test
    void onlyAFormIsOne() {
        assertTrue(
                Multipart.of("application/zip", InputStream.nullInputStream()).isEmpty());
        assertTrue(Multipart.of("", InputStream.nullInputStream()).isEmpty());
        assertTrue(Multipart.of("multipart/form-data", InputStream.nullInputStream())
                .isEmpty());
        assertTrue(Multipart.of("Multipart/Form-Data;charset=utf-8; boundary=abc", InputStream.nullInputStream())
                .isPresent());
    }
}
