package org.mutirao.protocol.wire;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.stream.ChunkedInput;
import java.io.Closeable;
import java.io.IOException;
import org.mutirao.protocol.dialect.Frame;

/** A frame that leaves in chunks, with a file that is closed after the last. */
abstract class FrameChunks<B> implements ChunkedInput<B> {
    final Frame frame;
    private final Closeable file;
    boolean ended;
    long sent;

    FrameChunks(Frame frame, Closeable file) {
        this.frame = frame;
        this.file = file;
    }

    @Override
    public final boolean isEndOfInput() {
        return ended;
    }

    @Override
    public final void close() throws IOException {
        file.close();
    }

    @Override
    public final long length() {
        return frame.length();
    }

    @Override
    public final long progress() {
        return sent;
    }

    @Deprecated
    @Override
    public final B readChunk(ChannelHandlerContext context) throws Exception {
        return readChunk(context.alloc());
    }
}
