package org.mutirao.master.inbox;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.pack.PackageBytes;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.GuardedLoop;
import org.mutirao.protocol.threads.GuardedPool;
import org.mutirao.protocol.threads.Liveness;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches {@code tasks/}. The system's notifications make it quick; a regular scan makes it sure, since network drives send
 * none. One thread looks, a few take in what is complete.
 */
public final class Inbox implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Inbox.class);
    private static final Duration SCAN = Duration.ofSeconds(2);
    private static final Duration GATHER = Duration.ofMillis(20);
    private static final Duration QUIET = Duration.ofSeconds(5);
    /** A fault of this program comes again, so its file is tried again rarely. */
    private static final Duration FAULT = Duration.ofMinutes(5);

    private static final int TAKERS = 8;
    private static final int FINISHERS = 4;
    /** How many packages the log may have at a time. They are in memory until it has answered. */
    private static final int MAX_UNDER_WAY = 64;

    private static final Duration SCANNED_WITHIN = Duration.ofMinutes(2);
    private static final Duration TAKEN_WITHIN = Duration.ofMinutes(15);
    /** What one scan hands to the takers at most; the rest waits in the folder. */
    private static final int MAX_TAKEN = 4096;

    /** When to look again while the takers have that many. */
    private static final Duration FULL = Duration.ofMillis(100);

    private final Path folder;
    private final LeftAlone notes;
    private final Hands hands;
    private final LongPredicate tooLarge;
    private final Complaints complaints = new Complaints();
    /** When what could not be taken is tried again, by name. */
    private final Map<String, Long> later = new ConcurrentHashMap<>();

    private final InstantSource wall;
    private final LongSupplier nanos;
    private final Arrivals arrivals = new Arrivals();
    private final OpenFiles openFiles;
    /** Files that a taker has, or that can't be moved away; by name, with what they looked like. */
    private final Map<String, Sighting> busy = new ConcurrentHashMap<>();

    /** Those of them that a taker has. */
    private final Set<String> inHand = ConcurrentHashMap.newKeySet();

    private final Set<String> mentioned = new HashSet<>();
    private final GuardedPool takers;
    /** Not the takers, who may all wait until the log has less to do. */
    private final GuardedPool finishers;

    private final Semaphore underWay = new Semaphore(MAX_UNDER_WAY);
    private final GuardedLoop watcher;
    private volatile boolean closed;

    /**
     * Begins to watch a folder that exists.
     *
     * @param wall to compare with files' times
     * @param nanos monotonic
     * @param liveness told what the threads are at
     * @param onRefused is told of each package that this master refused
     */
    public Inbox(
            Path folder,
            Intake intake,
            TaskKeys keys,
            InstantSource wall,
            LongSupplier nanos,
            Liveness liveness,
            Runnable onRefused) {
        this(folder, new HandIn(folder, intake, keys, nanos, onRefused), intake::isTooLarge, wall, nanos, liveness);
    }

    Inbox(Path folder, Hands hands, LongPredicate tooLarge, InstantSource wall, LongSupplier nanos, Liveness liveness) {
        this.folder = folder;
        this.hands = hands;
        this.tooLarge = tooLarge;
        this.notes = new LeftAlone(folder);

        this.wall = wall;
        this.nanos = nanos;
        this.watcher = new GuardedLoop("inbox", this::watch, liveness.activity("inbox", SCANNED_WITHIN));
        this.takers = new GuardedPool("inbox-taker", TAKERS, liveness, TAKEN_WITHIN);
        this.finishers = new GuardedPool("inbox-finisher", FINISHERS, liveness, TAKEN_WITHIN);
        this.openFiles = new OpenFiles(Path.of("/proc"), folder, nanos);
    }

    /** Starts looking. */
    public void start() {
        watcher.start();
    }

    private void watch() throws InterruptedException {
        try (WatchService service = folder.getFileSystem().newWatchService()) {
            register(service);
            hands.recover();
            while (!closed) {
                long begun = nanos.getAsLong();
                Duration wanted = scan();
                // A folder with very many files takes long to look at, and others want the processor too.
                Duration took = Duration.ofNanos(nanos.getAsLong() - begun);
                Duration pause = longer(wanted, took);
                WatchKey key = service.poll(pause.toMillis(), TimeUnit.MILLISECONDS);
                if (key != null) {
                    // What comes together is looked at together: one scan reads the whole folder.
                    Thread.sleep(longer(GATHER, took).toMillis());
                    key.pollEvents();
                    key.reset();
                }
            }
        } catch (IOException e) {
            complain(Text.of("this folder can't be watched"), e);
            TimeUnit.NANOSECONDS.sleep(QUIET.toNanos());
        }
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    private void register(WatchService service) {
        try {
            // Not what changes: a long copy would tell of each piece, and files that wait are looked at anyway.
            folder.register(service, StandardWatchEventKinds.ENTRY_CREATE);
        } catch (IOException | UnsupportedOperationException e) {
            log.info("{} sends no notifications; looking every {} s instead", folder, SCAN.toSeconds());
        }
    }

    /** Looks once at every file; returns how long to wait before the next look. */
    Duration scan() {
        Duration pause = SCAN;
        Set<String> names = new HashSet<>();
        openFiles.forget();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = FileNames.nameOf(file);
                names.add(name);
                Duration wait = lookAt(file, name);
                pause = wait.compareTo(pause) < 0 ? wait : pause;
            }
        } catch (IOException | DirectoryIteratorException e) {
            complain(
                    Text.of(
                            "this folder can't be read; it must be there, and the master's user must have the right to"),
                    e);
            return SCAN;
        }
        hands.lookAgain(nanos.getAsLong());
        later.keySet().retainAll(names);
        arrivals.retain(names);
        mentioned.retainAll(names);
        notes.retain(names);
        busy.keySet().removeIf(name -> !names.contains(name) && inHand.isEmpty());
        return pause;
    }

    /** Returns how long to wait before the next look. */
    private Duration lookAt(Path file, String name) {
        if (name.startsWith(".") || name.equals(RejectedFolder.NAME) || inHand.contains(name)) {
            return SCAN;
        }
        if (inHand.size() >= MAX_TAKEN) {
            return FULL;
        }
        if (name.toLowerCase(Locale.ROOT).endsWith(".zip")) {
            return lookAtPackage(file, name);
        }
        mention(file, name);
        return SCAN;
    }

    private void mention(Path file, String name) {
        if (mentioned.size() < 1000 && Files.exists(file, LinkOption.NOFOLLOW_LINKS) && mentioned.add(name)) {
            notes.explain(file, name);
        }
    }

    private Duration lookAtPackage(Path file, String name) {
        long now = nanos.getAsLong();
        try {
            Optional<Sighting> found = Sighting.find(file);
            if (found.isEmpty()) {
                mention(file, name);
                return SCAN;
            }
            Sighting sighting = found.get();
            boolean waits = later.getOrDefault(name, now) - now > 0;
            if (waits || sighting.equals(busy.get(name))) {
                return SCAN;
            }
            Duration age = Duration.ofMillis(wall.millis() - sighting.modified().toMillis());
            Arrivals.Step step = arrivals.look(
                    name, sighting, () -> contentOf(file, sighting.size()), () -> openFiles.of(file), age, now);
            if (step == Arrivals.Step.WAIT) {
                return arrivals.patience(name, now);
            }
            busy.put(name, sighting);
            arrivals.forget(name);
            inHand.add(name);
            takers.execute(Text.of("taking %s in", name), () -> take(file, name, sighting));
        } catch (NoSuchFileException e) {
            log.debug("A file was deleted before it was looked at");
        } catch (AccessDeniedException e) {
            notes.unreadable(name);
        } catch (IOException e) {
            complain(Text.of("a file can't be read: %s", NotNow.inWords(e)), e);
        }
        return SCAN;
    }

    private Arrivals.Content contentOf(Path file, long size) throws IOException {
        if (tooLarge.test(size)) {
            return Arrivals.Content.OTHER; // it won't shrink
        }
        if (PackageBytes.isWhole(file)) {
            return Arrivals.Content.WHOLE;
        }
        return PackageBytes.otherKind(file).isPresent() ? Arrivals.Content.OTHER : Arrivals.Content.PART;
    }

    private void complain(String words, Exception cause) {
        if (!closed && complaints.isDue(words, nanos.getAsLong())) {
            log.warn("{}: {}. Trying again", FileNames.textOf(folder), words);
        }
        log.debug("A file can't be taken now", cause);
    }

    private interface Step {
        void run() throws IOException, RefusedPackage, InterruptedException;
    }

    private void take(Path file, String name, Sighting sighting) {
        orTryLater(name, () -> {
            CompletableFuture<Hands.Rest> answered = begin(file, name, sighting);
            answered.whenComplete((rest, none) -> {
                underWay.release();
                finishers.execute(Text.of("taking %s in", name), () -> finish(name, rest));
            });
        });
    }

    private CompletableFuture<Hands.Rest> begin(Path file, String name, Sighting sighting)
            throws IOException, RefusedPackage, InterruptedException {
        underWay.acquire();
        try {
            return hands.take(file, name, sighting);
        } catch (IOException | RefusedPackage | RuntimeException | Error e) {
            underWay.release();
            throw e;
        }
    }

    private void finish(String name, Hands.Rest rest) {
        orTryLater(name, () -> {
            if (rest.finish()) {
                busy.remove(name);
            }
            inHand.remove(name);
        });
    }

    /** Whatever fails lets go of the file. */
    private void orTryLater(String name, Step step) {
        boolean isDone = false;
        try {
            step.run();
            isDone = true;
        } catch (NoSuchFileException e) {
            busy.remove(name);
        } catch (IOException e) {
            complain(Text.of("a package can't be accepted now: %s", NotNow.inWords(e)), e);
            tryLater(name, SCAN);
        } catch (RefusedPackage e) {
            complain(Text.of("a package is refused, and can't be moved away: %s", e.getMessage()), e);
            tryLater(name, SCAN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            tryLater(name, FAULT);
            throw e;
        } finally {
            if (!isDone) {
                inHand.remove(name);
            }
        }
    }

    private void tryLater(String name, Duration pause) {
        later.put(name, nanos.getAsLong() + pause.toNanos());
        busy.remove(name);
    }

    boolean isIdle() {
        return inHand.isEmpty();
    }

    /** Stops looking, and waits for what is being taken. */
    @Override
    public void close() {
        closed = true;
        takers.shutdownNow();
        finishers.shutdown();
        watcher.close();
        try {
            takers.awaitTermination(2, TimeUnit.SECONDS);
            finishers.awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
