package org.mutirao.master.inbox;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.pack.TaskPackageFile;
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
    private static final int TAKERS = 8;
    private static final Duration SCANNED_WITHIN = Duration.ofMinutes(2);
    private static final Duration TAKEN_WITHIN = Duration.ofMinutes(15);
    /** What one scan hands to the takers at most; the rest waits in the folder. */
    private static final int MOST_TAKEN = 512;

    private final Path folder;
    private final Intake intake;
    private final LeftAlone notes;
    private final HandIn handIn;
    private final InstantSource wall;
    private final LongSupplier nanos;
    private final Arrivals arrivals = new Arrivals();
    private final OpenFiles openFiles;
    /** Files that a taker has, or that can't be moved away; by name, with what they looked like. */
    private final Map<String, Sighting> busy = new ConcurrentHashMap<>();

    private final Set<String> mentioned = new HashSet<>();
    private final AtomicInteger taking = new AtomicInteger();
    private final AtomicLong complainedAt = new AtomicLong();
    private final GuardedPool takers;
    private final GuardedLoop watcher;
    private volatile boolean closed;

    /**
     * Begins to watch a folder that exists.
     *
     * @param wall to compare with files' times
     * @param nanos monotonic
     * @param liveness told what the threads are at
     */
    public Inbox(Path folder, Intake intake, TaskKeys keys, InstantSource wall, LongSupplier nanos, Liveness liveness) {
        this.folder = folder;
        this.intake = intake;
        this.notes = new LeftAlone(folder);
        this.handIn = new HandIn(folder, intake, keys);
        this.wall = wall;
        this.nanos = nanos;
        this.watcher = new GuardedLoop("inbox", this::watch, liveness.activity("inbox", SCANNED_WITHIN));
        this.takers = new GuardedPool("inbox-taker", TAKERS, liveness, TAKEN_WITHIN);
        this.openFiles = new OpenFiles(Path.of("/proc"), folder, nanos);
    }

    /** Starts looking. */
    public void start() {
        watcher.start();
    }

    private void watch() throws InterruptedException {
        try (WatchService service = folder.getFileSystem().newWatchService()) {
            register(service);
            handIn.recover();
            while (!closed) {
                Duration pause = scan();
                WatchKey key = service.poll(pause.toMillis(), TimeUnit.MILLISECONDS);
                if (key != null) {
                    // What comes together is looked at together: one scan reads the whole folder.
                    Thread.sleep(GATHER.toMillis());
                    key.pollEvents();
                    key.reset();
                }
            }
        } catch (IOException e) {
            log.error(
                    "The folder {} can't be watched: {}. Trying again in {} s.",
                    folder,
                    e.getMessage(),
                    QUIET.toSeconds());
            TimeUnit.NANOSECONDS.sleep(QUIET.toNanos());
        }
    }

    private void register(WatchService service) {
        try {
            folder.register(service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
        } catch (IOException | UnsupportedOperationException e) {
            log.info("{} sends no notifications; looking every {} s instead", folder, SCAN.toSeconds());
        }
    }

    /** Looks once at every file; returns how long to wait before the next look. */
    private Duration scan() {
        Duration pause = SCAN;
        Set<String> names = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                names.add(name);
                if (isPackage(file, name) && lookAt(file, name) != Arrivals.Step.TAKE) {
                    pause = Arrivals.SETTLE.dividedBy(2);
                }
            }
        } catch (IOException e) {
            log.warn("The folder {} can't be read ({}); trying again", folder, e.getMessage());
        }
        arrivals.retain(names);
        mentioned.retainAll(names);
        notes.retain(names);
        busy.keySet().removeIf(name -> !names.contains(name) && taking.get() == 0);
        return pause;
    }

    private boolean isPackage(Path file, String name) {
        if (name.startsWith(".") || name.equals("rejected")) {
            return false;
        }
        boolean plain = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
        if (plain && name.toLowerCase(Locale.ROOT).endsWith(".zip")) {
            return true;
        }
        if (mentioned.size() < 1000 && Files.exists(file, LinkOption.NOFOLLOW_LINKS) && mentioned.add(name)) {
            notes.explain(file, name);
        }
        return false;
    }

    private Arrivals.Step lookAt(Path file, String name) {
        try {
            Sighting sighting = Sighting.of(file);
            if (sighting.equals(busy.get(name))) {
                return Arrivals.Step.TAKE;
            }
            Duration age = Duration.ofMillis(wall.millis() - sighting.modified().toMillis());
            Arrivals.Step step = arrivals.look(
                    name,
                    sighting,
                    () -> contentOf(file, sighting.size()),
                    () -> openFiles.of(file),
                    age,
                    nanos.getAsLong());
            if (step == Arrivals.Step.WAIT || taking.get() >= MOST_TAKEN) {
                return Arrivals.Step.WAIT;
            }
            busy.put(name, sighting);
            arrivals.forget(name);
            taking.incrementAndGet();
            takers.execute("taking " + name + " in", () -> take(file, name, sighting));
            return Arrivals.Step.TAKE;
        } catch (NoSuchFileException e) {
            return Arrivals.Step.TAKE; // deleted meanwhile
        } catch (AccessDeniedException e) {
            notes.unreadable(name);
            return Arrivals.Step.WAIT;
        } catch (IOException e) {
            log.debug("Can't look at a file of {} now: {}", folder, e.getMessage());
            return Arrivals.Step.WAIT;
        }
    }

    private Arrivals.Content contentOf(Path file, long size) throws IOException {
        if (intake.isTooLarge(size)) {
            return Arrivals.Content.OTHER; // it won't shrink
        }
        if (TaskPackageFile.isWhole(file)) {
            return Arrivals.Content.WHOLE;
        }
        return TaskPackageFile.otherKind(file).isPresent() ? Arrivals.Content.OTHER : Arrivals.Content.PART;
    }

    /** Thousands of files may wait for the same thing. */
    private void complain(Exception cause) {
        if (closed) {
            return; // interrupted: it stays in the folder for the next start
        }
        long now = nanos.getAsLong();
        long last = complainedAt.get();
        if (last == 0 || (now - last > QUIET.toNanos() && complainedAt.compareAndSet(last, now))) {
            complainedAt.compareAndSet(0, now);
            log.warn("A package in {} can't be accepted now: {}", folder, cause.getMessage());
        } else {
            log.debug("A package in {} can't be accepted now", folder, cause);
        }
    }

    private void take(Path file, String name, Sighting sighting) {
        try {
            if (handIn.take(file, name, sighting)) {
                busy.remove(name);
            }
        } catch (NoSuchFileException e) {
            busy.remove(name);
        } catch (RefusedPackage | IOException e) {
            // Stays in the folder and is tried again with the next scan.
            complain(e);
            busy.remove(name);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            busy.remove(name); // looked at again with a later scan
            throw e;
        } finally {
            taking.decrementAndGet();
        }
    }

    /** Stops looking, and waits for what is being taken. */
    @Override
    public void close() {
        closed = true;
        takers.shutdownNow();
        watcher.close();
        try {
            takers.awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
