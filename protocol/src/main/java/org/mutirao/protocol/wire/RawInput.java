package org.mutirao.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.DefaultMessageSizeEstimator;
import io.netty.channel.FileRegion;
import io.netty.channel.MessageSizeEstimator;
import java.io.IOException;
import java.nio.channels.FileChannel;
import org.mutirao.protocol.dialect.Frame;

/**
 * A frame whose file leaves as it is: its text, then the file in regions, which the system copies from its cache to the socket where
 * it can. A region is small enough that a slow reader takes it within the time that one write may last.
 */
final class RawInput extends FrameChunks<Object> {
    private static final int REGION = 256 * 1024;

    /** Counts regions as what they are. Netty's own takes them for nothing, and would queue a whole file at once. */
    static final MessageSizeEstimator ESTIMATOR = () -> {
        MessageSizeEstimator.Handle others = DefaultMessageSizeEstimator.DEFAULT.newHandle();
        return message -> message instanceof FileRegion region ? (int) region.count() : others.size(message);
    };

    private final FileChannel file;
    private final boolean asRegions;
    private final long size;
    private boolean begun;

    /**
     * Sends nothing yet.
     *
     * @param file is closed with this
     * @param asRegions whether the system may copy the file; else its bytes are read, for TLS
     */
    RawInput(Frame frame, FileChannel file, boolean asRegions) {
        super(frame, file);
        this.file = file;
        this.asRegions = asRegions;
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
            Object region = asRegions ? new Region(file, sent, count) : read(allocator, sent, (int) count);
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

    private ByteBuf read(ByteBufAllocator allocator, long position, int count) throws IOException {
        ByteBuf bytes = allocator.buffer(count);
        try {
            while (bytes.readableBytes() < count) {
                int done = bytes.readableBytes();
                if (bytes.writeBytes(file, position + done, count - done) < 0) {
                    throw new IOException("the file became shorter while it was sent");
                }
            }
            return bytes;
        } catch (IOException e) {
            bytes.release();
            throw e;
        }
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
}
