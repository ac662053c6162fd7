package org.mutirao.master.results;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.master.dispatch.Journal;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries results from the store to {@code results/}, and notes in the log that they are there. A result that can't be written
 * stays in the store and is tried again for ever.
 */
public final class Publisher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Publisher.class);
    private static final long RETRY_SECONDS = 5;
    private static final long GATHER_MILLIS = 100;

    private final ScheduledExecutorService thread =
            new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "publisher"));
    private final ResultsFolder folder;
    private final BlobStore blobs;
    private final Journal journal;
    private final InstantSource wall;
    private final List<Put> noted = new ArrayList<>();
    private boolean failing;

    /** A result that lies in its place, which the log does not know yet. */
    private record Put(TaskRecord task, TaskState.Done done, String name) {}

    /** Has nothing to do until {@link #publish}. */
    public Publisher(Path results, BlobStore blobs, Journal journal, InstantSource wall) {
        this.folder = new ResultsFolder(results);
        this.blobs = blobs;
        this.journal = journal;
        this.wall = wall;
    }

    /** Never blocks; may be repeated. */
    public void publish(TaskRecord task) {
        if (task.state() instanceof TaskState.Done done && done.publishedAs().isEmpty()) {
            thread.execute(() -> put(task, done));
        }
    }

    private void put(TaskRecord task, TaskState.Done done) {
        try {
            Path file = blobs.pathOf(done.result().hash());
            String name = folder.put(file, done.result(), task.resultName(), task.id());
            failing = false;
            if (noted.isEmpty()) {
                thread.schedule(this::note, GATHER_MILLIS, TimeUnit.MILLISECONDS);
            }
            noted.add(new Put(task, done, name));
        } catch (IOException e) {
            if (!failing) {
                log.warn("Results can't be written now ({}); they are safe and follow when they can", e.toString());
                failing = true;
            }
            again(task, done);
        }
    }

    /** Nobody waits for these commands, so they travel together, as one entry of the log. */
    private void note() {
        for (Put put : noted) {
            Command published = new Command.Publish(put.task().id(), put.done().attempt(), put.name(), wall.millis());
            journal.propose(published).whenComplete((applied, failure) -> {
                if (failure != null) {
                    again(put.task(), put.done());
                }
            });
        }
        noted.clear();
    }

    private void again(TaskRecord task, TaskState.Done done) {
        if (!thread.isShutdown()) {
            thread.schedule(() -> put(task, done), RETRY_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            thread.awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
