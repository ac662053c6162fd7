package org.mutirao.worker.environment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.pack.Requirements;
import org.mutirao.protocol.text.Text;
import org.mutirao.worker.run.EnvironmentFailed;
import org.mutirao.worker.run.EnvironmentSource;
import org.mutirao.worker.run.Python;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The environments of a worker, one for each set of requirements, Python and wheels. However many slots want the same, one builds it and the others
 * wait. Those used last are kept. Safe for several threads.
 *
 * <pre>
 *   environments/KEY/            made by Python's venv at its final place, since it knows its own path
 *   environments/KEY/whole.txt   written last; without it nobody uses the folder
 * </pre>
 */
public final class Environments implements EnvironmentSource {
    private static final Logger log = LoggerFactory.getLogger(Environments.class);
    private static final int KEY_LENGTH = 16;
    private static final long LOOK_MILLIS = 50;

    private final Path folder;
    private final Python base;
    private final EnvironmentSettings settings;
    private final KnownWheels wheels;
    private final LongSupplier nanos;
    private final EnvironmentCache cache;
    private final Map<String, Entry> inUse = new HashMap<>();
    /** From places that were damaged while something ran there, or that can't be deleted, to those that took their place. */
    private final Map<String, String> moved = new HashMap<>();

    /** One that slots use or wait for at the moment; who has its lock builds it. */
    private static final class Entry {
        private final ReentrantLock lock = new ReentrantLock();
        private int users;
        /** How many of them have it, and may run in it. */
        private int holders;

        private final AtomicInteger builds = new AtomicInteger();
        private EnvironmentFailed failure;
    }

    /**
     * Keeps what an earlier process left there.
     *
     * @param folder of its own
     * @param base the interpreter that runs scripts
     */
    public Environments(
            Path folder,
            Python base,
            EnvironmentSettings settings,
            WheelSource source,
            InstantSource clock,
            LongSupplier nanos) {
        this.folder = folder.toAbsolutePath().normalize();
        this.base = base;
        this.settings = settings;
        this.wheels = new KnownWheels(source, this.folder.resolveSibling("wheels"), base, nanos);
        this.nanos = nanos;
        this.cache = new EnvironmentCache(this.folder, settings.most(), clock, nanos);
    }

    @Override
    public Optional<Taken> take(Requirements requirements, BooleanSupplier recalled)
            throws EnvironmentFailed, IOException, InterruptedException {
        checkFolder();
        KnownWheels.Choice known = wheels.lately(requirements);
        Optional<Taken> there = takeAt(placeNow(key(requirements, known)), recalled, (entry, before) -> false);
        return there.isPresent() || recalled.getAsBoolean() ? there : built(requirements, recalled);
    }

    /** What is done about one that is not there, by who has its lock. Returns whether it is there now. */
    private interface Making {
        boolean make(Entry entry, int before) throws EnvironmentFailed, IOException, InterruptedException;
    }

    /** Takes one as soon as nobody makes it. Empty when it was recalled, or is neither there nor made. */
    private Optional<Taken> takeAt(String key, BooleanSupplier recalled, Making making)
            throws EnvironmentFailed, IOException, InterruptedException {
        Entry entry = begin(key);
        int before = entry.builds.get();
        boolean taken = false;
        try {
            if (await(entry.lock, recalled)) {
                try {
                    taken = (cache.isWhole(key) || making.make(entry, before)) && hold(entry);
                } finally {
                    entry.lock.unlock();
                }
            }
        } finally {
            if (!taken) {
                end(key);
            }
        }
        return taken ? Optional.of(inUse(key)) : Optional.empty();
    }

    private Optional<Taken> built(Requirements requirements, BooleanSupplier recalled)
            throws EnvironmentFailed, IOException, InterruptedException {
        KnownWheels.Choice now = wheels.now(requirements);
        String wanted = key(requirements, now);
        while (true) {
            String key = placeNow(wanted);
            Optional<Taken> taken = takeAt(key, recalled, (entry, before) -> {
                if (entry.builds.get() > before && entry.failure != null) {
                    throw new EnvironmentFailed(entry.failure.getMessage());
                }
                if (isFree(key, entry)) {
                    return build(key, entry, requirements, now, recalled);
                }
                moveOn(key);
                return false;
            });
            if (taken.isPresent() || placeNow(wanted).equals(key)) {
                return taken;
            }
        }
    }

    /** Whether it can be made at its place: nothing that still runs there loses its files, and nothing is left of what was there. */
    private boolean isFree(String key, Entry entry) {
        synchronized (this) {
            if (entry.holders > 0) {
                return false;
            }
        }
        Path place = cache.placeOf(key);
        DurableFiles.deleteTree(place);
        return !Files.exists(place, LinkOption.NOFOLLOW_LINKS);
    }

