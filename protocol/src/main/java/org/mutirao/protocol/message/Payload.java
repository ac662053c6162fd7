package org.mutirao.protocol.message;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.mutirao.protocol.id.Blob;

/**
 * The ZIP that a message carries: a file, or memory when it is small and there is room. The receiver owns it, and moves or deletes it. The
 * sender keeps it until the send has ended.
 */
public final class Payload {
    private final Optional<Path> file;
    private final Optional<byte[]> bytes;
    private final Blob blob;
    private final Runnable onDelete;

    private Payload(Optional<Path> file, Optional<byte[]> bytes, Blob blob, Runnable onDelete) {
        this.file = file;
        this.bytes = bytes;
        this.blob = blob;
        this.onDelete = onDelete;
    }

    /** In a file. */
    public Payload(Path file, Blob blob) {
        this(Optional.of(file), Optional.empty(), blob, () -> {});
    }

    /**
     * In memory.
     *
     * @param bytes not changed by anybody from now on
     * @param onDelete called by each {@link #delete}
     */
    public static Payload inMemory(byte[] bytes, Blob blob, Runnable onDelete) {
        return new Payload(Optional.empty(), Optional.of(bytes), blob, onDelete);
    }

    /** The same for bytes that need no deleting. */
    public static Payload inMemory(byte[] bytes, Blob blob) {
        return inMemory(bytes, blob, () -> {});
    }

    /** Where it lies. Only for who has never asked for payloads in memory, or has looked at {@link #bytes} first. */
    public Path file() {
        return file.orElseThrow(() -> new IllegalStateException("a payload in memory has no file"));
    }

    /** What it is, if it lies in memory. Not to be changed. */
    public Optional<byte[]> bytes() {
        return bytes;
    }

    public Blob blob() {
        return blob;
    }

    /** Writes all of it. */
    public void writeTo(OutputStream out) throws IOException {
        if (bytes.isPresent()) {
            out.write(bytes.get());
        } else {
            Files.copy(file(), out);
        }
    }

    /** Throws it away. Harmless when repeated. */
    public void delete() throws IOException {
        onDelete.run();
        if (file.isPresent()) {
            Files.deleteIfExists(file.get());
        }
    }

    /** Whether it is the same content at the same place. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Payload that && file.equals(that.file) && blob.equals(that.blob);
    }

    @Override
    public int hashCode() {
        return Objects.hash(file, blob);
    }

    @Override
    public String toString() {
        return file.map(Path::toString).orElse("in memory") + ", " + blob;
    }
}
