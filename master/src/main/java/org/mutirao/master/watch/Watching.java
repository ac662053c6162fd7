package org.mutirao.master.watch;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.mutirao.master.dispatch.MasterListener;
import org.mutirao.master.dispatch.WorkerProfile;
import org.mutirao.master.dispatch.WorkerSession;
import org.mutirao.master.ledger.Check;
import org.mutirao.master.ledger.CheckWords;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.JobStatus;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.text.Text;

/** Fills the views from what happens on the loop, and tells the next listener. */
public final class Watching implements MasterListener {
    /** What is older is no news, for events and log lines. */
    private static final Duration NEWS = Duration.ofSeconds(10);

    private final TaskBoard board;
    private final JobBoard jobs;
    private final EventFeed feed;
    private final Throughput throughput;
    private final LogTails tails;
    private final GoneWorkers gone;
    private final Tallies tallies;
    private final InstantSource wall;
    private final Consumer<String> news;
    private final Consumer<JobId> changes;
    private final MasterListener next;

    /**
     * Has nothing to show yet.
     *
     * @param news told in words what everybody on the channel should know
     * @param changes told which jobs changed, those of plain packages too
     */
    public Watching(
            Views views, InstantSource wall, Consumer<String> news, Consumer<JobId> changes, MasterListener next) {
        this.changes = changes;
        this.board = views.board();
        this.jobs = views.jobs();
        this.feed = views.feed();
        this.throughput = views.throughput();
        this.tails = views.tails();
        this.gone = views.gone();
        this.tallies = views.tallies();
        this.wall = wall;
        this.news = news;
        this.next = next;
    }

    /** A task as the log has it, while another master leads. What is told late or again is no news. */
    public void follow(TaskRecord task, boolean isLate) {
        if (!isLate && wall.millis() - task.state().since() < NEWS.toMillis()) {
            onTaskChanged(task);
        } else {
            adopt(task);
        }
    }

    /** A task that was there before this master led. */
    public void adopt(TaskRecord task) {
        board.put(task);
    }

    @Override
    public void onTaskChanged(TaskRecord task) {
        Optional<TaskRecord> known = board.put(task);
        if (task.check().isPresent() && known.map(TaskRecord::state).equals(Optional.of(task.state()))) {
            verifying(known.get(), task);
            return;
        }
        Optional<TaskStatus> before = known.map(one -> one.state().status());
        TaskStatus status = task.state().status();
        tallies.changed(known, task);
        if (!before.equals(Optional.of(status))) {
            Optional<String> worker = task.state() instanceof TaskState.Leased leased
                    ? Optional.of(leased.worker().value())
                    : Optional.empty();
            feed.add(
                    wall.millis(),
                    new EventFeed.Subject(
                            Optional.of(task.id().number()),
                            worker,
                            Optional.of(task.job().number()).filter(job -> task.isOneOfMany())),
                    "task",
                    sentenceOf(task));
            if (task.state() instanceof TaskState.Done) {
                throughput.finishedOne();
                tails.forget(task.id());
            }
        }
        if (task.part().isEmpty()) {
            changes.accept(task.job());
        }
        next.onTaskChanged(task);
    }

    /** Made for its reader, if what it is made of is small: the feed keeps that long after the ledger has forgotten it. */
    private static Supplier<String> sentenceOf(TaskRecord task) {
        boolean isSmall = task.attempts().size() < 2 && task.state().status() != TaskStatus.LOST;
        return isSmall ? task::sentence : said(task.sentence());
    }

    private static Supplier<String> said(String sentence) {
        return () -> sentence;
    }

    private void verifying(TaskRecord known, TaskRecord task) {
        if (task.check().flatMap(Check::finding).isPresent() && !known.check().equals(task.check())) {
            feed.add(
                    wall.millis(),
                    new EventFeed.Subject(
                            Optional.of(task.id().number()),
                            Optional.empty(),
                            Optional.of(task.job().number()).filter(job -> task.isOneOfMany())),
                    "task",
                    said(Text.of(
                            "Task %s %s: %s",
                            task.id(), task.name(), CheckWords.of(task).orElseThrow())));
        }
        changes.accept(task.job());
        next.onVerifying(task);
    }