    /** From now on another place is that of the same environment; the old one goes as others do. */
    private synchronized void moveOn(String key) {
        String next = Sha256.of((key + "-next").getBytes(StandardCharsets.UTF_8))
                .hex()
                .substring(0, KEY_LENGTH);
        log.info("The environment {} can't be made at its place now; {} takes its place", key, next);
        moved.put(key, next);
    }

    private synchronized String placeNow(String key) {
        String place = key;
        while (moved.containsKey(place)) {
            place = moved.get(place);
        }
        return place;
    }

    /** Returns false when it was recalled; the lock is not held then. */
    static boolean await(ReentrantLock lock, BooleanSupplier recalled) throws InterruptedException {
        while (!lock.tryLock(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            if (recalled.getAsBoolean()) {
                return false;
            }
        }
        return true;
    }

    /** Returns false when it was recalled. */
    private boolean build(
            String key, Entry entry, Requirements requirements, KnownWheels.Choice choice, BooleanSupplier recalled)
            throws EnvironmentFailed, IOException, InterruptedException {
        long began = nanos.getAsLong();
        Path place = cache.placeOf(key);
        Path work = folder.resolve(key + ".building");
        entry.failure = null; // those who wait hear of this build, not of an earlier one
        log.info("Making an environment with {} ({})", String.join(", ", requirements.lines()), key);
        try {
            DurableFiles.deleteTree(work);
            Files.createDirectories(work);
            Path links = Files.createDirectories(work.resolve("wheels"));
            wheels.bring(choice, links, recalled);
            new Installer(base, place, work, settings.index(), new Steps(settings.patience(), nanos))
                    .install(requirements, links, recalled);
            cache.finish(key, this::ifUnused);
            log.info(
                    "The environment {} is ready after {} ms",
                    key,
                    TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - began));
            return true;
        } catch (Steps.Unwanted e) {
            DurableFiles.deleteTree(place);
            return false;
        } catch (EnvironmentFailed e) {
            DurableFiles.deleteTree(place);
            entry.failure = new EnvironmentFailed(
                    e.getMessage() + wheels.advice(choice, settings.index()) + BuildAdvice.of(e.getMessage()));
            log.warn("The environment {} can't be made: {}", key, e.getMessage());
            throw entry.failure;
        } finally {
            entry.builds.incrementAndGet();
            DurableFiles.deleteTree(work);
        }
    }

    private void checkFolder() throws EnvironmentFailed {
        if (!FileNames.canBePassedOn(folder.toString())) {
            throw new EnvironmentFailed(Text.of(
                    "the worker's folder has accents, which Java can't tell other programs while LANG is not set;"
                            + " start the worker with LC_ALL=C.UTF-8"));
        }
    }

    private synchronized Entry begin(String key) {
        Entry entry = inUse.computeIfAbsent(key, any -> new Entry());
        entry.users++;
        return entry;
    }

    private synchronized void end(String key) {
        Entry entry = inUse.get(key);
        entry.users--;
        if (entry.users == 0) {
            inUse.remove(key);
        }
    }

    private synchronized boolean hold(Entry entry) {
        entry.holders++;
        return true;
    }

    private synchronized void giveBack(String key) {
        inUse.get(key).holders--;
        end(key);
    }

    /** Nobody can begin to use it meanwhile. */
    private boolean ifUnused(String key, Runnable removal) {
        Entry entry;
        synchronized (this) {
            if (inUse.containsKey(key)) {
                return false;
            }
            entry = begin(key);
            entry.lock.lock();
        }
        try {
            removal.run();
            return true;
        } finally {
            entry.lock.unlock();
            end(key);
        }
    }

    private Taken inUse(String key) {
        Path place = cache.placeOf(key);
        return new Taken(
                base.inEnvironment(Installer.executable(place)),
                key,
                cache.builtAt(key),
                Installer.programs(place),
                () -> giveBack(key));
    }

    /** What decides what is installed; also which interpreter it is, since two of one version may differ. */
    private String key(Requirements requirements, KnownWheels.Choice choice) {
        MessageDigest digest = Sha256.newDigest();
        for (String part : List.of(
                requirements.text(),
                base.version(),
                base.executable(),
                String.join(" ", base.command()),
                System.getProperty("os.name", ""),
                System.getProperty("os.arch", ""),
                choice.text(),
                settings.index().orElse(""))) {
            digest.update((part.length() + ":" + part + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return Sha256.finish(digest).hex().substring(0, KEY_LENGTH);
    }
}
