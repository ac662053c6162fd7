package org.mutirao.master.results;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.master.dispatch.Journal;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.threads.Activity;
import org.mutirao.protocol.threads.GuardedScheduler;
import org.mutirao.protocol.threads.Liveness;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries results from the store to {@code results/}, and, at the leading master, notes in the log that they are there. A result that
 * can't be written stays in the store and is tried again for ever.
 */
public final class Publisher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Publisher.class);
    private static final long RETRY_SECONDS = 5;
    private static final long GATHER_MILLIS = 100;

    /** One result: at most a copy of the largest, onto a slow disk. */
    private static final Duration WITHIN = Duration.ofSeconds(30);

    private static final long BYTES_A_SECOND = 10_000_000;

    private final Activity activity;
    private final GuardedScheduler thread;
    private final ResultsFolder folder;
    private final Delivered delivered;
    private final BlobStore blobs;
    private final Journal journal;
    private final InstantSource wall;
    private final BooleanSupplier leading;
    private final Consumer<Sha256> release;
    private final List<Put> noted = new ArrayList<>();
    private boolean failing;

    /** A result that lies in its place, which the log does not know yet. */
    private record Put(TaskRecord task, TaskState.Done done, String name) {}

    /**
     * Has nothing to do until {@link #publish}.
     *
     * @param leading whether this master may write to the log
     * @param liveness told what it is at
     * @param release told of each blob that was pinned for this and need not be any more
     */
    public Publisher(
            Path results,
            Delivered delivered,
            BlobStore blobs,
            Journal journal,
            InstantSource wall,
            BooleanSupplier leading,
            Consumer<Sha256> release,
            Liveness liveness) {
        this.activity = liveness.activity("publisher", WITHIN);
        this.thread = new GuardedScheduler("publisher", activity);
        this.folder = new ResultsFolder(results);
        this.delivered = delivered;
        this.blobs = blobs;
        this.journal = journal;
        this.wall = wall;
        this.leading = leading;
        this.release = release;
    }

    /** A result whose bytes are here. Never blocks; may be repeated. */
    public void publish(TaskRecord task) {
        if (task.state() instanceof TaskState.Done done) {
            blobs.pin(done.result().hash());
            execute(() -> put(task, done));
        }
    }

    private void execute(Runnable work) {
        try {
            thread.execute(work);
        } catch (RejectedExecutionException e) {
            log.debug("Nothing is published after the end");
        }
    }

    private void put(TaskRecord task, TaskState.Done done) {
        Duration longest = WITHIN.plusSeconds(done.result().size() / BYTES_A_SECOND);
        activity.doing("writing results/" + task.resultName(), longest);
        try {
            putNow(task, done);
        } catch (RuntimeException | Error e) {
            again(task, done); // it must not be forgotten, whatever that was
            throw e;
        }
    }

    private void putNow(TaskRecord task, TaskState.Done done) {
        try {
            Optional<String> before = delivered.nameOf(task);
            String name;
            if (before.isPresent()) {
                name = before.get();
            } else {
                Path file = blobs.pathOf(done.result().hash());
                name = folder.put(file, done.result(), task.resultName(), task.id());
                delivered.add(task, done, name);
            }
            failing = false;
            release.accept(done.result().hash());
            if (done.publishedAs().isEmpty() && leading.getAsBoolean()) {
                if (noted.isEmpty()) {
                    thread.schedule(this::note, GATHER_MILLIS, TimeUnit.MILLISECONDS);
                }
                noted.add(new Put(task, done, name));
            }
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
                if (failure != null && leading.getAsBoolean()) {
                    publishLater(put.task());
                }
            });
        }
        noted.clear();
    }

    private void publishLater(TaskRecord task) {
        if (!thread.isShutdown()) {
            thread.schedule(() -> publish(task), RETRY_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void again(TaskRecord task, TaskState.Done done) {
        if (!thread.isShutdown()) {
            thread.schedule(() -> put(task, done), RETRY_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** A result that no master has any more: nobody is to look for it again. */
    public void giveUp(TaskRecord task) {
        if (task.state() instanceof TaskState.Done done) {
            execute(() -> {
                try {
                    delivered.add(task, done, done.publishedAs().orElse(task.resultName()));
                } catch (IOException e) {
                    log.debug("Could not note that the result of task {} is gone: {}", task.id(), e.getMessage());
                }
            });
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            thread.awaitTermination(2, TimeUnit.SECONDS);
            delivered.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            log.debug("Closing the list of delivered results failed: {}", e.getMessage());
        }
    }
}
