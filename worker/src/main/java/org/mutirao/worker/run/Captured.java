package org.mutirao.worker.run;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What a script prints into one of its streams, read through a handle that was opened before the script began. Whatever the script does to
 * the file's name, deletes it or puts a pipe in its place, the handle still leads to what it printed.
 */
public final class Captured implements Closeable {
    private final FileChannel channel;

    private Captured(FileChannel channel) {
        this.channel = channel;
    }

    /** Of a file that is there and that nobody else could touch yet. */
    public static Captured open(Path file) throws IOException {
        return new Captured(FileChannel.open(file, StandardOpenOption.READ));
    }

    /** Of a file that is not there yet, and is made. */
    static Captured create(Path file) throws IOException {
        return new Captured(FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    /** Forgets all that was printed. */
    void clear() throws IOException {
        channel.truncate(0);
    }

    /** How many bytes there are so far. */
    public long size() throws IOException {
        return channel.size();
    }

    /** Up to so many bytes from a place on; fewer only at the end. */
    public byte[] read(long from, int most) throws IOException {
        ByteBuffer block = ByteBuffer.allocate((int) Math.max(0, Math.min(most, channel.size() - from)));
        while (block.hasRemaining() && channel.read(block, from + block.position()) >= 0) {
            // until it is full or the file ends
        }
        byte[] bytes = new byte[block.position()];
        block.flip().get(bytes);
        return bytes;
    }

    /** The last bytes, at most so many. */
    byte[] tail(int most) throws IOException {
        return read(Math.max(0, size() - most), most);
    }

    /** The first bytes, at most so many. */
    InputStream head(long most) {
        return new InputStream() {
            private long position;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int wanted = (int) Math.min(length, most - position);
                if (wanted <= 0) {
                    return -1;
                }
                int count = channel.read(ByteBuffer.wrap(bytes, offset, wanted), position);
                position += Math.max(0, count);
                return count;
            }
        };
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
