package org.mutirao.protocol.wire;

import java.io.IOException;
import org.mutirao.protocol.message.Payload;

/**
 * Carries one payload from its base64 text to the spool. After the first failure it swallows the rest, so that the object
 * around it is still read to its end and can be answered.
 */
final class PayloadReader {
    private Spool.Sink sink;
    private Base64Text text;
    private IOException failure;

    PayloadReader(Spool spool) {
        try {
            sink = spool.open();
            text = new Base64Text(sink);
        } catch (IOException e) {
            failure = e;
        }
    }

    void accept(byte[] bytes, int from, int to) {
        if (failure == null) {
            try {
                text.accept(bytes, from, to);
            } catch (IOException e) {
                fail(e);
            }
        }
    }

    void accept(byte character) {
        accept(new byte[] {character}, 0, 1);
    }

    void fail(IOException e) {
        if (failure == null) {
            failure = e;
            discard();
        }
    }

    Payload finish() throws IOException {
        if (failure == null) {
            try {
                text.finish();
                return sink.finish();
            } catch (IOException e) {
                fail(e);
            }
        }
        throw failure;
    }

    void discard() {
        if (sink != null) {
            sink.discard();
        }
    }
}
