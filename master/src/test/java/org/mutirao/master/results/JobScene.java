package org.mutirao.master.results;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.Course;
import org.mutirao.master.ledger.InputNames;
import org.mutirao.master.ledger.JobPlan;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.watch.LogTails;
import org.mutirao.protocol.id.Attempt;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.ScriptRun;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.testkit.ManualClock;
import org.mutirao.testkit.Zips;

/** A ledger, a store and a {@code results/}, with jobs whose tasks end when a test says so. */
final class JobScene implements AutoCloseable {
    private static final WorkerId WORKER = new WorkerId("w");

    private final Path root;
    private final ManualClock clock = new ManualClock();
    private final TaskLedger ledger = new TaskLedger();
    private final Set<TaskId> fetched = new HashSet<>();
    private BlobStore blobs;
    private Delivered delivered;
    private OwnResults own;
    private Publisher publisher;
    private JobAnswers answers;
    private BroughtAlong along;
    private long at = 1_000;

    JobScene(Path root) throws IOException {
        this.root = root;
        Files.createDirectories(results());
        open();
    }

    Path results() {
        return root.resolve("results");
    }

    private void open() throws IOException {
        blobs = BlobStore.open(root.resolve("data/blobs"), clock);
        delivered = Delivered.open(root.resolve("data/delivered"));
        own = new OwnResults(results(), delivered);
        publisher = new Publisher(own, blobs, this::apply, clock, new NobodyCares(), Liveness.unwatched());
        publisher.lead();
        answers = new JobAnswers(publisher, own, new Source(), clock::nanos, Liveness.unwatched());
        along = new BroughtAlong(new Source(), own, blobs, answers);
    }

    /** The master ends and starts again. */
    void restart() throws IOException {
        close();
        open();
        for (JobView job : jobs()) {
            answers.onChanged(job);
        }
    }

    private synchronized List<JobView> jobs() {
        return ledger.jobsOfSeveral();
    }

    private static final class NobodyCares implements Publisher.Blobs {
        @Override
        public void released(Sha256 hash) {}

        @Override
        public void gone(Sha256 hash) {}
    }

    private final class Source implements JobSource {
        @Override
        public Optional<JobView> job(JobId id) {
            synchronized (JobScene.this) {
                return ledger.job(id);
            }
        }

        @Override
        public List<TaskRecord> tasks(JobView job, int from, int most) {
            synchronized (JobScene.this) {
                return IntStream.rangeClosed(from, Math.min(job.count(), from + most - 1))
                        .mapToObj(index -> ledger.task(new TaskId(job.id().number() + index - 1)))
                        .flatMap(Optional::stream)
                        .toList();
            }
        }

        @Override
        public List<Earlier> after(JobView job) {
            synchronized (JobScene.this) {
                return Earlier.of(job, ledger);
            }
        }

        @Override
        public void fetch(List<TaskId> tasks) {
            synchronized (JobScene.this) {
                fetched.addAll(tasks);
            }
        }
    }

    synchronized Set<TaskId> fetched() {
        return Set.copyOf(fetched);
    }

    private CompletableFuture<Applied> apply(Command command) {
        Applied applied;
        List<JobView> changed;
        synchronized (this) {
            applied = ledger.apply(command);
            changed = ledger.jobsOfSeveral();
        }
        changed.forEach(answers::onChanged);
        return CompletableFuture.completedFuture(applied);
    }

    private synchronized long now() {
        return at += 1_000;
    }

    JobId job(String name, JobPlan.Merge merge, String... inputs) {
        return job(name, new JobPlan(InputNames.of(List.of(inputs)), merge, List.of(), false));
    }

    /** A plain package. */
    TaskId single(String name) {
        Blob taskPackage = new Blob(Sha256.of((name + now()).getBytes(StandardCharsets.UTF_8)), 1);
        apply(new Command.Submit(name + at, name, taskPackage, CompactSize.LARGE, 0, 0, 5, now()));
        synchronized (this) {
            return ledger.newestJobNamed(name).orElseThrow().firstTask();
        }
    }

    JobId job(String name, JobPlan plan) {
        Blob taskPackage = new Blob(Sha256.of((name + now()).getBytes(StandardCharsets.UTF_8)), 1);
        apply(new Command.SubmitJob(name + at, name, taskPackage, CompactSize.LARGE, 0, 0, 5, plan, now()));
        synchronized (this) {
            return ledger.newestJobNamed(name).orElseThrow();
        }
    }

    TaskId task(JobId job, int index) {
        return new TaskId(job.number() + index - 1);
    }

