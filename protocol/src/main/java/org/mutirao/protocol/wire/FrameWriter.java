package org.mutirao.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Base64;
import org.mutirao.protocol.dialect.Frame;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.text.Text;

/**
 * Puts a frame on a channel whose pipeline has a {@code ChunkedWriteHandler}: with one write when it is small, since other
 * groups' programs read a message with a single {@code recv}; in blocks or regions from the disk when it is large.
 */
final class FrameWriter {
    /** A multiple of three, so that base64 blocks join without padding. */
    private static final int BLOCK = 48 * 1024;

    /** A longer message goes out in pieces. */
    private static final int LARGEST_WRITE = (1 << 20) + 4096;

    private FrameWriter() {}

    /**
     * Writes one frame.
     *
     * @param oneWrite whether the other side reads with a single {@code recv}
     * @throws IOException when its file can't be read, or is not as long as was told; nothing was written then
     */
    static ChannelFuture write(Channel channel, Frame frame, boolean oneWrite) throws IOException {
        if (frame.payload().isEmpty()) {
            return channel.writeAndFlush(
                    channel.alloc().buffer(frame.before().length).writeBytes(frame.before()));
        }
        Payload payload = frame.payload().get();
        if (payload.bytes().isPresent()) {
            return channel.writeAndFlush(inOne(channel, frame, payload.bytes().get()));
        }
        long size = Files.size(payload.file());
        if (size != payload.blob().size()) {
            throw new IOException(Text.of(
                    "%s has %d bytes instead of %d",
                    payload.file(), size, payload.blob().size()));
        }
        if (frame.raw()) {
            return writeRaw(channel, frame, payload);
        }
        InputStream file = Files.newInputStream(payload.file());
        FrameInput input = new FrameInput(frame, file);
        if (frame.length() > (oneWrite ? LARGEST_WRITE : BLOCK)) {
            return channel.writeAndFlush(input);
        }
        ByteBuf whole = channel.alloc().buffer((int) frame.length());
        try (file) {
            for (ByteBuf block = input.readChunk(channel.alloc());
                    block != null;
                    block = input.readChunk(channel.alloc())) {
                whole.writeBytes(block);
                block.release();
            }
        } catch (IOException e) {
            whole.release();
            throw e;
        }
        return channel.writeAndFlush(whole);
    }

    private static ChannelFuture writeRaw(Channel channel, Frame frame, Payload payload) throws IOException {
        FileChannel file = FileChannel.open(payload.file(), StandardOpenOption.READ);
        if (frame.length() > BLOCK) {
            return channel.writeAndFlush(new RawInput(frame, file, !Tls.isOn(channel)));
        }
        ByteBuf whole = channel.alloc().buffer((int) frame.length());
        try (file) {
            whole.writeBytes(frame.before());
            int size = (int) payload.blob().size();
            for (int at = 0; at < size; ) {
                int count = whole.writeBytes(file, at, size - at);
                if (count < 0) {
                    throw new IOException(Text.of("the file became shorter while it was sent"));
                }
                at += count;
            }
            return channel.writeAndFlush(whole.writeBytes(frame.after()));
        } catch (IOException e) {
            whole.release();
            throw e;
        }
    }

    private static ByteBuf inOne(Channel channel, Frame frame, byte[] bytes) {
        byte[] payload = frame.raw() ? bytes : Base64.getEncoder().encode(bytes);
        return channel.alloc()
                .buffer(frame.before().length + payload.length + frame.after().length)
                .writeBytes(frame.before())
                .writeBytes(payload)
                .writeBytes(frame.after());
    }

    private static final class FrameInput extends FrameChunks<ByteBuf> {
        private final InputStream file;
        private final byte[] block;
        private long left;
        private boolean begun;

        FrameInput(Frame frame, InputStream file) {
            super(frame, file);
            this.file = file;
            this.left = frame.payload().orElseThrow().blob().size();
            this.block = new byte[(int) Math.min(left, BLOCK)];
        }

        @Override
        public ByteBuf readChunk(ByteBufAllocator allocator) throws IOException {
            if (ended) {
                return null;
            }
            int count = file.readNBytes(block, 0, (int) Math.min(left, block.length));
            left -= count;
            if (left > 0 && count < block.length) {
                throw new IOException(Text.of("the file became shorter while it was sent"));
            }
            byte[] exact = count == block.length ? block : Arrays.copyOf(block, count);
            byte[] text = Base64.getEncoder().encode(exact);
            ByteBuf chunk = allocator.buffer(frame.before().length + text.length + frame.after().length);
            if (!begun) {
                chunk.writeBytes(frame.before());
                begun = true;
            }
            chunk.writeBytes(text);
            if (left == 0) {
                chunk.writeBytes(frame.after());
                ended = true;
            }
            sent += chunk.readableBytes();
            return chunk;
        }
    }
}
