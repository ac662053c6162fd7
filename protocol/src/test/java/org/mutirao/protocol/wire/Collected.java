package org.mutirao.protocol.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;

/** A scanner with a spool in memory, and what came out of both. */
final class Collected implements Spool {
    final List<ScannedObject> objects = new ArrayList<>();
    final List<byte[]> payloads = new ArrayList<>();
    final ObjectScanner scanner;
    private final long roomFor;
    int open;

    Collected(int headLimit, long roomFor) {
        this.roomFor = roomFor;
        this.scanner = new ObjectScanner(headLimit, this);
    }

    Collected() {
        this(64 * 1024, Long.MAX_VALUE);
    }

    void feed(String text) throws StreamBroken {
        feed(text.getBytes(StandardCharsets.UTF_8));
    }

    void feed(byte[] bytes) throws StreamBroken {
        scanner.feed(bytes, 0, bytes.length, objects::add);
    }

    List<String> texts() {
        return objects.stream()
                .map(object -> new String(object.text(), StandardCharsets.UTF_8))
                .toList();
    }

    List<String> payloadTexts() {
        return payloads.stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toList();
    }

    @Override
    public Sink open() {
        open++;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        return new Sink() {
            private boolean closed;

            @Override
            public void write(byte[] block, int offset, int length) throws IOException {
                if (bytes.size() + length > roomFor) {
                    throw new IOException("No space left on device");
                }
                bytes.write(block, offset, length);
            }

            @Override
            public Payload finish() {
                close();
                payloads.add(bytes.toByteArray());
                return new Payload(Path.of("in-memory"), new Blob(Sha256.of(bytes.toByteArray()), bytes.size()));
            }

            @Override
            public void discard() {
                close();
            }

            private void close() {
                if (!closed) {
                    open--;
                    closed = true;
                }
            }
        };
    }
}
