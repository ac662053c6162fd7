package org.mutirao.master.handlers;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.mutirao.master.dispatch.MasterListener;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.Effect;
import org.mutirao.master.ledger.InputNames;
import org.mutirao.master.ledger.JobPlan;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.master.watch.Views;
import org.mutirao.master.watch.Watching;
import org.mutirao.protocol.id.Attempt;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.testkit.ManualClock;

/** A ledger with a worker and views, without a log: a command is applied as it is proposed. */
public final class LedgerPlay {
    private static final WorkerId WORKER = new WorkerId("w1");

    public final ManualClock clock = new ManualClock();
    public final TaskLedger ledger = new TaskLedger();
    public final Views views = Views.empty(clock::nanos);
    /** Told which jobs changed or were forgotten. */
    public final List<Consumer<JobId>> news = new ArrayList<>();

    private final Watching watching = new Watching(
            views, clock, text -> {}, job -> news.forEach(each -> each.accept(job)), new MasterListener() {});

    /** As the log takes a command. */
    public CompletableFuture<Applied> propose(Command command) {
        Applied applied = ledger.apply(command);
        applied.effects().forEach(this::carryOut);
        return CompletableFuture.completedFuture(applied);
    }

    private void carryOut(Effect effect) {
        if (effect instanceof Effect.Changed changed) {
            ledger.task(changed.task())
                    .ifPresentOrElse(watching::onTaskChanged, () -> watching.onTaskForgotten(changed.task()));
        } else if (effect instanceof Effect.JobChanged changed) {
            ledger.job(changed.job())
                    .ifPresentOrElse(watching::onJobChanged, () -> watching.onJobForgotten(changed.job()));
        }
    }

    private Verdict apply(Command command) {
        return propose(command).join().verdict();
    }

    private static Blob blob(String text) {
        return new Blob(Sha256.of(text.getBytes(StandardCharsets.UTF_8)), 1);
    }

    /** Hands a plain package in. */
    public TaskId submit(String name) {
        return ((Verdict.Accepted) apply(new Command.Submit(
                        "key " + name + clock.millis(), name, blob(name), CompactSize.LARGE, 0, 0, 5, clock.millis())))
                .task();
    }

    /** Hands a job in, with inputs {@code 1.csv} and so on. */
    public JobId submitJob(String name, int count, String... after) {
        List<String> inputs =
                IntStream.rangeClosed(1, count).mapToObj(i -> i + ".csv").toList();
        JobPlan plan = new JobPlan(InputNames.of(inputs), JobPlan.Merge.FILES, List.of(after), false);
        Verdict verdict = apply(new Command.SubmitJob(
                "key " + name + clock.millis(), name, blob(name), CompactSize.LARGE, 3, 0, 5, plan, clock.millis()));
        return JobId.of(((Verdict.Accepted) verdict).task());
    }

    /** A worker begins it. */
    public Lease lease(long task) {
        Verdict granted =
                apply(new Command.GrantLease(new TaskId(task), WORKER, "pc7", clock.millis() + 60_000, clock.millis()));
        return assertInstanceOf(Verdict.Granted.class, granted, "task " + task).lease();
    }

    /** A worker begins it and ends it; its result is not in results/ yet. */
    public Attempt end(long task, int code, String note) {
        Lease lease = lease(task);
        apply(new Command.Complete(
                lease, WORKER, blob("result " + lease), new Ending.Exited(code, note), clock.millis()));
        return lease.attempt();
    }

    /** Its result lies in results/. */
    public void publish(long task, Attempt attempt) {
        String file = ledger.task(new TaskId(task)).orElseThrow().resultName();
        apply(new Command.Publish(new TaskId(task), attempt, file, clock.millis()));
    }

    /** A worker ran it well. */
    public void succeed(long task) {
        publish(task, end(task, 0, ""));
    }

    /** Its script failed. */
    public void fail(long task, String why) {
        publish(task, end(task, 1, why));
    }
}