    synchronized TaskRecord record(TaskId task) {
        return ledger.task(task).orElseThrow();
    }

    /** Its script ends and its result is put into results/. */
    void end(TaskId task, int code, String... namesAndContents) throws IOException {
        endUnpublished(task, code, namesAndContents);
        publish(task);
    }

    /** Its result is stored, and goes nowhere yet. */
    void endUnpublished(TaskId task, int code, String... namesAndContents) throws IOException {
        Blob result = store(Zips.of(namesAndContents));
        apply(new Command.GrantLease(task, WORKER, "lab-7", now(), now()));
        Attempt attempt = ((TaskState.Leased) record(task).state()).attempt();
        apply(new Command.Complete(
                new Lease(task, attempt),
                WORKER,
                result,
                new Ending.Exited(code, code == 0 ? "" : "it broke"),
                new ScriptRun(now(), 250),
                now()));
    }

    /** Puts its result into results/, and waits until the log knows. */
    void publish(TaskId task) {
        publisher.publish(record(task));
        await().until(() -> record(task).state() instanceof TaskState.Done done
                && done.publishedAs().isPresent());
    }

    /** Another master has put its result into its own results/. */
    void endElsewhere(TaskId task, String... namesAndContents) throws IOException {
        endUnpublished(task, 0, namesAndContents);
        TaskRecord ended = record(task);
        Attempt attempt = ((TaskState.Done) ended.state()).attempt();
        apply(new Command.Publish(task, attempt, ended.resultName(), now()));
    }

    /** Puts one more result of a task there, of which the ledger knows nothing. */
    void place(TaskId task, int attempt, int code, String... namesAndContents) throws IOException {
        TaskRecord known = record(task);
        TaskState.Done done = new TaskState.Done(
                WORKER,
                new Attempt(attempt),
                new Ending.Exited(code, ""),
                store(Zips.of(namesAndContents)),
                Optional.of(known.resultName()),
                now());
        Course course = new Course(known.resultName(), 0, 1, done, known.attempts(), known.part(), Optional.empty());
        TaskRecord other = new TaskRecord(task, known.submitted(), Optional.of(course));
        publisher.publish(other);
        await().until(() -> delivered.nameOf(other).isPresent());
    }

    private Blob store(byte[] bytes) throws IOException {
        Spool.Sink sink = blobs.spool(ByteSize.mebi(1)).open();
        sink.write(bytes, 0, bytes.length);
        return blobs.store(sink.finish());
    }

    void retry(JobId job) {
        apply(new Command.RetryJob(job, true, now()));
    }

    void cancel(JobId job) {
        apply(new Command.CancelJob(job, now()));
    }

    Optional<String> nameOf(TaskId task) {
        return delivered.nameOf(record(task));
    }

    BroughtAlong along() {
        return along;
    }

    /** The bytes of a task's result are only in results/ any more. */
    void drop(TaskId task) throws IOException {
        Sha256 hash = ((TaskState.Done) record(task).state()).result().hash();
        Files.deleteIfExists(blobs.pathOf(hash));
    }

    void storeAgain(String... namesAndContents) throws IOException {
        store(Zips.of(namesAndContents));
    }

    synchronized void forget(TaskId task) {
        ledger.apply(new Command.ForgetJob(JobId.of(task), now()));
    }

    /** Where the tables of a job are looked for that is the newest of its folder, or is not. */
    Path mergedOf(JobId job, boolean isNewest) {
        return new Outputs(own, new LogTails()).mergedOf(view(job).orElseThrow(), isNewest);
    }

    synchronized Optional<JobView> view(JobId job) {
        return ledger.job(job);
    }

    JobAnswers answers() {
        return answers;
    }

    ManualClock clock() {
        return clock;
    }

    /** Waits until all of a job lies there. */
    Path whole(JobId job) throws Exception {
        return answers.whole(job).get(20, TimeUnit.SECONDS);
    }

    /** What lies in results/ with its text; of a ZIP, what its stdout.txt says. Looks again if a file got its name meanwhile. */
    Map<String, String> files() {
        return await().ignoreException(UncheckedIOException.class).until(this::filesNow, found -> true);
    }

    private Map<String, String> filesNow() throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> all = Files.walk(results())) {
            all.filter(Files::isRegularFile)
                    .forEach(file ->
                            found.put(results().relativize(file).toString().replace('\\', '/'), text(file)));
        }
        return found;
    }

    private static String text(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            return file.toString().endsWith(".zip")
                    ? Zips.read(bytes).getOrDefault("stdout.txt", "").strip()
                    : new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        answers.close();
        publisher.close();
    }
}
