package org.mutirao.worker.run;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How many processes and threads Linux may let the user have that scripts run as while a script runs, so that one that starts them faster than the worker
 * looks is stopped all the same. The system counts all of a user, not those of a script. So what the user has already comes on top, and room for what else a person
 * starts. Safe for several threads.
 */
final class UserProcesses {
    private static final long VALID_NANOS = 10_000_000_000L;
    private static final int ROOT = 0;
    /** What a person may start while a script runs. */
    private static final int OF_OTHERS = 1000;
    /** Besides one for each core, which libraries that compute start in each process. */
    private static final int THREADS = 2;

    private final Path proc;
    private final Optional<Integer> other;
    private final int cores;
    private final LongSupplier nanos;
    private boolean known;
    private long countedAt;
    private long count;

    /**
     * Has not counted yet.
     *
     * @param other the number of that user, if it is not the worker's
     * @param nanos monotonic
     */
    UserProcesses(Path proc, Optional<Integer> other, int cores, LongSupplier nanos) {
        this.proc = proc;
        this.other = other;
        this.cores = cores;
        this.nanos = nanos;
    }

    /**
     * The system's limit for a script; 0 for none: the system does not hold its administrator to it, or does not tell.
     *
     * @param processes that it may have
     */
    synchronized long limit(int processes) {
        long now = nanos.getAsLong();
        if (!known || now - countedAt > VALID_NANOS) {
            count = count();
            countedAt = now;
            known = true;
        }
        return count == 0 || processes == 0 ? 0 : count + OF_OTHERS + tasks(processes, cores);
    }

    /** With their threads. */
    static long tasks(int processes, int cores) {
        return (long) processes * (cores + THREADS);
    }

    private long count() {
        try {
            int user = other.isPresent() ? other.get() : owner(proc.resolve("self"));
            return user == ROOT ? 0 : 1 + threadsOf(user);
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return 0;
        }
    }

    private static int owner(Path of) throws IOException {
        return (Integer) Files.getAttribute(of, "unix:uid");
    }

    private long threadsOf(int user) throws IOException {
        long all = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path each : entries) {
                all += threads(each, user);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return all;
    }

    private static long threads(Path process, int user) {
        try {
            // Each has a folder of its own there.
            return owner(process) == user ? (Integer) Files.getAttribute(process.resolve("task"), "unix:nlink") - 2 : 0;
        } catch (IOException e) {
            return 0; // it has ended
        }
    }
}
