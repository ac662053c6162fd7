package org.mutirao.protocol.wire;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;

/** Receives small payloads into memory, as far as there is room, and all others into files. */
public final class SmallSpool implements Spool {
    private static final int FIRST = 2048;

    private final FileSpool files;
    private final SpoolMemory memory;
    private final int largest;

    /** @param largest of one in memory, in bytes */
    public SmallSpool(FileSpool files, SpoolMemory memory, int largest) {
        this.files = files;
        this.memory = memory;
        this.largest = largest;
    }

    @Override
    public Sink open() throws IOException {
        return open(Math.min(FIRST, Math.min(largest, files.limit())));
    }

    @Override
    public Sink open(long size) throws IOException {
        if (size > Math.min(largest, files.limit())) {
            return files.open(size);
        }
        files.checkRoom();
        return memory.take(size) ? new SmallSink((int) size) : files.open();
    }

    private final class SmallSink implements Sink {
        private byte[] bytes;
        private int length;
        private boolean holding = true;
        private Optional<Sink> file = Optional.empty();

        SmallSink(int taken) {
            bytes = new byte[taken];
        }

        @Override
        public void write(byte[] source, int offset, int count) throws IOException {
            if (file.isEmpty() && !hasRoomFor(count)) {
                intoFile();
            }
            if (file.isPresent()) {
                file.get().write(source, offset, count);
                return;
            }
            System.arraycopy(source, offset, bytes, length, count);
            length += count;
        }

        private boolean hasRoomFor(int count) {
            int needed = length + count;
            if (needed > largest || needed > files.limit()) {
                return false;
            }
            return needed <= bytes.length || resize(Math.min(largest, Math.max(2 * bytes.length, needed)));
        }

        private boolean resize(int capacity) {
            if (!memory.take(capacity)) {
                return false;
            }
            memory.give(bytes.length);
            bytes = Arrays.copyOf(bytes, capacity);
            return true;
        }

        private void intoFile() throws IOException {
            Sink opened = files.open();
            file = Optional.of(opened);
            opened.write(bytes, 0, length);
            release();
        }

        private void release() {
            if (holding) {
                holding = false;
                memory.give(bytes.length);
                bytes = new byte[0];
            }
        }

        @Override
        public Payload finish() throws IOException {
            if (file.isPresent()) {
                return file.get().finish();
            }
            holding = false; // the payload has it now
            memory.shrink(bytes.length, length);
            bytes = Arrays.copyOf(bytes, length);
            return Payload.inMemory(bytes, new Blob(Sha256.of(bytes), length), memory.giving(length));
        }

        @Override
        public void discard() {
            release();
            file.ifPresent(Sink::discard);
        }
    }
}
