package org.mutirao.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.FileRegion;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.dialect.Frame;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;

/** What a frame with raw bytes puts on its channel. */
class RawInputTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int writes;
    private int regions;

    /** Takes each write at once, as a socket does: the file is closed after the last. */
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChunkedWriteHandler()) {
        @Override
        protected void handleOutboundMessage(Object part) {
            try {
                writes++;
                if (part instanceof FileRegion region) {
                    regions++;
                    region.transferTo(Channels.newChannel(out), 0);
                } else {
                    ByteBuf text = (ByteBuf) part;
                    text.readBytes(out, text.readableBytes());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                ReferenceCountUtil.release(part);
            }
        }
    };

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private static Frame frame(Path file, byte[] bytes) {
        Payload payload = new Payload(file, new Blob(Sha256.of(bytes), bytes.length));
        return Dialects.own()
                .write(new Reply.TaskPackage("x.zip", payload, Optional.empty()))
                .asRaw()
                .asLine();
    }

    private Frame frame(int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return frame(Files.write(folder.resolve("file"), bytes), bytes);
    }

    private static String head(int size) {
        return "{\"action\":\"TASK_PACKAGE\",\"task_name\":\"x.zip\",\"raw\":" + size + "}";
    }

    @Test
    void aLargeFileLeavesAsRegionsThatTheSystemCopies() throws Exception {
        Frame frame = frame(1_000_000);
        channel.config().setMessageSizeEstimator(RawInput.ESTIMATOR);
        ChannelFuture written = FrameWriter.write(channel, frame, false);
        assertTrue(written.isSuccess());
        assertEquals(4, regions, "the file is never in memory");
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        expected.writeBytes(head(1_000_000).getBytes(StandardCharsets.UTF_8));
        expected.writeBytes(Files.readAllBytes(folder.resolve("file")));
        expected.write('\n');
        assertArrayEquals(expected.toByteArray(), out.toByteArray());
        assertEquals(expected.size(), frame.length());
    }

    @Test
    void aSmallOneLeavesWithOneWrite() throws Exception {
        Frame frame = frame(1000);
        FrameWriter.write(channel, frame, false);
        assertEquals(1, writes);
        assertEquals(frame.length(), out.size());
        assertTrue(out.toString(StandardCharsets.ISO_8859_1).startsWith(head(1000)));
    }

    @Test
    void anEmptyOneIsAMessageToo() throws Exception {
        FrameWriter.write(channel, frame(0), false);
        assertEquals(head(0) + "\n", out.toString(StandardCharsets.UTF_8));
    }

    /** A reader that takes nothing is not given the whole file to hold. */
    @Test
    void aRegionCountsAsItsBytes() throws Exception {
        RawInput input = new RawInput(frame(300_000), FileChannel.open(folder.resolve("file")), true);
        ReferenceCountUtil.release(input.readChunk(channel.alloc()));
        Object first = input.readChunk(channel.alloc());
        assertEquals(256 * 1024, RawInput.ESTIMATOR.newHandle().size(first));
        assertFalse(input.isEndOfInput());
        input.close();
    }
}
