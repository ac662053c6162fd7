package org.mutirao.master.results;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.mutirao.master.ledger.JobView;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.text.StatusWords;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Activity;
import org.mutirao.protocol.threads.GuardedScheduler;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.units.Told;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the folders of jobs in {@code results/}: a CSV beside each result, the summary while tasks end, and everything else once the job has
 * ended. All of it follows from the results and the ledger, on a thread of its own. So no hand-out waits for it, and what can't be written
 * now is tried again for ever.
 */
public final class JobAnswers implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(JobAnswers.class);
    private static final long SUMMARY_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Of the time, one part in so many may go into one job's summary. */
    private static final int SUMMARY_SHARE = 20;

    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final Duration WITHIN = Duration.ofMinutes(10);
    /** What was written before is on the disk by now, whatever happened to the machine. */
    private static final Duration LATELY = Duration.ofHours(1);

    private final Activity activity;
    private final GuardedScheduler thread;
    private final JobWriter writer;
    private final OwnResults results;
    private final JobSource source;
    private final LongSupplier nanos;

    private final Queue<String> put = new ConcurrentLinkedQueue<>();
    private final Queue<Change> changed = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean called = new AtomicBoolean();

    /** Jobs that were made whole shortly before this master stopped, maybe by a power cut. */
    private final Set<JobId> unchecked = ConcurrentHashMap.newKeySet();

    private final Map<JobId, Pace> paces = new HashMap<>();
    private final Map<JobId, List<CompletableFuture<Path>>> waiting = new HashMap<>();

    /** @param ended false where it is not known */
    private record Change(JobId job, boolean ended) {}

    /** When a job's summary may be written next. */
    private static final class Pace {
        private boolean begun;
        private long due;
        private boolean scheduled;
        private boolean failing;
    }

    /**
     * Has nothing to do until told of a job.
     *
     * @param publisher which puts the results there
     * @param nanos monotonic
     */
    public JobAnswers(
            Publisher publisher, OwnResults results, JobSource source, LongSupplier nanos, Liveness liveness) {
        this.activity = liveness.activity("job-answers", WITHIN);
        this.thread = new GuardedScheduler("job-answers", activity);
        this.writer = new JobWriter(results, publisher.placer(), source, activity);
        this.results = results;
        this.source = source;
        this.nanos = nanos;
        unchecked.addAll(results.delivered().wholeLately(LATELY));
        publisher.onPartPut(this::onPut);
    }

    private void onPut(JobId job, String name) {
        put.add(name);
        call(new Change(job, false));
    }

    /** Something became of a job of several tasks. Never blocks, and costs nearly nothing. */
    public void onChanged(JobView job) {
        if (!isAnswered(job) || unchecked.contains(job.id())) {
            call(new Change(job.id(), job.ended()));
        } else if (!job.counts().checks().areNone()) {
            call(new Change(job.id(), false)); // its summary says what is known of its results
        }
    }

    private void call(Change change) {
        changed.add(change);
        if (called.compareAndSet(false, true)) {
            execute(this::look);
        }
    }

    /** Whether everything of a job that has ended lies there, or did once. */
    public boolean isAnswered(JobView job) {
        return job.ended()
                && results.delivered()
                        .answerOf(job.id())
                        .map(answer -> answer.endedAt() == job.endedAt().orElseThrow())
                        .orElse(false);
    }

    /**
     * All of a job's results in one ZIP.
     *
     * @return the file, as soon as it is made; fails with a sentence if the job has not ended, or a person took the file away
     */
    public CompletableFuture<Path> whole(JobId id) {
        CompletableFuture<Path> file = new CompletableFuture<>();
        if (!execute(() -> whole(id, file))) {
            file.completeExceptionally(new Told(Text.of("this master ends")));
        }
        return file;
    }

    private void whole(JobId id, CompletableFuture<Path> file) {
        try {
            Optional<JobView> job = source.job(id);
            if (job.isEmpty() || job.get().folder().isEmpty()) {
                throw new Told(Text.of("there is no job %s of several tasks", id));
            }
            if (!job.get().ended()) {
                throw new Told(Text.of(
                        "job %s has not ended yet, it is %s",
                        id, StatusWords.ofJob(job.get().status().label())));
            }
            if (isAnswered(job.get())) {
                file.complete(fileOf(id));
                return;
            }
            waiting.computeIfAbsent(id, same -> new ArrayList<>()).add(file);
            call(new Change(id, true));
        } catch (IOException e) {
            file.completeExceptionally(e);
        }
    }

    /**
     * The same, of a job that {@link #isAnswered}.
     *
     * @throws Told with a sentence when it is not, or a person took the file away
     */
    Path wholeNow(JobView job) throws IOException {
        if (!isAnswered(job)) {
            throw new Told(Text.of("the results of job %s are not put together yet", job.id()));
        }
        return fileOf(job.id());
    }

    private Path fileOf(JobId id) throws IOException {
        String name = results.delivered().answerOf(id).orElseThrow().name();
        Path file = FileNames.resolve(results.folder(), name);
        if (!Files.isRegularFile(file)) {
            throw new Told(Text.of("its results were moved away from %s", FileNames.textOf(file)));
        }
        return file;
    }

    private boolean execute(Runnable work) {
        try {
            thread.execute(work);
            return true;
        } catch (RejectedExecutionException e) {
            log.debug("Nothing is put together after the end");
            return false;
        }
    }

    private void look() {
        called.set(false);
        Map<JobId, Boolean> jobs = new LinkedHashMap<>();
        for (Change change = changed.poll(); change != null; change = changed.poll()) {
            jobs.merge(change.job(), change.ended(), (one, other) -> one || other);
        }
        extractCsvs();
        jobs.forEach(this::look);
    }

    private void extractCsvs() {
        for (String name = put.poll(); name != null; name = put.poll()) {
            try {
                writer.extractCsv(name);
            } catch (IOException e) {
                log.debug("The CSV of {} can't be written now; it is once the job has ended", name, e);
            }
        }
    }

    private void look(JobId id, boolean ended) {
        Pace pace = paces.computeIfAbsent(id, same -> new Pace());
        long wait = pace.begun ? pace.due - nanos.getAsLong() : 0;
        if (!ended && wait > 0) {
            again(id, pace, wait);
            return;
        }
        try {
            Optional<JobView> job = source.job(id);
            if (job.isEmpty() || job.get().folder().isEmpty()) {
                paces.remove(id);
            } else if (job.get().ended()) {
                complete(job.get());
            } else {
                writeSummary(job.get(), pace);
            }
            pace.failing = false;
        } catch (IOException e) {
            onFailure(id, pace, e);
            again(id, pace, RETRY_NANOS);
        }
    }

    private void complete(JobView job) throws IOException {
        if (!isAnswered(job)) {
            if (!writer.complete(job)) {
                return; // the next result that comes calls again
            }
            log.info("Job {} ({}) is put together in results/", job.id(), job.name());
        } else if (unchecked.contains(job.id())) {
            checkAfterStop(job);
        }
        unchecked.remove(job.id());
        if (job.counts().checks().areNone()) {
            paces.remove(job.id());
        } else {
            writeSummary(job, paces.computeIfAbsent(job.id(), same -> new Pace()));
        }
        for (CompletableFuture<Path> each : waiting.getOrDefault(job.id(), List.of())) {
            try {
                each.complete(fileOf(job.id()));
            } catch (IOException e) {
                each.completeExceptionally(e);
            }
        }
        waiting.remove(job.id());
    }

    private void checkAfterStop(JobView job) throws IOException {
        try {
            writer.checkCsvs(job, fileOf(job.id()));
        } catch (Told e) {
            log.debug("Job {} was moved away, so nothing is looked at", job.id(), e);
        }
    }

    private void writeSummary(JobView job, Pace pace) throws IOException {
        long now = nanos.getAsLong();
        writer.writeSummary(job);
        long took = nanos.getAsLong() - now;
        pace.begun = true;
        pace.due = now + Math.max(SUMMARY_NANOS, took * SUMMARY_SHARE);
    }

    private void again(JobId id, Pace pace, long afterNanos) {
        if (pace.scheduled || thread.isShutdown()) {
            return;
        }
        pace.scheduled = true;
        thread.schedule(
                () -> {
                    pace.scheduled = false;
                    call(new Change(id, false));
                },
                afterNanos,
                TimeUnit.NANOSECONDS);
    }

    private void onFailure(JobId id, Pace pace, IOException e) {
        if (!pace.failing && !thread.isShutdown()) {
            log.warn(
                    "The folder of job {} in results/ can't be written now ({}); its results are safe, and this follows when it can",
                    id,
                    Told.of(e, OwnFiles.whyNotWritten(results.folder(), e)));
            pace.failing = true;
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
