package org.mutirao.protocol.wire;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Writes into a {@link Spool.Sink}, which is finished or discarded by its owner. */
public final class SinkStream extends OutputStream {
    private static final int BLOCK = 16 * 1024;

    private final Spool.Sink sink;

    private SinkStream(Spool.Sink sink) {
        this.sink = sink;
    }

    /** One for many small pieces; flush it before the sink is finished. */
    public static OutputStream buffered(Spool.Sink sink) {
        return new BufferedOutputStream(new SinkStream(sink), BLOCK);
    }

    @Override
    public void write(int value) throws IOException {
        sink.write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        sink.write(bytes, from, length);
    }
}
