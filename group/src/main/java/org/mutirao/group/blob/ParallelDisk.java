package org.mutirao.group.blob;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.mutirao.protocol.threads.GuardedPool;

/**
 * Does the same to some files at a time. Files that are forced one after the other cost the disk a flush each; those that are forced
 * together share one.
 */
final class ParallelDisk {
    private static final int THREADS = 8;

    private final GuardedPool pool;

    ParallelDisk(String name) {
        pool = new GuardedPool(name, THREADS);
        pool.allowCoreThreadTimeOut(true);
    }

    /** What is done to one. */
    @FunctionalInterface
    interface Work<T, R> {
        R on(T item) throws IOException;
    }

    /** What came of one: a value, or why not. */
    record Outcome<R>(Optional<R> value, Optional<IOException> failure) {
        private static <T, R> Outcome<R> of(T item, Work<T, R> work) {
            try {
                return new Outcome<>(Optional.of(work.on(item)), Optional.empty());
            } catch (IOException e) {
                return new Outcome<>(Optional.empty(), Optional.of(e));
            }
        }

        R get() throws IOException {
            if (failure.isPresent()) {
                throw failure.get();
            }
            return value.orElseThrow();
        }
    }

    /** Returns when all are done; what came of each is in the order of the items. */
    <T, R> List<Outcome<R>> each(List<T> items, Work<T, R> work) {
        List<CompletableFuture<Outcome<R>>> others = new ArrayList<>();
        for (int i = 1; i < items.size(); i++) {
            T item = items.get(i);
            others.add(CompletableFuture.supplyAsync(() -> Outcome.of(item, work), pool));
        }
        List<Outcome<R>> outcomes = new ArrayList<>();
        if (!items.isEmpty()) {
            outcomes.add(Outcome.of(items.get(0), work)); // alone it needs no other thread
        }
        for (CompletableFuture<Outcome<R>> other : others) {
            try {
                outcomes.add(other.join());
            } catch (CompletionException e) {
                throw new IllegalStateException("work on a file failed unexpectedly", e.getCause());
            }
        }
        return outcomes;
    }
}
