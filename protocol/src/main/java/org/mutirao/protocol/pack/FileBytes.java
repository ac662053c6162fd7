package org.mutirao.protocol.pack;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.text.Text;

/**
 * A file's bytes, or a part of them, for reading. It remembers that the system failed to give them: an interrupted thread, a failing
 * disk or a lack of file handles must never be taken for a fault of what is in the file. For one thread.
 */
final class FileBytes implements SeekableByteChannel {
    private static final int SMALL = 256 * 1024;
    /** What a small read brings along from a file: the list of contents is read in pieces of some 40 bytes. */
    private static final int WINDOW = 8 * 1024;

    private final SeekableByteChannel file;
    private final long start;
    private final long size;
    private final Failure failure;
    private long position;
    /** Bytes of the file from {@link #windowStart} on. */
    private ByteBuffer window = ByteBuffer.allocate(0);

    private long windowStart;

    /** Shared by all parts of a file. */
    private static final class Failure {
        private IOException first;
    }

    private FileBytes(SeekableByteChannel file, long start, long size, Failure failure) {
        this.file = file;
        this.failure = failure;
        this.start = start;
        this.size = size;
    }

    /** A small file is read at once: its many small parts would otherwise cost a system call each. */
    static FileBytes open(Path file) throws IOException {
        SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.READ);
        try {
            if (channel.size() > SMALL) {
                return of(channel);
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // until the buffer is full
            }
            channel.close();
            if (bytes.hasRemaining()) {
                throw new EOFException(Text.of("the file became shorter while it was read"));
            }
            return of(bytes.array());
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    static FileBytes of(Payload payload) throws IOException {
        return payload.bytes().isPresent() ? of(payload.bytes().get()) : open(payload.file());
    }

    static FileBytes of(byte[] bytes) throws IOException {
        return of(new SeekableInMemoryByteChannel(bytes));
    }

    static FileBytes of(SeekableByteChannel file) throws IOException {
        try {
            return new FileBytes(file, 0, file.size(), new Failure());
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** A part of the same file; closing either closes both. */
    FileBytes part(long from, long to) {
        return new FileBytes(file, start + from, to - from, failure);
    }

    /** Throws what the system said when it failed to read, if it ever did. */
    void checkReading() throws IOException {
        if (failure.first != null) {
            throw failure.first;
        }
    }

    /** Reads exactly so many bytes, little-endian. */
    ByteBuffer read(long from, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        position(from);
        while (buffer.hasRemaining()) {
            if (read(buffer) < 0) {
                throw new EOFException("read beyond the end");
            }
        }
        return buffer.flip();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        checkReading();
        long left = size - position;
        if (left <= 0) {
            return -1;
        }
        int limit = target.limit();
        try {
            target.limit((int) Math.min(limit, target.position() + left));
            boolean isSmall = target.remaining() < WINDOW && !(file instanceof SeekableInMemoryByteChannel);
            int count = isSmall ? readSmall(target, left) : readFile(target);
            position += count;
            return count;
        } catch (IOException e) {
            failure.first = e;
            throw e;
        } finally {
            target.limit(limit);
        }
    }

    private int readFile(ByteBuffer target) throws IOException {
        file.position(start + position);
        int count = file.read(target);
        if (count < 0) {
            throw new EOFException(Text.of("the file became shorter while it was read"));
        }
        return count;
    }

    private int readSmall(ByteBuffer target, long left) throws IOException {
        if (position < windowStart || position >= windowStart + window.limit()) {
            ByteBuffer fresh = window.capacity() == 0 ? ByteBuffer.allocate(WINDOW) : window;
            window = ByteBuffer.allocate(0); // until it is full, and so if reading fails
            readFile(fresh.clear().limit((int) Math.min(WINDOW, left)));
            window = fresh.flip();
            windowStart = position;
        }
        int from = (int) (position - windowStart);
        int count = Math.min(target.remaining(), window.limit() - from);
        target.put(window.slice(from, count));
        return count;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public SeekableByteChannel position(long to) throws IOException {
        if (to < 0) {
            throw new IOException("a position before the start");
        }
        position = to;
        return this;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    @Override
    public int write(ByteBuffer source) {
        throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long to) {
        throw new NonWritableChannelException();
    }
}