    private void add(String kind, Optional<Long> task, Optional<String> worker, String text) {
        feed.add(wall.millis(), kind, task, worker, text);
    }

    @Override
    public void onTaskForgotten(TaskId task) {
        board.remove(task);
        next.onTaskForgotten(task);
    }

    @Override
    public void onJobChanged(JobView job) {
        Optional<JobView> known = jobs.job(job.id());
        Optional<JobStatus> before = known.map(JobView::status);
        jobs.put(job);
        if (known.filter(one -> !one.taskPackage().equals(job.taskPackage())).isPresent()) {
            board.repack(job);
        }
        if (!before.equals(Optional.of(job.status())) && wall.millis() - job.since() < NEWS.toMillis()) {
            feed.add(wall.millis(), EventFeed.Subject.job(job.id().number()), "job", said(job.sentence()));
        }
        changes.accept(job.id());
        next.onJobChanged(job);
    }

    @Override
    public void onJobForgotten(JobId job) {
        jobs.job(job).ifPresent(board::forget);
        jobs.remove(job);
        changes.accept(job);
        next.onJobForgotten(job);
    }

    @Override
    public void onLeaseLost(Lease lease, String reason) {
        tallies.lostOne();
        add(
                "lost",
                Optional.of(lease.task().number()),
                Optional.empty(),
                Text.of("Attempt %s of task %s was lost: %s", lease.attempt(), lease.task(), Text.again(reason)));
        next.onLeaseLost(lease, reason);
    }

    @Override
    public void onLeaseReturned(Lease lease, String reason) {
        add(
                "worker",
                Optional.of(lease.task().number()),
                Optional.empty(),
                Text.of("Task %s was given back: %s", lease.task(), Text.again(reason)));
        next.onLeaseReturned(lease, reason);
    }

    @Override
    public void onWorkerJoined(WorkerId worker, WorkerProfile profile) {
        gone.joined(worker);
        add("worker", Optional.empty(), Optional.of(worker.value()), Text.of("Worker %s joined", profile.name()));
        news.accept(Text.kept("Worker %s joined", profile.name()));
        next.onWorkerJoined(worker, profile);
    }

    @Override
    public void onWorkerTold(WorkerSession worker) {
        board.machines()
                .told(worker.id(), worker.profile().name(), worker.facts(), worker.admission(), worker.uninstallable());
        next.onWorkerTold(worker);
    }

    @Override
    public void onWorkerGone(WorkerId worker, String name) {
        gone.left(worker, name, wall.millis());
        board.machines().gone(worker);
        add("worker", Optional.empty(), Optional.of(worker.value()), Text.of("Worker %s is gone", name));
        news.accept(Text.kept("Worker %s is gone", name));
        next.onWorkerGone(worker, name);
    }

    @Override
    public void onWorkerQuarantined(WorkerId worker, String name) {
        add("worker", Optional.empty(), Optional.of(worker.value()), Text.of("Worker %s is put aside", name));
        next.onWorkerQuarantined(worker, name);
    }

    @Override
    public void onWorkerDistrusted(WorkerId worker, String name, int wrong) {
        add(
                "worker",
                Optional.empty(),
                Optional.of(worker.value()),
                Text.of("Worker %s is put aside: %d of its results differ from those of others", name, wrong));
        news.accept(Text.kept("Worker %s is put aside: %d of its results differ from those of others", name, wrong));
        next.onWorkerDistrusted(worker, name, wrong);
    }

    @Override
    public void onJournalFailed(Throwable cause) {
        add("master", Optional.empty(), Optional.empty(), Text.of("The log does not take commands"));
        next.onJournalFailed(cause);
    }
}
