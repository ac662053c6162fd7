package org.mutirao.protocol.pack;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.text.Text;

/** The bytes of a file that stays open, or of memory. For any number of threads at a time. */
interface ReadableBytes extends AutoCloseable {
    /** Fills the buffer with what stands there. */
    void read(ByteBuffer target, long at) throws IOException;

    @Override
    void close() throws IOException;

    /** Those of a payload, which must stay where it is. */
    static ReadableBytes of(Payload payload) throws IOException {
        return payload.bytes().isPresent()
                ? new InMemory(payload.bytes().get())
                : new InFile(FileChannel.open(payload.file(), StandardOpenOption.READ));
    }

    /** So many bytes, little-endian. */
    default ByteBuffer read(long at, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        read(buffer, at);
        return buffer.flip();
    }

    /** Copies so many bytes. */
    default void copy(long from, long length, OutputStream to) throws IOException {
        ByteBuffer block = ByteBuffer.allocate((int) Math.min(64 * 1024, Math.max(1, length)));
        for (long done = 0; done < length; done += block.limit()) {
            block.clear().limit((int) Math.min(block.capacity(), length - done));
            read(block, from + done);
            to.write(block.array(), 0, block.limit());
        }
    }

    /** In memory. */
    record InMemory(byte[] bytes) implements ReadableBytes {
        @Override
        public void read(ByteBuffer target, long at) throws IOException {
            if (at < 0 || at > bytes.length - target.remaining()) {
                throw new EOFException("read beyond the end");
            }
            target.put(bytes, (int) at, target.remaining());
        }

        @Override
        public void close() {}
    }

    /** In a file. */
    record InFile(FileChannel file) implements ReadableBytes {
        @Override
        public void read(ByteBuffer target, long at) throws IOException {
            long position = at;
            while (target.hasRemaining()) {
                int count = file.read(target, position);
                if (count < 0) {
                    throw new EOFException(Text.of("the file became shorter while it was read"));
                }
                position += count;
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
