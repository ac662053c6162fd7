package org.mutirao.group.blob;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.wire.FileSpool;
import org.mutirao.protocol.wire.Spool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files named by their SHA-256, below {@code <folder>/<two digits>/}, forced to disk before anybody relies on them. Safe for
 * any number of threads.
 *
 * <p>A blob that is stored but not yet in the ledger is pinned, so that a clean-up of the same bytes can't take it away.
 */
public final class BlobStore {
    private static final Logger log = LoggerFactory.getLogger(BlobStore.class);
    /** Kept free for the log and for results, as far as the disk is that large. */
    private static final ByteSize RESERVE = ByteSize.gibi(1);

    private static final int RESERVE_DIVISOR = 20;

    private final Path folder;
    private final Path incoming;
    private final Map<Sha256, Integer> pins = new HashMap<>();

    private BlobStore(Path folder) throws IOException {
        this.folder = folder;
        this.incoming = folder.resolve("incoming");
        DurableFiles.deleteTree(incoming);
        Files.createDirectories(incoming);
    }

    /** Opens or makes the store; what was half received before is thrown away. */
    public static BlobStore open(Path folder) throws IOException {
        return new BlobStore(folder);
    }

    /** Where payloads from the network go before {@link #store}. */
    public Spool spool(ByteSize limit) {
        return new FileSpool(incoming, limit);
    }

    /**
     * Copies a file in, to be stored next.
     *
     * @throws IOException also when the file is larger than the limit
     */
    public Payload copyIn(Path file, ByteSize limit) throws IOException {
        Spool.Sink sink = spool(limit).open();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] block = new byte[256 * 1024];
            for (int count = in.read(block); count >= 0; count = in.read(block)) {
                sink.write(block, 0, count);
            }
            return sink.finish();
        } catch (IOException e) {
            sink.discard();
            throw e;
        }
    }

    /** A name for a file that lasts a moment; at the next start it goes if it is still there. */
    public Path scratchFile() {
        return incoming.resolve(UUID.randomUUID() + ".scratch");
    }

    /**
     * Takes over a received file. When it returns, the bytes would survive a power cut. The blob is pinned until {@link
     * #unpin}. Storing the same bytes again is harmless.
     */
    public Blob store(Payload payload) throws IOException {
        Blob blob = payload.blob();
        DurableFiles.force(payload.file());
        Path target = pathOf(blob.hash());
        synchronized (this) {
            pins.merge(blob.hash(), 1, Integer::sum);
            try {
                Files.createDirectories(target.getParent());
                if (Files.exists(target)) {
                    Files.delete(payload.file());
                } else {
                    DurableFiles.moveAtomically(payload.file(), target);
                }
            } catch (IOException e) {
                unpin(blob.hash());
                throw e;
            }
        }
        DurableFiles.forceFolder(target.getParent());
        return blob;
    }

    /** The ledger knows the blob now, or never will. */
    public synchronized void unpin(Sha256 hash) {
        pins.computeIfPresent(hash, (same, count) -> count == 1 ? null : count - 1);
    }

    /** The same, and deletes the blob if the ledger turned out not to need it. */
    public synchronized void unpin(Sha256 hash, boolean needed) {
        unpin(hash);
        if (!needed) {
            delete(hash);
        }
    }

    /** Throws away a received file that is not to be stored. */
    public void discard(Payload payload) {
        try {
            Files.deleteIfExists(payload.file());
        } catch (IOException e) {
            log.warn("Could not delete {}; it goes at the next start", payload.file(), e);
        }
    }

    /** A stored blob as something that can be sent. */
    public Payload payload(Blob blob) {
        return new Payload(pathOf(blob.hash()), blob);
    }

    public Path pathOf(Sha256 hash) {
        return folder.resolve(hash.hex().substring(0, 2)).resolve(hash.hex());
    }

    /** Deletes a blob that the ledger no longer refers to, unless somebody is storing the same bytes just now. */
    public synchronized void delete(Sha256 hash) {
        if (pins.containsKey(hash)) {
            return;
        }
        try {
            Files.deleteIfExists(pathOf(hash));
        } catch (IOException e) {
            log.warn("Could not delete the unused blob {}; it goes at the next start", hash.brief(), e);
        }
    }

    /** Deletes everything but these. Only for the start, before anything is stored. */
    public void retainOnly(Set<Sha256> live) throws IOException {
        try (Stream<Path> files = Files.walk(folder, 2)) {
            List<Path> dead = files.filter(Files::isRegularFile)
                    .filter(file -> !file.startsWith(incoming))
                    .filter(file -> !isLive(file, live))
                    .toList();
            for (Path file : dead) {
                Files.delete(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static boolean isLive(Path file, Set<Sha256> live) {
        String name = file.getFileName().toString();
        return name.length() == 64 && live.contains(new Sha256(name));
    }

    /** Whether there is room for new packages; results are taken as long as anything can be written at all. */
    public boolean hasRoomForTasks() {
        try {
            long free = Files.getFileStore(folder).getUsableSpace();
            long total = Files.getFileStore(folder).getTotalSpace();
            return free > Math.min(RESERVE.bytes(), total / RESERVE_DIVISOR);
        } catch (IOException e) {
            log.warn("The free space of {} can't be told ({}); going on", folder, e.getMessage());
            return true;
        }
    }
}
