package org.mutirao.master;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Base64;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.id.GridId;

/** {@code --data}: held by one master at a time, and named for one grid for ever. */
final class DataFolder implements AutoCloseable {
    private final Path folder;
    private final FileChannel lock;
    private final GridId grid;

    private DataFolder(Path folder, FileChannel lock, GridId grid) {
        this.folder = folder;
        this.lock = lock;
        this.grid = grid;
    }

    static DataFolder open(Path folder) throws IOException {
        writable(folder, "--data");
        FileChannel lock =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (!isOurs(lock)) {
                throw new IOException("another master is using it");
            }
            return new DataFolder(folder, lock, gridOf(folder.resolve("grid")));
        } catch (IOException | IllegalArgumentException e) {
            lock.close();
            throw new IOException(
                    "the folder " + folder + " can't be used: " + e.getMessage() + ". Give another --data.", e);
        }
    }

    private static boolean isOurs(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // another master of this very process
        }
    }

    private static GridId gridOf(Path file) throws IOException {
        if (Files.exists(file)) {
            return GridId.parse(Files.readString(file).strip());
        }
        GridId grid = GridId.random();
        DurableFiles.writeForced(file, grid + "\n");
        return grid;
    }

    /** What browsers must know; made once and kept. */
    String token() throws IOException {
        Path file = folder.resolve("http-token");
        if (Files.exists(file)) {
            return Files.readString(file).strip();
        }
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        DurableFiles.writeForced(file, token + "\n");
        return token;
    }

    /** Makes the folder if need be, and tries to write into it. */
    static void writable(Path folder, String option) throws IOException {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, ".writable", ""));
        } catch (IOException e) {
            throw new IOException(
                    "the folder " + folder + " can't be written ("
                            + e.getClass().getSimpleName() + "). Give another " + option + ", or change its rights.",
                    e);
        }
    }

    GridId grid() {
        return grid;
    }

    Path log() {
        return folder.resolve("log");
    }

    Path blobs() {
        return folder.resolve("blobs");
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
