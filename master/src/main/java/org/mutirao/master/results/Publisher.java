package org.mutirao.master.results;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.master.dispatch.Journal;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.results.job.PartName;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Activity;
import org.mutirao.protocol.threads.GuardedScheduler;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.units.Told;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries results from the store to {@code results/}, and, at the leading master, notes in the log that they are there. A result that
 * can't be written stays in the store and is tried again for ever. Bytes are forced to disk before they get their name there, and the
 * folder before anybody is told, so that a power cut leaves whole files only.
 */
public final class Publisher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Publisher.class);
    private static final long RETRY_SECONDS = 5;
    private static final long GATHER_MILLIS = 100;
    private static final int MAX_AT_ONCE = 256;

    /** One result: at most a copy of the largest, onto a slow disk. */
    private static final Duration WITHIN = Duration.ofSeconds(30);

    private static final long BYTES_A_SECOND = 10_000_000;

    private final Activity activity;
    private final GuardedScheduler thread;
    private final ResultsFolder folder;
    private final PartPlacer parts;
    private final Delivered delivered;
    private final BlobStore blobs;
    private final Journal journal;
    private final InstantSource wall;
    private final Blobs released;
    private final Queue<TaskRecord> due = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean toldOfDue = new AtomicBoolean();
    private final List<Put> noted = new ArrayList<>();
    private int failures;
    private boolean failing;
    private volatile boolean leading;
    private volatile PartListener listener = (job, name) -> {};

    /** Told, on this class's thread, of each result that lies in a job's folder, or never will. */
    interface PartListener {
        void onPut(JobId job, String name);
    }

    /** What others must know of results' bytes. Called on this class's thread; must not block. */
    public interface Blobs {
        /** One that was pinned for this need not be any more. */
        void released(Sha256 hash);

        /** One is not here, though it should be. */
        void gone(Sha256 hash);
    }

    /** A result that lies in its place, which the log does not know yet. */
    private record Put(TaskRecord task, TaskState.Done done, String name) {}

    /**
     * Has nothing to do until {@link #publish}.
     *
     * @param released told what becomes of the bytes
     * @param liveness told what it is at
     */
    public Publisher(
            OwnResults results,
            BlobStore blobs,
            Journal journal,
            InstantSource wall,
            Blobs released,
            Liveness liveness) {
        this.activity = liveness.activity("publisher", WITHIN);
        this.thread = new GuardedScheduler("publisher", activity);
        this.folder = new ResultsFolder(results.folder());
        this.parts = new PartPlacer(results);
        this.delivered = results.delivered();
        this.blobs = blobs;
        this.journal = journal;
        this.wall = wall;
        this.released = released;
    }

    /** This master leads, and so may write to the log. */
    public void lead() {
        leading = true;
    }

    /** Another master leads, or none. */
    public void follow() {
        leading = false;
    }

    /** What was put into results/. */
    public Delivered delivered() {
        return delivered;
    }

    PartPlacer placer() {
        return parts;
    }

    void onPartPut(PartListener told) {
        listener = told;
    }

    /** A result whose bytes are here. Never blocks; may be repeated. */
    public void publish(TaskRecord task) {
        if (task.state() instanceof TaskState.Done done) {
            blobs.pin(done.result().hash());
            due.add(task);
            putSoon();
        }
    }

    /**
     * Looks at what was put into the folder before this process began. What a power cut damaged there goes to lost+found.
     *
     * @param onDamaged told, on any thread, of each that must be put there again
     */
    public void check(List<TaskRecord> tasks, Consumer<TaskRecord> onDamaged) {
        execute(() -> tasks.forEach(task -> check(task, onDamaged)));
    }

    private void check(TaskRecord task, Consumer<TaskRecord> onDamaged) {
        Optional<String> name = delivered.nameOf(task);
        try {
            if (name.isPresent()
                    && task.state() instanceof TaskState.Done done
                    && isTakenAway(task, done, name.get())) {
                onDamaged.accept(task);
            }
        } catch (IOException e) {
            log.warn("The result {} can't be looked at: {}", name.get(), OwnFiles.inWords(e));
        }
    }

    /** A damaged file goes to lost+found, and is as if it had never been put there. */
    private boolean isTakenAway(TaskRecord task, TaskState.Done done, String name) throws IOException {
        Optional<Path> damaged = folder.damaged(name, done.result().size());
        if (damaged.isEmpty()) {
            return false;
        }
        blobs.keepDamaged(damaged.get(), name.replace('/', '-'));
        delivered.forget(task.id());
        return true;
    }

    private void execute(Runnable work) {
        try {
            thread.execute(work);
        } catch (RejectedExecutionException e) {
            log.debug("Nothing is published after the end");
        }
    }

    /** One task of the thread serves many results: each of its own would cost the loop a place in a heap, and perhaps a wake-up. */
    private void putSoon() {
        if (toldOfDue.compareAndSet(false, true)) {
            execute(this::putDue);
        }
    }

    /** As many as have come by now: they are forced together, and the folder once for all of them. */
    private void putDue() {
        toldOfDue.set(false); // before it looks
        List<TaskRecord> left = new ArrayList<>(); // not put there yet
        while (left.size() < MAX_AT_ONCE && !due.isEmpty()) {
            left.add(due.remove());
        }
        Deque<Put> placed = new ArrayDeque<>();
        int failuresBefore = failures;
        try {
            place(left, placed);
            finish(placed);
            failing = failing && failures > failuresBefore;
        } catch (IOException e) {
            onFailure(e);
        } finally { // whatever it was, no result is forgotten
            placed.forEach(put -> left.add(put.task()));
            again(left);
            if (!due.isEmpty()) {
                putSoon();
            }
        }
    }

    /** Takes from what is left each whose bytes lie there, or are gone. */
    private void place(List<TaskRecord> left, Deque<Put> placed) {
        List<TaskRecord> absent = new ArrayList<>();
        long bytes = 0;
        for (TaskRecord task : List.copyOf(left)) {
            try {
                Optional<String> before = nameThere(task);
                if (before.isPresent()) {
                    placed.add(new Put(task, doneOf(task), before.get()));
                    left.remove(task);
                } else {
                    absent.add(task);
                    bytes += doneOf(task).result().size();
                }
            } catch (IOException e) {
                onFailure(e);
            }
        }
        if (absent.isEmpty()) {
            return;
        }
        activity.doing(
                absent.size() > 1
                        ? Text.of(
                                "writing results/%s and %d more", absent.get(0).resultName(), absent.size() - 1)
                        : Text.of("writing results/%s", absent.get(0).resultName()),
                WITHIN.plusSeconds(bytes / BYTES_A_SECOND));
        List<BlobStore.Forced> files =
                blobs.forced(absent.stream().map(task -> doneOf(task).result()).toList());
        for (int i = 0; i < files.size(); i++) {
            TaskRecord task = absent.get(i);
            try {
                put(task, files.get(i)).ifPresent(name -> placed.add(new Put(task, doneOf(task), name)));
                left.remove(task);
            } catch (IOException e) {
                onFailure(e);
            }
        }
    }

    private static TaskState.Done doneOf(TaskRecord task) {
        return (TaskState.Done) task.state();
    }

    private void finish(Deque<Put> placed) throws IOException {
        if (placed.isEmpty()) {
            return;
        }
        folder.force();
        parts.force();
        for (Put put : placed) {
            if (delivered.nameOf(put.task()).isEmpty()) {
                String name = delivered.reservedNameOf(put.task().id()).orElse(put.name());
                delivered.add(put.task(), put.done(), name);
                tell(put.task(), name);
            }
        }
        delivered.flush();
        while (!placed.isEmpty()) {
            finish(placed.remove());
        }
    }

    private void tell(TaskRecord task, String name) {
        if (name.indexOf('/') > 0) {
            listener.onPut(task.job(), name);
        }
    }

    private void again(List<TaskRecord> failed) {
        if (!failed.isEmpty() && !thread.isShutdown()) {
            thread.schedule(
                    () -> {
                        due.addAll(failed);
                        putDue();
                    },
                    RETRY_SECONDS,
                    TimeUnit.SECONDS);
        }
    }

    private void onFailure(IOException e) {
        failures++;
        if (!failing) {
            log.warn(
                    "Results can't be written now ({}); they are safe and follow when they can",
                    Told.of(e, OwnFiles.whyNotWritten(folder.path(), e)));
            failing = true;
        }
    }

    /** Once the log knows that it lies there, this is the only copy; so it is looked at before. */
    private Optional<String> nameThere(TaskRecord task) throws IOException {
        Optional<String> before = delivered.nameOf(task);
        return before.isPresent() && !isTakenAway(task, doneOf(task), before.get()) ? before : Optional.empty();
    }

    /** Returns the name it has there; empty when its bytes are not here. */
    private Optional<String> put(TaskRecord task, BlobStore.Forced forced) throws IOException {
        if (forced.failure().isPresent()) {
            throw forced.failure().get();
        }
        Blob result = doneOf(task).result();
        if (forced.file().isEmpty()) {
            log.warn("The result of task {} ({}) is not in the data folder any more", task.id(), task.name());
            blobs.quarantine(result.hash());
            blobs.unpin(result.hash());
            released.gone(result.hash());
            return Optional.empty();
        }
        BlobStore.ForcedFile file = forced.file().get();
        try {
            Optional<PartName> part = task.part().flatMap(of -> PartName.of(task.resultName(), of.index()));
            return Optional.of(
                    part.isPresent()
                            ? parts.put(file, task, doneOf(task), part.get())
                            : folder.put(file, result, task.resultName(), task.id()));
        } finally {
            file.release();
        }
    }

    private void finish(Put put) {
        released.released(put.done().result().hash());
        if (put.done().publishedAs().isEmpty() && leading) {
            if (noted.isEmpty()) {
                thread.schedule(this::note, GATHER_MILLIS, TimeUnit.MILLISECONDS);
            }
            noted.add(put);
        }
    }

    /** Nobody waits for these commands, so they travel together, as one entry of the log. */
    private void note() {
        for (Put put : noted) {
            Command published = new Command.Publish(put.task().id(), put.done().attempt(), put.name(), wall.millis());
            journal.propose(published).whenComplete((applied, failure) -> {
                if (failure != null && leading) {
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

    /** A result that no master has any more: nobody is to look for it again. */
    public void giveUp(TaskRecord task) {
        if (task.state() instanceof TaskState.Done done) {
            execute(() -> {
                try {
                    String name = nameOfLost(task, done);
                    delivered.add(task, done, name);
                    delivered.flush();
                    tell(task, name);
                } catch (IOException e) {
                    log.debug("Could not note that the result of task {} is gone: {}", task.id(), e.getMessage());
                }
            });
        }
    }

    private String nameOfLost(TaskRecord task, TaskState.Done done) throws IOException {
        Optional<PartName> part = task.part().flatMap(of -> PartName.of(task.resultName(), of.index()));
        return part.isPresent()
                ? parts.nameOfLost(task, done, part.get())
                : done.publishedAs().orElse(task.resultName());
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
