package org.mutirao.master.folders;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.mutirao.group.member.Member;
import org.mutirao.group.member.Membership;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.disk.OwnerOnly;
import org.mutirao.protocol.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code --data}: held by one master at a time, and named for one grid for ever. */
public final class DataFolder implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DataFolder.class);
    private static final Pattern NODE = Pattern.compile("[0-9a-f]{8}");
    private static final Pattern PORT =
            Pattern.compile("[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5]");
    private static final Pattern COPY_KEY = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{32}");

    private final Path folder;
    private final FileChannel lock;

    private DataFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    public static DataFolder open(Path folder) throws IOException {
        writable(folder, "--data");
        try {
            return new DataFolder(folder, lock(folder.resolve("lock")));
        } catch (IOException e) {
            throw new IOException(
                    Text.of("the folder %s can't be used: %s. Or give another --data.", folder, OwnFiles.inWords(e)),
                    e);
        }
    }

    private static FileChannel lock(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        FileChannel lock = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (isOurs(lock)) {
                return lock;
            }
        } catch (IOException e) {
            lock.close();
            throw e;
        }
        lock.close();
        throw new IOException(Text.of("another master is using it"));
    }

    private static boolean isOurs(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // another master of this very process
        }
    }

    /**
     * Names this folder: another disk is another node. A place in a group names it too, so that it outlives a damage of its file.
     *
     * @param alone whether this master is to be the only one
     */
    public String node(boolean alone) throws IOException {
        Optional<Membership> place = Membership.read(folder, alone);
        if (place.isEmpty()) {
            return kept("node", NODE, random(4, HexFormat.of()::formatHex), Text.of("nobody knows the old one"));
        }
        String node = Member.nodeOf(place.get().name());
        Path file = folder.resolve("node");
        boolean isThere = Files.exists(file);
        if (isThere && !OwnFiles.readSmall(file).strip().equals(node)) {
            log.warn("The file {} was damaged; it is written again as {} has it", file, folder.resolve("place"));
            DurableFiles.writeForced(file, node + "\n");
        }
        return node;
    }

    /** A port that was chosen once and kept. */
    public int port(String name, IntSupplier chooser) throws IOException {
        return Integer.parseInt(kept(
                name,
                PORT,
                () -> String.valueOf(chooser.getAsInt()),
                Text.of("the other masters are told of the port. If they can't reach this one, give it --raft-port")));
    }

    /** What only this folder and copies of it have. */
    public String copyKey() throws IOException {
        return kept(
                "copy-key",
                COPY_KEY,
                random(16, HexFormat.of()::formatHex),
                Text.of("a copy of this folder is not noticed now"));
    }

    /** What browsers must know; made once and kept from other users of this machine. */
    public String token() throws IOException {
        return kept(
                "http-token",
                TOKEN,
                random(24, Base64.getUrlEncoder().withoutPadding()::encodeToString),
                Text.of("browsers need the new address of the dashboard"));
    }

    private static Supplier<String> random(int count, Function<byte[], String> text) {
        return () -> {
            byte[] bytes = new byte[count];
            new SecureRandom().nextBytes(bytes);
            return text.apply(bytes);
        };
    }

    /**
     * Something made at the first time, and again when its file is damaged.
     *
     * @param consequence of a damage, for the person
     */
    private String kept(String name, Pattern shape, Supplier<String> maker, String consequence) throws IOException {
        Path file = folder.resolve(name);
        if (Files.exists(file)) {
            String before = OwnFiles.readSmall(file);
            // Without its end it may be cut, and still look like one.
            if (before.endsWith("\n") && shape.matcher(before.strip()).matches()) {
                OwnerOnly.restrict(file); // older versions let everybody read it
                return before.strip();
            }
            log.warn("The file {} was damaged and is made anew; {}", file, consequence);
        }
        String made = maker.get();
        DurableFiles.writeSecret(file, made + "\n");
        return made;
    }

    /** Makes the folder if need be, and tries to write into it. */
    public static void writable(Path folder, String option) throws IOException {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, ".writable", ""));
        } catch (IOException e) {
            throw new IOException(
                    Text.of(
                            "the folder %s can't be written (%s). Give another %s, or change its rights.",
                            folder, e.getClass().getSimpleName(), option),
                    e);
        }
    }

    public Path root() {
        return folder;
    }

    public Path delivered() {
        return folder.resolve("delivered");
    }

    public Path log() {
        return folder.resolve("log");
    }

    public Path blobs() {
        return folder.resolve("blobs");
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
