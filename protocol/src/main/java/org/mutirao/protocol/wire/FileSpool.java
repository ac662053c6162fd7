package org.mutirao.protocol.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.UUID;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receives payloads into files of one folder, hashing them on the way. */
public final class FileSpool implements Spool {
    private static final Logger log = LoggerFactory.getLogger(FileSpool.class);

    private final Path folder;
    private final ByteSize limit;
    private final SpoolRoom room;

    /**
     * Receives into a folder that exists.
     *
     * @param limit how large one payload may be
     */
    public FileSpool(Path folder, ByteSize limit) {
        this(folder, limit, new SpoolRoom(() -> true));
    }

    /** The same, as long as there is room. */
    public FileSpool(Path folder, ByteSize limit, SpoolRoom room) {
        this.folder = folder;
        this.limit = limit;
        this.room = room;
    }

    /** How large one payload may be, in bytes. */
    long limit() {
        return limit.bytes();
    }

    /** Throws when the disk is almost full. */
    void checkRoom() throws IOException {
        room.forOneMore();
    }

    @Override
    public Sink open() throws IOException {
        // Not a temporary file of the system's making: the rights of such a one would stick to a result for ever.
        room.forOneMore();
        Path file = folder.resolve(UUID.randomUUID() + ".part");
        return new FileSink(file, Files.newOutputStream(file, StandardOpenOption.CREATE_NEW), limit, room);
    }

    @Override
    public Sink open(long size) throws IOException {
        if (size > limit.bytes()) {
            throw tooLarge(limit);
        }
        return open();
    }

    private static PayloadTooLarge tooLarge(ByteSize limit) {
        return new PayloadTooLarge(Text.of("more than the %s allowed here", limit));
    }

    private static final class FileSink implements Sink {
        private final Path file;
        private final OutputStream out;
        private final ByteSize limit;
        private final SpoolRoom room;
        private final MessageDigest digest = Sha256.newDigest();
        private long size;

        FileSink(Path file, OutputStream out, ByteSize limit, SpoolRoom room) {
            this.file = file;
            this.out = out;
            this.limit = limit;
            this.room = room;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            size += length;
            if (size > limit.bytes()) {
                throw tooLarge(limit);
            }
            room.forBytes(length);
            out.write(bytes, offset, length);
            digest.update(bytes, offset, length);
        }

        @Override
        public Payload finish() throws IOException {
            out.close();
            return new Payload(file, new Blob(Sha256.finish(digest), size));
        }

        @Override
        public void discard() {
            try {
                out.close();
            } catch (IOException e) {
                log.debug("Closing the discarded {} failed; deleting it all the same", file, e);
            }
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                log.warn("Could not delete the temporary file {}; it can be deleted by hand", file, e);
            }
        }
    }
}
