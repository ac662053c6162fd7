package org.mutirao.protocol.wire;

import java.io.IOException;
import java.util.Optional;
import org.mutirao.protocol.message.Payload;

/**
 * Carries the bytes that follow one object to the spool, as many as it said. Ends at the first failure: unlike base64, which is part
 * of its object, bytes that nobody keeps need not be read.
 */
final class RawBytes {
    private Spool.Sink sink;
    private long left;
    private IOException failure;

    /** @param size what the object said; the spool may refuse it before the first byte */
    RawBytes(Spool spool, long size) {
        left = size;
        try {
            sink = spool.open(size);
        } catch (IOException e) {
            failure = e;
        }
    }

    /** Takes no more than belongs to it; returns how many that were. */
    int accept(byte[] bytes, int from, int to) {
        int count = (int) Math.min(left, to - from);
        try {
            sink.write(bytes, from, count);
            left -= count;
        } catch (IOException e) {
            failure = e;
            discard();
        }
        return count;
    }

    /** Whether all have come, or no more are of use. */
    boolean ended() {
        return left == 0 || failure != null;
    }

    Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }

    /** Once all have come. */
    Payload finish() throws IOException {
        try {
            return sink.finish();
        } catch (IOException e) {
            failure = e;
            discard();
            throw e;
        }
    }

    void discard() {
        if (sink != null) {
            sink.discard();
        }
    }
}
