package org.mutirao.protocol.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forces files and folders to disk, and replaces files in one step. */
public final class DurableFiles {
    private static final Logger log = LoggerFactory.getLogger(DurableFiles.class);
    private static final boolean FOLDERS_CAN_BE_FORCED =
            !System.getProperty("os.name", "").startsWith("Windows");

    private static final long DELETION_NANOS = 300_000_000_000L;

    private DurableFiles() {}

    /** Returns when the file's bytes are on the disk. */
    public static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Returns when the folder's list of names is on the disk. Windows keeps it so by itself and has no call for it. */
    public static void forceFolder(Path folder) throws IOException {
        if (FOLDERS_CAN_BE_FORCED) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** Renames in one step and forces the name to disk; replaces what is there. */
    public static void moveForced(Path from, Path to) throws IOException {
        moveAtomically(from, to);
        forceFolder(to.toAbsolutePath().getParent());
    }

    /** Renames in one step where the file system can; it can within one folder everywhere. */
    public static void moveAtomically(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Writes a small text so that a reader finds the old one or the new one, never a part. */
    public static void writeForced(Path file, String text) throws IOException {
        writeForced(file, text, false);
    }

    /** The same for a text that no other user of this machine may read. */
    public static void writeSecret(Path file, String text) throws IOException {
        writeForced(file, text, true);
    }

    private static void writeForced(Path file, String text, boolean isSecret) throws IOException {
        Path temporary = FileNames.resolveSibling(file, FileNames.nameOf(file) + ".new");
        if (isSecret) {
            Files.deleteIfExists(temporary);
            Files.createFile(temporary);
            OwnerOnly.restrict(temporary); // before there is anything in it
        }
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        moveForced(temporary, file);
    }

    /**
     * Deletes a file, or a folder and all below it, as far as that goes within some minutes; what resists is logged. Takes rights that are
     * missing, and follows no links.
     */
    public static void deleteTree(Path folder) {
        TreeDeletion deletion = new TreeDeletion(folder, DELETION_NANOS, System::nanoTime);
        if (!deletion.run()) {
            log.warn("Could not delete all of {} ({} is left); it can be deleted by hand", folder, deletion.left());
        }
    }
}
