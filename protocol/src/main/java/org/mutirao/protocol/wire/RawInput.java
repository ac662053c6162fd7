package org.mutirao.protocol.wire;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.DefaultMessageSizeEstimator;
import io.netty.channel.FileRegion;
import io.netty.channel.MessageSizeEstimator;
import io.netty.handler.stream.ChunkedInput;
import java.io.IOException;
import java.nio.channels.FileChannel;
import org.mutirao.protocol.dialect.Frame;

/**
 * A frame whose file leaves as it is: its text, then the file in regions, which the system copies from its cache to the socket where
 * it can. A region is small enough that a slow reader takes it within the time that one write may last.
 */
final class RawInput implements ChunkedInput<Object> {
    private static final int REGION = 256 * 1024;

    /** Counts regions as what they are. Netty's own takes them for nothing, and would queue a whole file at once. */
    static final MessageSizeEstimator ESTIMATOR = () -> {
        MessageSizeEstimator.Handle others = DefaultMessageSizeEstimator.DEFAULT.newHandle();
        return message -> message instanceof FileRegion region ? (int) region.count() : others.size(message);
    };

    private final Frame frame;
    private final FileChannel file;
    private final long size;
    private long sent;
    private boolean begun;
    private boolean ended;

    /** @param file is closed with this */
    RawInput(Frame frame, FileChannel file) {
        this.frame = frame;
        this.file = file;
        this.size = frame.payload().orElseThrow().blob().size();
    }

    @Override
    public Object readChunk(ByteBufAllocator allocator) throws IOException {
        if (!begun) {
            begun = true;
            ended = size == 0 && frame.after().length == 0;
            return Unpooled.wrappedBuffer(frame.before());
        }
        if (sent < size) {
            long count = Math.min(REGION, size - sent);
            Region region = new Region(file, sent, count);
            sent += count;
            ended = sent == size && frame.after().length == 0;
            return region;
        }
        if (ended) {
            return null;
        }
        ended = true;
        return Unpooled.wrappedBuffer(frame.after());
    }

    /** One of many of the same file, which stays open. */
    private static final class Region extends DefaultFileRegion {
        Region(FileChannel file, long position, long count) {
            super(file, position, count);
        }

        @Override
        protected void deallocate() {
            // RawInput closes the file after the last one.
        }
    }

    @Override
    public boolean isEndOfInput() {
        return ended;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    @Override
    public long length() {
        return frame.length();
    }

    @Override
    public long progress() {
        return sent;
    }

    @Deprecated
    @Override
    public Object readChunk(ChannelHandlerContext context) throws IOException {
        return readChunk(context.alloc());
    }
}
