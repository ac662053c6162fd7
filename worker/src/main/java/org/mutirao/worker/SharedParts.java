package org.mutirao.worker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What tasks of one job share: kept as files named by their SHA-256, those used last, and checked before each use. A task's package is put
 * together from it anew each time. However many slots lack the same, one fetches it.
 */
final class SharedParts {
    private static final Logger log = LoggerFactory.getLogger(SharedParts.class);
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}");
    private static final int BLOCK = 128 * 1024;

    private final Path folder;
    private final ByteSize most;
    private final InstantSource clock;
    private final Map<Sha256, Part> inUse = new HashMap<>();

    /** One that slots use at the moment; whoever has its lock fetches it. */
    private static final class Part {
        private int users;
    }

    /** Asks the master. */
    interface Fetch {
        /** Brings the bytes, whose owner is the caller. */
        Payload shared() throws IOException, InterruptedException;
    }

    /**
     * Keeps what an earlier process left there.
     *
     * @param most bytes of all; what is in use may be more
     */
    SharedParts(Path folder, ByteSize most, InstantSource clock) {
        this.folder = folder;
        this.most = most;
        this.clock = clock;
        for (Path file : files()) {
            if (!NAME.matcher(nameOf(file)).matches()) {
                delete(file); // half written
            }
        }
    }

    /**
     * Puts a package together.
     *
     * @param rest what came with the task; stays the caller's
     * @return in a file that is the caller's
     * @throws IOException when the shared part can't be had, or is another one
     */
    Payload complete(Blob shared, Payload rest, Fetch fetch) throws IOException, InterruptedException {
        Part part = begin(shared.hash());
        try {
            synchronized (part) {
                if (!isThere(shared)) {
                    fetch(shared, fetch);
                }
            }
            try {
                return joined(shared, rest);
            } catch (NoSuchFileException | Damaged e) {
                log.warn("What the tasks of a job share was damaged or deleted here; fetching it again");
                synchronized (part) {
                    fetch(shared, fetch);
                }
                return joined(shared, rest);
            }
        } finally {
            end(shared.hash(), part);
        }
    }

    private synchronized Part begin(Sha256 hash) {
        Part part = inUse.computeIfAbsent(hash, key -> new Part());
        part.users++;
        return part;
    }

    private synchronized void end(Sha256 hash, Part part) {
        part.users--;
        if (part.users == 0) {
            inUse.remove(hash);
        }
    }

    private boolean isThere(Blob shared) throws IOException {
        Path file = fileOf(shared.hash());
        return Files.isRegularFile(file) && Files.size(file) == shared.size();
    }

    private void fetch(Blob shared, Fetch fetch) throws IOException, InterruptedException {
        Payload payload = fetch.shared();
        try {
            if (!payload.blob().equals(shared)) {
                throw new IOException(Text.of("the master sent something else than what the tasks of the job share"));
            }
            Files.createDirectories(folder);
            makeRoom(shared.size());
            Path part = folder.resolve(UUID.randomUUID() + ".part");
            try (OutputStream out = Files.newOutputStream(part, StandardOpenOption.CREATE_NEW)) {
                payload.writeTo(out);
            }
            Files.move(part, fileOf(shared.hash()), StandardCopyOption.REPLACE_EXISTING);
        } finally {
            payload.delete();
        }
    }

    /** The file's bytes are not what its name says. */
    private static final class Damaged extends IOException {
        private static final long serialVersionUID = 1;
    }

    private Payload joined(Blob shared, Payload rest) throws IOException {
        Path source = fileOf(shared.hash());
        Path whole = folder.resolve(UUID.randomUUID() + ".whole");
        MessageDigest digest = Sha256.newDigest();
        try (InputStream in = Files.newInputStream(source);
                OutputStream file = Files.newOutputStream(whole, StandardOpenOption.CREATE_NEW);
                OutputStream out = new DigestOutputStream(file, digest)) {
            byte[] block = new byte[BLOCK];
            for (int count = in.read(block); count >= 0; count = in.read(block)) {
                out.write(block, 0, count);
            }
            Files.setLastModifiedTime(source, FileTime.from(clock.instant()));
            if (!Sha256.finish(clone(digest)).equals(shared.hash())) {
                throw new Damaged();
            }
            rest.writeTo(out);
        } catch (IOException | RuntimeException | Error e) {
            delete(whole);
            throw e;
        }
        return new Payload(
                whole,
                new Blob(Sha256.finish(digest), shared.size() + rest.blob().size()));
    }

    private static MessageDigest clone(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("Java's own can be copied", e);
        }
    }

    /** Those that were not used for the longest time go. */
    private synchronized void makeRoom(long size) {
        List<Path> kept = new ArrayList<>(files());
        kept.removeIf(file -> !NAME.matcher(nameOf(file)).matches());
        kept.sort(Comparator.comparing(SharedParts::lastUsed));
        long all = kept.stream().mapToLong(SharedParts::sizeOf).sum();
        for (Path file : kept) {
            if (all + size > most.bytes() && !inUse.containsKey(new Sha256(nameOf(file)))) {
                all -= sizeOf(file);
                delete(file);
            }
        }
    }

    private List<Path> files() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> found = Files.list(folder)) {
            return found.toList();
        } catch (IOException e) {
            log.debug("{} can't be read", folder, e);
            return List.of();
        }
    }

    private static String nameOf(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static FileTime lastUsed(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.debug("{} can't be deleted now", file, e);
        }
    }

    private Path fileOf(Sha256 hash) {
        return folder.resolve(hash.hex());
    }
}
