package org.mutirao.master;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.mutirao.protocol.disk.DurableFiles;

/** {@code --data}: held by one master at a time, and named for one grid for ever. */
final class DataFolder implements AutoCloseable {
    private static final String FIRST_NODE = "00000000";

    private final Path folder;
    private final FileChannel lock;

    private DataFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    static DataFolder open(Path folder) throws IOException {
        writable(folder, "--data");
        FileChannel lock =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (!isOurs(lock)) {
                throw new IOException("another master is using it");
            }
            return new DataFolder(folder, lock);
        } catch (IOException e) {
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

    /** Names this folder: another disk is another node. */
    String node() throws IOException {
        if (Files.exists(folder.resolve("grid")) && !Files.exists(folder.resolve("place"))) {
            return FIRST_NODE; // from before there were groups
        }
        return kept("node", 4, HexFormat.of()::formatHex);
    }

    /** A port that was chosen once and kept. */
    int port(String name, IntSupplier chooser) throws IOException {
        Path file = folder.resolve(name);
        if (Files.exists(file)) {
            return Integer.parseInt(Files.readString(file).strip());
        }
        int port = chooser.getAsInt();
        DurableFiles.writeForced(file, port + "\n");
        return port;
    }

    /** What only this folder and copies of it have. */
    String copyKey() throws IOException {
        return kept("copy-key", 16, HexFormat.of()::formatHex);
    }

    /** What browsers must know; made once and kept. */
    String token() throws IOException {
        return kept("http-token", 24, Base64.getUrlEncoder().withoutPadding()::encodeToString);
    }

    /** Something random, made at the first time. */
    private String kept(String name, int bytes, Function<byte[], String> text) throws IOException {
        Path file = folder.resolve(name);
        if (Files.exists(file)) {
            return Files.readString(file).strip();
        }
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        String made = text.apply(random);
        DurableFiles.writeForced(file, made + "\n");
        return made;
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

    Path root() {
        return folder;
    }

    Path delivered() {
        return folder.resolve("delivered");
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
