package org.mutirao.master.inbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.mutirao.protocol.disk.FileNames;

/**
 * Packages that wait for a job which is not there yet. If several are dropped together, the one that others wait for may be taken last, so
 * each has a second try, and more while that file lies there. For any thread.
 */
final class UnknownJobs {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** More are refused at once. */
    private static final int MOST = 1_000;

    private final Path folder;
    private final LongSupplier nanos;
    private final Map<String, Long> since = new ConcurrentHashMap<>();

    /** @param nanos monotonic */
    UnknownJobs(Path folder, LongSupplier nanos) {
        this.folder = folder;
        this.nanos = nanos;
    }

    /** Whether one should be tried again. */
    boolean mayCome(String key, List<String> after) {
        long now = nanos.getAsLong();
        Long first = since.size() < MOST ? since.putIfAbsent(key, now) : since.get(key);
        if (first == null) {
            return since.containsKey(key);
        }
        boolean lies = after.stream().anyMatch(name -> Files.exists(FileNames.resolve(folder, name)));
        boolean may = lies && now - first < PATIENCE.toNanos();
        if (!may) {
            since.remove(key);
        }
        return may;
    }

    /** It was taken. */
    void forget(String key) {
        since.remove(key);
    }
}
