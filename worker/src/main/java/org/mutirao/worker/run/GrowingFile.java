package org.mutirao.worker.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;

/** What is written stays in memory as long as it is small, and becomes a file when it grows. For one thread. */
final class GrowingFile implements SeekableByteChannel {
    /** Of one result in memory, in bytes: most are far smaller. */
    static final int MAX_IN_MEMORY = 32 * 1024;

    private final Path path;
    private final SeekableInMemoryByteChannel memory = new SeekableInMemoryByteChannel();
    private SeekableByteChannel file;
    private boolean grown;

    /** @param path where it goes if it grows */
    GrowingFile(Path path) {
        this.path = path;
    }

    private SeekableByteChannel current() {
        return file == null ? memory : file;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        if (file == null && memory.position() + source.remaining() > MAX_IN_MEMORY) {
            intoFile();
        }
        return current().write(source);
    }

    private void intoFile() throws IOException {
        grown = true;
        Files.createDirectories(path.getParent()); // scripts have removed it
        SeekableByteChannel opened = Files.newByteChannel(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                StandardOpenOption.READ);
        long position = memory.position();
        ByteBuffer all = ByteBuffer.wrap(bytes());
        file = opened;
        while (all.hasRemaining()) {
            file.write(all);
        }
        file.position(position);
    }

    private byte[] bytes() {
        return Arrays.copyOf(memory.array(), (int) memory.size());
    }

    /** What was written, once this is closed. */
    Payload payload() throws IOException {
        if (file != null) {
            return new Payload(path, new Blob(Sha256.ofFile(path), Files.size(path)));
        }
        byte[] bytes = bytes();
        return Payload.inMemory(bytes, new Blob(Sha256.of(bytes), bytes.length));
    }

    /** Deletes the file, if it grew to one, and whatever is in its place. */
    void delete() {
        if (grown) {
            DurableFiles.deleteTree(path);
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return current().read(target);
    }

    @Override
    public long position() throws IOException {
        return current().position();
    }

    @Override
    public SeekableByteChannel position(long position) throws IOException {
        current().position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return current().size();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        current().truncate(size);
        return this;
    }

    @Override
    public boolean isOpen() {
        return current().isOpen();
    }

    @Override
    public void close() throws IOException {
        current().close();
    }
}
