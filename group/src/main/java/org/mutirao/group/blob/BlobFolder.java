package org.mutirao.group.blob;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;

/**
 * Where the files of a store lie, and how they come there. Remembers nothing, so it is safe for any thread; which of two threads is first
 * is for the store to say.
 *
 * <pre>
 *   ab/ab12…         a blob, by its SHA-256
 *   incoming/        half of a file, or a file for a moment; emptied at each start
 * </pre>
 */
final class BlobFolder {
    private final Path folder;
    private final Path incoming;

    /** Makes the folder if it is not there, and throws away what was half received. */
    BlobFolder(Path folder) throws IOException {
        this.folder = folder;
        this.incoming = folder.resolve("incoming");
        DurableFiles.deleteTree(incoming);
        Files.createDirectories(incoming);
    }

    Path root() {
        return folder;
    }

    Path incoming() {
        return incoming;
    }

    /** All that lie here. */
    List<Sha256> stored() throws IOException {
        try (Stream<Path> files = Files.walk(folder, 2)) {
            return files.filter(file -> !file.startsWith(incoming))
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.length() == 64)
                    .map(Sha256::new)
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Where a blob's file is, or would be. */
    Path fileOf(Sha256 hash) {
        return folder.resolve(hash.hex().substring(0, 2)).resolve(hash.hex());
    }

    boolean has(Sha256 hash) {
        return Files.exists(fileOf(hash));
    }

    BlobStore.Presence look(Blob blob) {
        try {
            return Files.size(fileOf(blob.hash())) == blob.size() ? BlobStore.Presence.WHOLE : BlobStore.Presence.GONE;
        } catch (NoSuchFileException e) {
            return Files.isDirectory(incoming) ? BlobStore.Presence.GONE : BlobStore.Presence.UNREADABLE;
        } catch (IOException e) {
            return BlobStore.Presence.UNREADABLE;
        }
    }

    /** A name for a file that lasts a moment. */
    Path momentary(String ending) {
        return incoming.resolve(UUID.randomUUID() + ending);
    }

    /** A file of its own with these bytes. */
    Path part(byte[] bytes) throws IOException {
        Path part = momentary(".part");
        Files.write(part, bytes);
        return part;
    }

    /** The same, forced to disk. */
    Path forcedPart(byte[] bytes) throws IOException {
        Path part = momentary(".part");
        try (FileChannel out = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                out.write(left);
            }
            out.force(true);
            return part;
        } catch (IOException e) {
            Files.deleteIfExists(part);
            throw e;
        }
    }

    /** Gives a file the name of its hash; one that is there already stays, and the new one goes. */
    void take(Path received, Sha256 hash) throws IOException {
        Path target = fileOf(hash);
        createFolderOf(target);
        if (Files.exists(target)) {
            Files.delete(received);
        } else {
            DurableFiles.moveAtomically(received, target);
        }
    }

    /** Writes one, and replaces one that is damaged. */
    void write(Sha256 hash, byte[] bytes) throws IOException {
        Path target = fileOf(hash);
        if (!Files.exists(target) || !Arrays.equals(Files.readAllBytes(target), bytes)) {
            Path part = part(bytes);
            createFolderOf(target);
            DurableFiles.moveAtomically(part, target);
        }
    }

    /** A new folder must survive a power cut too, or all that is in it would go. */
    private void createFolderOf(Path target) throws IOException {
        if (!Files.isDirectory(target.getParent())) {
            Files.createDirectories(target.getParent());
            DurableFiles.forceFolder(folder);
        }
    }
}
