package org.mutirao.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.dialect.BadMessage;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.dialect.Frame;
import org.mutirao.protocol.dialect.UnknownActionException;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;

/**
 * Any bytes at all. The build runs what is kept in {@code WireFuzzTestInputs}; with JAZZER_FUZZ=1 in the environment, one test at a
 * time goes on looking for worse.
 */
class WireFuzzTest {
    private static final int HEAD_LIMIT = 2048;
    private static final int LARGEST = 4096;

    /** Payloads in memory, no more than fits. */
    private static final Spool SPOOL = () -> new Spool.Sink() {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void write(byte[] block, int offset, int length) throws IOException {
            if (bytes.size() + length > LARGEST) {
                throw new PayloadTooLarge("too large");
            }
            bytes.write(block, offset, length);
        }

        @Override
        public Payload finish() {
            return new Payload(Path.of("x"), new Blob(Sha256.of(bytes.toByteArray()), bytes.size()));
        }

        @Override
        public void discard() {
            bytes.reset();
        }
    };

    private record Seen(List<ScannedObject> objects, boolean broken) {}

    private static Seen scan(byte[] stream, int step) {
        ObjectScanner scanner = new ObjectScanner(HEAD_LIMIT, SPOOL);
        List<ScannedObject> objects = new ArrayList<>();
        try {
            for (int at = 0; at < stream.length; at += step) {
                scanner.feed(stream, at, Math.min(stream.length, at + step), objects::add);
            }
            return new Seen(objects, false);
        } catch (StreamBroken e) {
            assertNotNull(e.getMessage());
            return new Seen(objects, true);
        } finally {
            scanner.abandon();
            assertFalse(scanner.midObject());
        }
    }

    /** However the bytes are cut into segments, the same objects come out, and none is larger than allowed. */
    @FuzzTest
    void segmentsDoNotMatter(byte[] stream) {
        Seen whole = scan(stream, Math.max(1, stream.length));
        Seen bytes = scan(stream, 1);
        Seen odd = scan(stream, 7);
        assertEquals(whole.broken(), bytes.broken());
        assertEquals(whole.objects().size(), bytes.objects().size());
        assertEquals(whole.objects().size(), odd.objects().size());
        for (int i = 0; i < whole.objects().size(); i++) {
            ScannedObject object = whole.objects().get(i);
            assertTrue(object.text().length <= HEAD_LIMIT);
            assertArrayEquals(object.text(), bytes.objects().get(i).text());
            assertEquals(object.payload(), bytes.objects().get(i).payload());
            assertEquals(
                    object.problem().isPresent(),
                    bytes.objects().get(i).problem().isPresent());
        }
    }

    /** An object is a message, which is then written and read again as the same, or it is refused in words. */
    @FuzzTest
    void everyObjectIsAMessageOrRefusedInWords(byte[] stream) {
        for (ScannedObject object : scan(stream, Math.max(1, stream.length)).objects()) {
            ObjectNode node;
            try {
                node = Json.readObject(object.text());
            } catch (IOException e) {
                assertNotNull(e.getMessage());
                continue;
            }
            Dialect dialect = Dialects.of(node).orElse(Dialects.common());
            readAsRequest(dialect, node, object.payload());
            for (Dialect each : Dialects.all()) {
                readAsReply(each, node, object.payload());
                assertNotNull(each.pending(node));
                assertNotNull(each.announced(node));
                assertFalse(each.asks(node) && each.announced(node).isPresent());
            }
        }
    }

    private static void readAsRequest(Dialect dialect, ObjectNode node, Optional<Payload> payload) {
        try {
            Request request = dialect.readRequest(node, payload);
            Frame frame = dialect.write(request);
            String text = new String(frame.before(), StandardCharsets.UTF_8)
                    + new String(frame.after(), StandardCharsets.UTF_8);
            ObjectNode again = Json.readObject(text.getBytes(StandardCharsets.UTF_8));
            assertEquals(request, dialect.readRequest(again, frame.payload()));
        } catch (BadMessage e) {
            assertNotNull(e.getMessage());
        } catch (UnknownActionException e) {
            assertTrue(e.action().length() <= 64);
        } catch (IOException e) {
            throw new AssertionError("what we wrote is no JSON", e);
        }
    }

    private static void readAsReply(Dialect dialect, ObjectNode node, Optional<Payload> payload) {
        WorkerId peer = new WorkerId("p");
        for (Request asked : List.of(
                new WorkerRequest.Register(peer, "h", 1, Optional.empty()),
                new WorkerRequest.Heartbeat(peer, Optional.empty()),
                new WorkerRequest.RequestTask(peer, Duration.ZERO))) {
            try {
                assertNotNull(dialect.readReply(asked, node, payload));
            } catch (BadMessage e) {
                assertNotNull(e.getMessage());
            }
        }
    }
}
