package org.mutirao.group.blob;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.mutirao.group.log.ReplicatedLog;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.threads.GuardedPool;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.wire.FileSpool;
import org.mutirao.protocol.wire.SmallSpool;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.protocol.wire.SpoolMemory;
import org.mutirao.protocol.wire.SpoolRoom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files named by their SHA-256, below {@code <folder>/<two digits>/}, forced to disk before anybody relies on them. A small blob that
 * the log has too lies in memory as long as the log has it and there is room for it. Safe for any number of threads; the monitor of
 * {@link BlobStates} is its lock.
 *
 * <p>A blob that is stored but not yet in the ledger is pinned, so that a clean-up of the same bytes can't take it away. A master
 * that keeps a blob for the leader has promised to have it when the entry of the log comes, and nothing that lay here when the
 * process began may go because an old entry is applied again: a later one may need it. Nothing is deleted because nobody seems to
 * need it, since who says so may not know everything: it moves to {@code lost+found} beside this folder, at the second {@link #sweep}
 * that finds it so or by {@link #setAside}, and comes back from there when it is needed after all.
 */
public final class BlobStore {
    private static final Logger log = LoggerFactory.getLogger(BlobStore.class);
    /** Which part of the reserve nothing from the network may take, so that half messages can't stop the log. */
    private static final int COPY_BLOCK = 256 * 1024;

    private static final int FOR_THE_LOG = 4;

    private final BlobFolder folder;
    private final BlobStates states;
    private final SmallBlobs small;
    private final BlobForcing forcing;
    private final BlobRemoval removal;
    private final LostAndFound lost;
    private final DiskRoom disk;
    private final SpoolRoom room;

    private BlobStore(Path folder, InstantSource wall, SpoolMemory memory, Executor deleting) throws IOException {
        LongSupplier ticker = System::nanoTime;
        this.folder = new BlobFolder(folder);
        this.disk = new DiskRoom(folder, ticker);
        this.room = new SpoolRoom(() -> disk.had(FOR_THE_LOG), () -> disk.has(FOR_THE_LOG));
        this.lost = new LostAndFound(folder.resolveSibling("lost+found"), wall);
        this.states = new BlobStates(this.folder.stored());
        this.small = new SmallBlobs(this.folder, states, memory, ticker);
        this.forcing = new BlobForcing(this.folder, states, small);
        this.removal = new BlobRemoval(this.folder, states, small, lost, deleting);
    }

    /** Opens or makes the store; what was half received before is thrown away. */
    public static BlobStore open(Path folder, InstantSource wall) throws IOException {
        return open(folder, wall, SpoolMemory.ofThisProcess());
    }

    /** The same with so much memory for small blobs. */
    public static BlobStore open(Path folder, InstantSource wall, SpoolMemory memory) throws IOException {
        GuardedPool deleting = new GuardedPool("blob-delete", 1);
        deleting.allowCoreThreadTimeOut(true);
        return open(folder, wall, memory, deleting);
    }

    /** The same, where files that are done with are deleted by that. */
    static BlobStore open(Path folder, InstantSource wall, SpoolMemory memory, Executor deleting) throws IOException {
        return new BlobStore(folder, wall, memory, deleting);
    }

    /** Where payloads go before {@link #store} or {@link #hold}: small ones into memory, if there is room for them. */
    public Spool spool(ByteSize limit) {
        return new SmallSpool(new FileSpool(folder.incoming(), limit, room), small.memory(), ReplicatedLog.MAX_BYTES);
    }

    /** The memory for small blobs. */
    public SpoolMemory memory() {
        return small.memory();
    }

    /**
     * Copies a file in, to be stored next.
     *
     * @throws IOException also when the file is larger than the limit
     */
    public Payload copyIn(Path file, ByteSize limit) throws IOException {
        Spool.Sink sink = spool(limit).open();
        try (InputStream in = Files.newInputStream(file)) {
            // Most packages are small, and a large block for each of them would only be filled with zeros.
            byte[] block = new byte[(int) Math.max(1, Math.min(COPY_BLOCK, Files.size(file)))];
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
        return folder.momentary(".scratch");
    }

    /**
     * Takes over a received file. When it returns, the bytes would survive a power cut. The blob is pinned until {@link
     * #unpin}. Storing the same bytes again is harmless.
     */
    public Blob store(Payload payload) throws IOException {
        Blob blob = payload.blob();
        Path received = fileOf(payload);
        DurableFiles.force(received);
        Path target = folder.fileOf(blob.hash());
        boolean unforced;
        synchronized (states) {
            pin(blob.hash());
            unforced = states.isUnforced(blob.hash());
            small.onStored(blob.hash());
            try {
                folder.take(received, blob.hash());
            } catch (IOException e) {
                unpin(blob.hash());
                Files.deleteIfExists(received);
                throw e;
            }
        }
        if (unforced) {
            DurableFiles.force(target);
        }
        DurableFiles.forceFolder(target.getParent());
        return blob;
    }

    private Path fileOf(Payload payload) throws IOException {
        if (payload.bytes().isEmpty()) {
            return payload.file();
        }
        Path part = folder.part(payload.bytes().get());
        payload.delete();
        return part;
    }

    /**
     * Takes over a payload in memory that is to travel inside an entry of the log. Until the log has it, a crash takes it away. The
     * blob is pinned until {@link #unpin}. Returns whether its bytes were not here before.
     */
    public boolean hold(Payload payload) throws IOException {
        return small.hold(payload);
    }

    /**
     * Keeps a small blob that an entry of the log came with. For a moment in memory only, since most are dropped again within a second:
     * until {@link #forceKept} the log has it too, and gives it again after a crash.
     *
     * @param hash of these bytes
     */
    public void keep(Sha256 hash, byte[] bytes) {
        small.keep(hash, bytes);
    }

    /** What a small blob is, while it is in memory only. */
    public Optional<byte[]> bytesOf(Sha256 hash) {
        return small.bytesOf(hash);
    }

    /**
     * Forces to disk what was kept, as far as it is still needed.
     *
     * @throws IOException when it can't be written; the log must not forget it then
     */
    public void forceKept() throws IOException {
        forceKept(Duration.ZERO);
    }

    /**
     * The same for what has been here for a while, so that it does not take memory for long, a damaged log does not take it along, and
     * little is left to do when the log is to forget it.
     */
    public void forceKept(Duration age) throws IOException {
        removal.deleteDoomed();
        forcing.forceKept(age);
    }

    /** Whether it is here. What was moved aside comes back for that. */
    public boolean has(Sha256 hash) {
        return small.has(hash)
                || (!states.isDoomed(hash) && (folder.has(hash) || lost.giveBack(hash, folder.fileOf(hash))));
    }

    /** How a blob is found here by a look at its file. */
    public enum Presence {
        WHOLE,
        /** There is no such file, or one of another length. */
        GONE,
        /** The folder can't be read at present, which says nothing about the blob. */
        UNREADABLE
    }

    /** Looks for it. */
    public Presence look(Blob blob) {
        if (small.has(blob.hash())) {
            return Presence.WHOLE;
        }
        return states.isDoomed(blob.hash()) ? Presence.GONE : folder.look(blob);
    }

    /** A damaged one is no longer counted as here; its file goes to lost+found, for a person. */
    public void quarantine(Sha256 hash) {
        removal.quarantine(hash);
    }

    /**
     * Moves a damaged file to lost+found, from any folder.
     *
     * @param name under which a person may look for it
     */
    public void keepDamaged(Path file, String name) throws IOException {
        lost.takeDamaged(file, name);
    }

    /** A blob whose bytes would survive a power cut. Only a store makes one. */
    public static final class ForcedFile {
        private final Path path;
        private final boolean isCopy;

        ForcedFile(Path path, boolean isCopy) {
            this.path = path;
            this.isCopy = isCopy;
        }

        public Path path() {
            return path;
        }

        /** It has its second name, or gets none. */
        public void release() throws IOException {
            if (isCopy) {
                Files.deleteIfExists(path);
            }
        }
    }

    /**
     * What came of forcing one blob.
     *
     * @param file empty when it is not here, or damaged
     * @param failure why the disk can't be read or written now
     */
    public record Forced(Optional<ForcedFile> file, Optional<IOException> failure) {}

    /**
     * Sees to it that some blobs' bytes are on the disk, so that they may get a second name elsewhere. Together this takes little longer
     * than for one.
     *
     * @return what came of each, in their order
     */
    public List<Forced> forced(List<Blob> blobs) {
        return forcing.forced(blobs);
    }

    /** Keeps it here, whatever the ledger says, until {@link #unpin}. */
    public void pin(Sha256 hash) {
        states.pin(hash);
    }

    /** Stores what the leader will refer to in an entry of the log; it stays at least until {@link #onNeeded}. */
    public Blob promise(Payload payload) throws IOException {
        Blob blob = store(payload);
        synchronized (states) {
            states.promise(blob.hash());
            unpin(blob.hash());
        }
        return blob;
    }

    /** The ledger refers to it from now on. */
    public void onNeeded(Sha256 hash) {
        synchronized (states) {
            states.onNeeded(hash);
            if (!small.has(hash) && !folder.has(hash)) {
                lost.giveBack(hash, folder.fileOf(hash));
            }
        }
    }

    /** The ledger knows the blob now, or never will. */
    public void unpin(Sha256 hash) {
        states.unpin(hash);
    }

    /** The same, and deletes the blob if the ledger turned out not to need it. */
    public void unpin(Sha256 hash, boolean needed) {
        synchronized (states) {
            unpin(hash);
            if (!needed) {
                delete(hash);
            }
        }
    }

    /** Throws away what was received and is not to be stored. */
    public void discard(Payload payload) {
        try {
            payload.delete();
        } catch (IOException e) {
            log.warn("Could not delete {}; it goes at the next start", payload, e);
        }
    }

    /** A stored blob as something that can be sent, and is not to be deleted. */
    public Payload payload(Blob blob) {
        return bytesOf(blob.hash())
                .map(bytes -> Payload.inMemory(bytes, blob))
                .orElseGet(() -> new Payload(folder.fileOf(blob.hash()), blob));
    }

    /** Where it lies, if it is here. */
    public Path pathOf(Sha256 hash) {
        try {
            small.write(hash);
        } catch (IOException e) {
            log.warn("A small blob can't be written now: {}", e.getMessage());
        }
        return folder.fileOf(hash);
    }

    /** Deletes a blob that the ledger no longer refers to, unless somebody is storing the same bytes just now. */
    public void delete(Sha256 hash) {
        removal.delete(hash);
    }

    /**
     * Drops what the log brought again when it was read, and what it brought later shows to be done with. Only for a master that is alone,
     * when the whole log is applied, and before {@link #setAside}.
     *
     * @param live what the ledger refers to
     */
    public void dropRead(Set<Sha256> live) {
        removal.dropRead(live);
    }

    /**
     * Moves to lost+found what lay here when the process began and nobody needs. Only for a master that is alone, when the whole log is
     * applied. What came since is left alone, and so is all of it from the second call on.
     *
     * @param live what the ledger refers to
     * @return how much was moved
     */
    public int setAside(Set<Sha256> live) throws IOException {
        return removal.setAside(live);
    }

    /**
     * Moves to lost+found what nobody has needed since the last time. Call it every few minutes, with what the ledger refers to.
     *
     * @return how much was moved
     */
    public int sweep(Set<Sha256> live) throws IOException {
        return removal.sweep(live);
    }

    /** Where things are that nobody seems to need. */
    public Path lostAndFound() {
        return lost.folder();
    }

    /** Removes what has been in lost+found for a day. */
    public void expireLost() {
        removal.expireLost();
    }

    /** Deletes at once what was to go a little later. What stayed would seem lost at the next start. */
    public void finish() {
        removal.deleteDoomed();
    }

    /** Whether there was room for new packages a moment ago; results are taken until only a quarter of that is left. */
    public boolean hasRoomForTasks() {
        return disk.had(1);
    }
}
