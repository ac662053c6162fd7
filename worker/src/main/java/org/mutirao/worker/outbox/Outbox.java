package org.mutirao.worker.outbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.WorkerRequest.Delivery;
import org.mutirao.protocol.pack.PlainName;
import org.mutirao.protocol.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Results that the master has not confirmed yet. They are files, so that they outlive the worker; what a power cut damages is
 * found by its hash, and its task is run again elsewhere. Safe for several threads.
 */
public final class Outbox {
    private static final Logger log = LoggerFactory.getLogger(Outbox.class);

    private static final int MAX_WHOLE = 1000;

    private final Path folder;
    private final Path refused;
    private final Path whole;
    private final Map<PendingResult, Integer> failures = new HashMap<>();
    private final Deque<PendingResult> waiting = new ArrayDeque<>();
    private final Set<PendingResult> underWay = new HashSet<>();

    private Outbox(Path folder, Path refused, Path whole) {
        this.folder = folder;
        this.refused = refused;
        this.whole = whole;
    }

    /**
     * Opens with what an earlier worker left.
     *
     * @param refused where results go that no master wants
     * @param whole where results go of which a master could read only a part
     */
    public static Outbox open(Path folder, Path refused, Path whole) throws IOException {
        Outbox outbox = new Outbox(folder, refused, whole);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                outbox.load(file);
            }
        }
        return outbox;
    }

    private void load(Path file) {
        String name = file.getFileName().toString();
        if (name.endsWith(".json")) {
            return;
        }
        try {
            if (name.endsWith(PendingResult.SMALL)) {
                waiting.add(PendingResult.readSmall(file));
                return;
            }
            if (!name.endsWith(".zip")) {
                throw new IOException(Text.of("it was not finished"));
            }
            PendingResult pending = PendingResult.read(file);
            if (!Sha256.ofFile(file).equals(pending.result().blob().hash())) {
                throw new IOException(Text.of("its bytes are not what they were"));
            }
            waiting.add(pending);
        } catch (IOException e) {
            log.warn("Dropped the undelivered result {}: {}; its task will be run again", name, e.getMessage());
            DurableFiles.deleteTree(file);
            if (name.endsWith(".zip")) {
                DurableFiles.deleteTree(PendingResult.descriptorOf(file));
            }
        }
    }

    /** Takes over a packed result. When it throws, nothing has changed and it can be tried again. */
    public void put(WorkerId peer, String taskName, Payload packed, Optional<Delivery> delivery) throws IOException {
        String name = UUID.randomUUID().toString();
        if (packed.bytes().isPresent()) {
            keep(new PendingResult(folder.resolve(name + PendingResult.SMALL), peer, taskName, packed, delivery));
            return;
        }
        Files.createDirectories(folder); // a script may have removed it
        Path zip = folder.resolve(name + ".zip");
        add(new PendingResult(zip, peer, taskName, new Payload(zip, packed.blob()), delivery), packed.file());
    }

    /** The same of a small result that is in memory. */
    public void put(WorkerId peer, String taskName, byte[] packed, Optional<Delivery> delivery) throws IOException {
        put(peer, taskName, Payload.inMemory(packed, new Blob(Sha256.of(packed), packed.length)), delivery);
    }

    private void keep(PendingResult small) throws IOException {
        byte[] bytes = small.toBytes();
        try {
            write(small.file(), bytes);
        } catch (NoSuchFileException e) {
            Files.createDirectories(folder); // a script may have removed it
            write(small.file(), bytes);
        }
        waits(small);
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        try {
            Files.write(file, bytes);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            DurableFiles.deleteTree(file); // half of it is of no use
            throw e;
        }
    }

    private void add(PendingResult pending, Path packed) throws IOException {
        // The description first: a ZIP without one would be thrown away at the next start.
        try {
            Files.writeString(pending.descriptor(), pending.toJson(), StandardCharsets.UTF_8);
            DurableFiles.moveAtomically(packed, pending.file());
        } catch (IOException e) {
            DurableFiles.deleteTree(pending.descriptor());
            throw e;
        }
        waits(pending);
    }

    private synchronized void waits(PendingResult pending) {
        waiting.add(pending);
        notifyAll();
    }

    /** What is wrong with a letter's file, if anything, without reading it. */
    Optional<String> flawOf(PendingResult pending) {
        if (pending.isSmall()) {
            return Optional.empty(); // it is in memory
        }
        Path file = pending.file();
        try {
            if (!Files.isRegularFile(file)) {
                return Optional.of(Text.of("its file was removed from the outbox"));
            }
            if (Files.size(file) != pending.result().blob().size()) {
                return Optional.of(Text.of("its file was changed in the outbox"));
            }
            if (!Files.isReadable(file)) {
                return Optional.of(Text.of("its file in the outbox may not be read any more"));
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(Text.of("its file in the outbox can't be read"));
        }
    }

    /** The same, and reads every byte. */
    Optional<String> deepFlawOf(PendingResult pending) {
        Optional<String> flaw = flawOf(pending);
        if (flaw.isPresent() || pending.isSmall()) {
            return flaw;
        }
        try {
            return Sha256.ofFile(pending.file()).equals(pending.result().blob().hash())
                    ? Optional.empty()
                    : Optional.of(Text.of("its file was damaged in the outbox"));
        } catch (IOException e) {
            return Optional.of(Text.of("its file in the outbox can't be read"));
        }
    }

    /** It can't be delivered any more; from now on its lease is not named as held here. */
    void lost(PendingResult pending) {
        delivered(pending); // what is left of it goes the same way
    }

    /** Puts a smaller one in its place; the whole is kept for a person. */
    void replaceBySmaller(PendingResult pending, byte[] smaller, String note) throws IOException {
        Optional<Delivery> delivery = pending.delivery()
                .map(d ->
                        new Delivery(d.grid(), d.lease(), d.ending().with(note), d.runTime(), d.startedAt(), d.used()));
        put(pending.peer(), pending.taskName(), smaller, delivery);
        deliveredInPart(pending);
    }

    /** Waits for a letter that suits and takes it; it is held until {@link #delivered}, {@link #refuse} or {@link #later}. */
    synchronized PendingResult take(Predicate<PendingResult> suits) throws InterruptedException {
        while (true) {
            for (PendingResult pending : waiting) {
                if (suits.test(pending)) {
                    waiting.remove(pending);
                    underWay.add(pending);
                    return pending;
                }
            }
            wait();
        }
    }

    /** Another letter may suit now. */
    public synchronized void wake() {
        notifyAll();
    }

    /** The master has it. */
    void delivered(PendingResult pending) {
        forget(pending);
        remove(pending);
    }

    private static void forget(PendingResult pending) {
        try {
            Files.deleteIfExists(pending.file());
        } catch (IOException e) {
            DurableFiles.deleteTree(pending.file()); // whatever a script made of it; says what can't be deleted
        }
        if (!pending.isSmall()) {
            DurableFiles.deleteTree(pending.descriptor());
        }
    }

    /** Puts the ZIP where a person finds it. */
    private static void moveTo(Path target, PendingResult pending) throws IOException {
        if (pending.isSmall()) {
            Files.write(target, pending.result().bytes().orElseThrow());
        } else {
            DurableFiles.moveAtomically(pending.file(), target);
        }
    }

    /** Where {@link #deliveredInPart} will keep it. */
    Path wholeOf(PendingResult pending) {
        String id = pending.file().getFileName().toString().substring(0, 8);
        String name = PlainName.zip(pending.taskName());
        return FileNames.resolve(whole, name.substring(0, name.length() - ".zip".length()) + "-" + id + ".zip");
    }

    /** The master has as much of it as it could read; the whole is kept for a person. */
    void deliveredInPart(PendingResult pending) throws IOException {
        Files.createDirectories(whole);
        moveTo(wholeOf(pending), pending);
        forget(pending);
        remove(pending);
        dropOldest();
    }

    private void dropOldest() throws IOException {
        List<Path> kept;
        try (Stream<Path> files = Files.list(whole)) {
            kept = files.sorted(Comparator.comparing(Outbox::age)).toList();
        }
        for (Path old : kept.subList(0, Math.max(0, kept.size() - MAX_WHOLE))) {
            DurableFiles.deleteTree(old);
        }
    }

    private static FileTime age(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0); // it is gone, and may be dropped first
        }
    }

    /** No master wants it; a person may. Returns where it is kept. */
    Path refuse(PendingResult pending) throws IOException {
        Files.createDirectories(refused);
        String name = pending.file().getFileName().toString();
        Path kept = refused.resolve(name.substring(0, name.lastIndexOf('.')) + ".zip");
        moveTo(kept, pending);
        if (pending.isSmall()) {
            Files.writeString(PendingResult.descriptorOf(kept), pending.toJson(), StandardCharsets.UTF_8);
            forget(pending);
        } else {
            DurableFiles.moveAtomically(pending.descriptor(), PendingResult.descriptorOf(kept));
        }
        remove(pending);
        return kept;
    }

    private synchronized void remove(PendingResult pending) {
        underWay.remove(pending);
        failures.remove(pending);
        notifyAll();
    }

    /** The master was reached but did not take it. */
    synchronized void failed(PendingResult pending) {
        failures.merge(pending, 1, Integer::sum);
    }

    synchronized int failuresOf(PendingResult pending) {
        return failures.getOrDefault(pending, 0);
    }

    /** It could not be delivered now; others go first next time. */
    synchronized void later(PendingResult pending) {
        underWay.remove(pending);
        waiting.add(pending);
    }

    /** Waits until everything is delivered, or nothing was for so long; returns whether everything is. */
    public synchronized boolean awaitEmpty(Duration patience) throws InterruptedException {
        long left = patience.toMillis();
        for (int before = size(); size() > 0 && left > 0; before = size()) {
            wait(Math.min(left, 500)); // whoever delivers wakes us
            left = size() < before ? patience.toMillis() : left - 500;
        }
        return size() == 0;
    }

    public synchronized int size() {
        return waiting.size() + underWay.size();
    }

    /** Whether something waits here for a master of another group. */
    public synchronized boolean hasForStrangers() {
        return Stream.concat(waiting.stream(), underWay.stream())
                .anyMatch(pending -> pending.delivery().isEmpty());
    }

    /** Which leases of a grid, or of any, have a result here. */
    public synchronized List<Lease> leases(Optional<GridId> grid) {
        List<PendingResult> all = new ArrayList<>(waiting);
        all.addAll(underWay);
        return all.stream()
                .flatMap(pending -> pending.delivery().stream())
                .filter(delivery -> grid.isEmpty() || delivery.grid().equals(grid.get()))
                .map(Delivery::lease)
                .toList();
    }
}
