package org.mutirao.group.blob;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.mutirao.group.log.ReplicatedLog;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.text.Text;
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
 * the log has too lies in memory as long as the log has it and there is room for it. Safe for any number of threads.
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
    private static final int FOR_THE_LOG = 4;

    private final Path folder;
    private final Path incoming;
    private final LostAndFound lost;
    private final LongSupplier ticker = System::nanoTime;
    private final DiskRoom disk;
    private final ParallelDisk forcing = new ParallelDisk("blob-force");
    private final SpoolRoom room;
    private final SpoolMemory memory;
    private final Map<Sha256, Integer> pins = new HashMap<>();
    private final Map<Sha256, Integer> promises = new HashMap<>();
    private final Set<Sha256> inherited = new HashSet<>();
    private final Set<Sha256> suspects = new HashSet<>();
    /** Not forced to disk yet. */
    private final Set<Sha256> kept = new HashSet<>();
    /** Not even written, since the log has them too. The oldest first. */
    private final Map<Sha256, Young> young = new LinkedHashMap<>();

    /**
     * A small blob in memory.
     *
     * @param mayHaveFile whether the same bytes may also lie in a file, of an earlier one or since the start
     * @param since when it came, by the system's ticker
     */
    private record Young(byte[] bytes, boolean mayHaveFile, long since) {}

    private BlobStore(Path folder, InstantSource wall, SpoolMemory memory) throws IOException {
        this.folder = folder;
        this.memory = memory;
        this.incoming = folder.resolve("incoming");
        DurableFiles.deleteTree(incoming);
        Files.createDirectories(incoming);
        this.disk = new DiskRoom(folder, ticker);
        this.room = new SpoolRoom(() -> disk.had(FOR_THE_LOG), () -> disk.has(FOR_THE_LOG));
        this.lost = new LostAndFound(folder.resolveSibling("lost+found"), wall);
        inherited.addAll(stored());
    }

    private List<Sha256> stored() throws IOException {
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

    /** Opens or makes the store; what was half received before is thrown away. */
    public static BlobStore open(Path folder, InstantSource wall) throws IOException {
        return open(folder, wall, SpoolMemory.ofThisProcess());
    }

    /** The same with so much memory for small blobs. */
    public static BlobStore open(Path folder, InstantSource wall, SpoolMemory memory) throws IOException {
        return new BlobStore(folder, wall, memory);
    }

    /** Where payloads go before {@link #store} or {@link #hold}: small ones into memory, if there is room for them. */
    public Spool spool(ByteSize limit) {
        return new SmallSpool(new FileSpool(incoming, limit, room), memory, ReplicatedLog.MAX_BYTES);
    }

    /** The memory for small blobs. */
    public SpoolMemory memory() {
        return memory;
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
        Path received = fileOf(payload);
        DurableFiles.force(received);
        Path target = pathInStore(blob.hash());
        boolean unforced;
        synchronized (this) {
            pin(blob.hash());
            unforced = kept.contains(blob.hash());
            young.computeIfPresent(blob.hash(), (same, one) -> new Young(one.bytes(), true, one.since()));
            try {
                createFolderOf(target);
                if (Files.exists(target)) {
                    Files.delete(received);
                } else {
                    DurableFiles.moveAtomically(received, target);
                }
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
        Path part = incoming.resolve(UUID.randomUUID() + ".part");
        Files.write(part, payload.bytes().get());
        payload.delete();
        return part;
    }

    /**
     * Takes over a payload in memory that is to travel inside an entry of the log. Until the log has it, a crash takes it away. The
     * blob is pinned until {@link #unpin}.
     */
    public Blob hold(Payload payload) throws IOException {
        byte[] bytes = payload.bytes().orElseThrow();
        Sha256 hash = payload.blob().hash();
        synchronized (this) {
            if (!young.containsKey(hash)) {
                boolean hasFile = Files.exists(pathInStore(hash));
                payload.delete(); // its memory is this store's from here on
                if (memory.take(bytes.length)) {
                    young.put(hash, new Young(bytes, hasFile, ticker.getAsLong()));
                } else {
                    write(hash, bytes);
                }
            }
            pin(hash);
        }
        payload.delete();
        return payload.blob();
    }

    /**
     * Keeps a small blob that an entry of the log came with. For a moment in memory only, since most are dropped again within a second:
     * until {@link #forceKept} the log has it too, and gives it again after a crash.
     *
     * @param hash of these bytes
     */
    public void keep(Sha256 hash, byte[] bytes) {
        synchronized (this) {
            suspects.remove(hash);
            if (young.containsKey(hash)) {
                return;
            }
            boolean hasFile = Files.exists(pathInStore(hash));
            // Only what lay there at the start may have been damaged by a power cut.
            if (hasFile && !inherited.contains(hash)) {
                return;
            }
            if (memory.take(bytes.length)) {
                young.put(hash, new Young(bytes, hasFile, ticker.getAsLong()));
                return;
            }
            try {
                write(hash, bytes);
            } catch (IOException e) {
                // More than may be, but it must not be lost, and the next try to force it says what is wrong.
                log.warn("A small blob can't be written now and stays in memory: {}", e.getMessage());
                memory.takeAnyway(bytes.length);
                young.put(hash, new Young(bytes, hasFile, ticker.getAsLong()));
            }
        }
    }

    /** Writes one that is still in memory. */
    private synchronized void write(Sha256 hash) throws IOException {
        Young one = young.get(hash);
        if (one != null) {
            write(hash, one.bytes());
            forgetYoung(hash);
        }
    }

    private void write(Sha256 hash, byte[] bytes) throws IOException {
        Path target = pathInStore(hash);
        if (!Files.exists(target) || !Arrays.equals(Files.readAllBytes(target), bytes)) {
            Path part = incoming.resolve(UUID.randomUUID() + ".part");
            Files.write(part, bytes);
            createFolderOf(target);
            DurableFiles.moveAtomically(part, target);
        }
        kept.add(hash);
    }

    /** Returns whether it was in memory. */
    private Optional<Young> forgetYoung(Sha256 hash) {
        Optional<Young> one = Optional.ofNullable(young.remove(hash));
        one.ifPresent(gone -> memory.give(gone.bytes().length));
        return one;
    }

    /** What a small blob is, while it is in memory only. */
    public synchronized Optional<byte[]> bytesOf(Sha256 hash) {
        return Optional.ofNullable(young.get(hash)).map(Young::bytes);
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
        for (Sha256 hash : youngSince(ticker.getAsLong() - age.toNanos())) {
            write(hash);
        }
        Set<Sha256> unforced;
        synchronized (this) {
            unforced = new HashSet<>(kept);
        }
        Set<Path> folders = new HashSet<>();
        for (ParallelDisk.Outcome<Optional<Path>> each : forcing.each(List.copyOf(unforced), this::forceFile)) {
            each.get().ifPresent(file -> folders.add(file.getParent()));
        }
        for (ParallelDisk.Outcome<Path> each : forcing.each(List.copyOf(folders), BlobStore::forceFolder)) {
            each.get();
        }
        synchronized (this) {
            kept.removeAll(unforced);
        }
    }

    private Optional<Path> forceFile(Sha256 hash) throws IOException {
        Path file = pathInStore(hash);
        try {
            DurableFiles.force(file);
            return Optional.of(file);
        } catch (NoSuchFileException e) {
            return Optional.empty(); // dropped before it was forced to disk
        }
    }

    private static Path forceFolder(Path folder) throws IOException {
        DurableFiles.forceFolder(folder);
        return folder;
    }

    private synchronized List<Sha256> youngSince(long latest) {
        List<Sha256> found = new ArrayList<>();
        for (Map.Entry<Sha256, Young> each : young.entrySet()) {
            if (each.getValue().since() - latest > 0) {
                break;
            }
            found.add(each.getKey());
        }
        return found;
    }

    /** Whether it is here. What was moved aside comes back for that. */
    public boolean has(Sha256 hash) {
        synchronized (this) {
            if (young.containsKey(hash)) {
                return true;
            }
        }
        return Files.exists(pathInStore(hash)) || lost.giveBack(hash, pathInStore(hash));
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
        synchronized (this) {
            if (young.containsKey(blob.hash())) {
                return Presence.WHOLE;
            }
        }
        try {
            return Files.size(pathInStore(blob.hash())) == blob.size() ? Presence.WHOLE : Presence.GONE;
        } catch (NoSuchFileException e) {
            return Files.isDirectory(incoming) ? Presence.GONE : Presence.UNREADABLE;
        } catch (IOException e) {
            return Presence.UNREADABLE;
        }
    }

    /** A damaged one is no longer counted as here; its file goes to lost+found, for a person. */
    public synchronized void quarantine(Sha256 hash) {
        Path file = pathInStore(hash);
        try {
            if (Files.exists(file)) {
                lost.takeDamaged(file, hash.hex());
            }
            kept.remove(hash);
            inherited.remove(hash);
        } catch (IOException e) {
            log.warn("Could not move the damaged blob {} to {}: {}", hash.brief(), lost.folder(), e.toString());
        }
    }

    /**
     * Moves a damaged file to lost+found, from any folder.
     *
     * @param name under which a person may look for it
     */
    public void keepDamaged(Path file, String name) throws IOException {
        lost.takeDamaged(file, name);
    }

    /** Where earlier versions left them. */
    private void collectDamaged() {
        try (Stream<Path> files = Files.walk(folder, 2)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".damaged")).toList()) {
                lost.takeDamaged(file, file.getFileName().toString().replace(".damaged", ""));
            }
        } catch (IOException | UncheckedIOException e) {
            log.debug("Damaged files can't be moved to {} now", lost.folder(), e);
        }
    }

    /** A new folder must survive a power cut too, or all that is in it would go. */
    private void createFolderOf(Path target) throws IOException {
        if (!Files.isDirectory(target.getParent())) {
            Files.createDirectories(target.getParent());
            DurableFiles.forceFolder(folder);
        }
    }

    /** A blob whose bytes would survive a power cut. Only a store makes one. */
    public static final class ForcedFile {
        private final Path path;
        private final boolean isCopy;

        private ForcedFile(Path path, boolean isCopy) {
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
        return forcing.each(blobs, this::forced).stream()
                .map(each -> new Forced(each.value().flatMap(file -> file), each.failure()))
                .toList();
    }

    private Optional<ForcedFile> forced(Blob blob) throws IOException {
        Sha256 hash = blob.hash();
        Optional<byte[]> bytes = bytesOf(hash);
        if (bytes.isPresent()) {
            return Optional.of(new ForcedFile(writeForced(bytes.get()), true));
        }
        Path file = pathInStore(hash);
        Presence presence = look(blob);
        if (presence == Presence.UNREADABLE) {
            throw new IOException(Text.of("%s can't be read", folder));
        }
        boolean unforced;
        boolean old;
        synchronized (this) {
            old = inherited.contains(hash);
            unforced = old || kept.contains(hash);
        }
        if (presence == Presence.GONE || (old && !Sha256.ofFile(file).equals(hash))) {
            return Optional.empty();
        }
        if (unforced) {
            DurableFiles.force(file);
        }
        return Optional.of(new ForcedFile(file, false));
    }

    /** A file of its own, since the blob itself is soon needed no more. */
    private Path writeForced(byte[] bytes) throws IOException {
        Path file = incoming.resolve(UUID.randomUUID() + ".part");
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                out.write(left);
            }
            out.force(true);
            return file;
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** Keeps it here, whatever the ledger says, until {@link #unpin}. */
    public synchronized void pin(Sha256 hash) {
        pins.merge(hash, 1, Integer::sum);
        suspects.remove(hash);
    }

    /** Stores what the leader will refer to in an entry of the log; it stays at least until {@link #onNeeded}. */
    public Blob promise(Payload payload) throws IOException {
        Blob blob = store(payload);
        synchronized (this) {
            promises.merge(blob.hash(), 1, Integer::sum);
            unpin(blob.hash());
        }
        return blob;
    }

    /** The ledger refers to it from now on. */
    public synchronized void onNeeded(Sha256 hash) {
        promises.computeIfPresent(hash, (same, count) -> count == 1 ? null : count - 1);
        suspects.remove(hash);
        if (!young.containsKey(hash) && !Files.exists(pathInStore(hash))) {
            lost.giveBack(hash, pathInStore(hash));
        }
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
                .orElseGet(() -> new Payload(pathInStore(blob.hash()), blob));
    }

    /** Where it lies, if it is here. */
    public Path pathOf(Sha256 hash) {
        try {
            write(hash);
        } catch (IOException e) {
            log.warn("A small blob can't be written now: {}", e.getMessage());
        }
        return pathInStore(hash);
    }

    private Path pathInStore(Sha256 hash) {
        return folder.resolve(hash.hex().substring(0, 2)).resolve(hash.hex());
    }

    /** Deletes a blob that the ledger no longer refers to, unless somebody is storing the same bytes just now. */
    public synchronized void delete(Sha256 hash) {
        if (pins.containsKey(hash) || promises.containsKey(hash)) {
            return;
        }
        boolean mayHaveFile = forgetYoung(hash).map(Young::mayHaveFile).orElse(true);
        try {
            if (mayHaveFile && !inherited.contains(hash)) {
                Files.deleteIfExists(pathInStore(hash));
                kept.remove(hash);
            }
        } catch (IOException e) {
            log.warn("Could not delete the unused blob {}; it goes at the next start", hash.brief(), e);
        }
    }

    /**
     * Drops what the log brought again when it was read, and what it brought later shows to be done with. Only for a master that is alone,
     * when the whole log is applied, and before {@link #setAside}.
     *
     * @param live what the ledger refers to
     */
    public synchronized void dropRead(Set<Sha256> live) {
        Set<Sha256> brought = new HashSet<>(young.keySet());
        brought.addAll(kept);
        brought.removeAll(live);
        brought.forEach(this::delete);
    }

    /**
     * Moves to lost+found what lay here when the process began and nobody needs. Only for a master that is alone, when the whole log is
     * applied. What came since is left alone, and so is all of it from the second call on.
     *
     * @param live what the ledger refers to
     * @return how much was moved
     */
    public int setAside(Set<Sha256> live) throws IOException {
        List<Sha256> unneeded;
        synchronized (this) {
            unneeded = inherited.stream().filter(hash -> !live.contains(hash)).toList();
            inherited.clear();
        }
        int moved = 0;
        for (Sha256 hash : unneeded) {
            if (moveAside(hash)) {
                moved++;
            }
        }
        return moved;
    }

    private synchronized boolean moveAside(Sha256 hash) throws IOException {
        boolean relied = pins.containsKey(hash) || promises.containsKey(hash) || young.containsKey(hash);
        if (relied || !Files.exists(pathInStore(hash))) {
            return false;
        }
        lost.take(hash, pathInStore(hash));
        kept.remove(hash);
        return true;
    }

    /** Where things are that nobody seems to need. */
    public Path lostAndFound() {
        return lost.folder();
    }

    /** Removes what has been in lost+found for a day. */
    public void expireLost() {
        collectDamaged();
        lost.expire();
    }

    /**
     * Moves to lost+found what nobody has needed since the last time. Call it every few minutes, with what the ledger refers to.
     *
     * @return how much was moved
     */
    public int sweep(Set<Sha256> live) throws IOException {
        List<Sha256> unneeded =
                stored().stream().filter(hash -> !live.contains(hash)).toList();
        Set<Sha256> again = new HashSet<>();
        int moved = 0;
        for (Sha256 hash : unneeded) {
            synchronized (this) {
                if (pins.containsKey(hash)) {
                    continue;
                }
                if (suspects.contains(hash)) {
                    promises.remove(hash);
                    inherited.remove(hash);
                    moved += moveAside(hash) ? 1 : 0;
                } else {
                    again.add(hash);
                }
            }
        }
        synchronized (this) {
            suspects.clear();
            suspects.addAll(again);
            inherited.retainAll(unneeded);
        }
        return moved;
    }

    /** Whether there was room for new packages a moment ago; results are taken until only a quarter of that is left. */
    public boolean hasRoomForTasks() {
        return disk.had(1);
    }
}
