package org.mutirao.master.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.mutirao.master.dispatch.WorkerSession;
import org.mutirao.master.ledger.AttemptRecord;
import org.mutirao.master.ledger.AttemptRecord.End;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskCounts;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.protocol.id.Admission;
import org.mutirao.protocol.id.ScriptRun;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.AttemptRow;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.StatusCounts;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.message.WorkerRow;
import org.mutirao.protocol.table.SealedFunction;
import org.mutirao.protocol.text.Text;

/** The grid's state in words and numbers for people. */
public final class Rows {
    /** When an attempt ended, and how in words; both empty while it runs. */
    private record Finish(Optional<Long> at, Optional<String> outcome) {
        Finish(long at, String outcome) {
            this(Optional.of(at), Optional.of(outcome));
        }
    }

    private static final SealedFunction<End, AttemptRecord, Finish> FINISHES =
            SealedFunction.<End, AttemptRecord, Finish>of(End.class)
                    .row(End.Running.class, (running, attempt) -> new Finish(Optional.empty(), Optional.empty()))
                    .row(
                            End.Lost.class,
                            (lost, attempt) -> new Finish(lost.at(), Text.of("lost: %s", Text.again(lost.reason()))))
                    .row(
                            End.Returned.class,
                            (returned, attempt) ->
                                    new Finish(returned.at(), Text.of("given back: %s", Text.again(returned.reason()))))
                    .row(
                            End.Delivered.class,
                            (delivered, attempt) -> new Finish(
                                    delivered.at(), delivered.ending().inWords()))
                    .row(End.Late.class, (late, attempt) -> new Finish(late.at(), Text.of("delivered too late")))
                    .row(End.Recalled.class, (recalled, attempt) -> new Finish(recalled.at(), Text.of("recalled")))
                    .build();

    /** Why a task is where it is. */
    private static final SealedFunction<TaskState, TaskRecord, Optional<String>> EXPLANATIONS =
            SealedFunction.<TaskState, TaskRecord, Optional<String>>of(TaskState.class)
                    .row(TaskState.Queued.class, (queued, task) -> lastOutcome(task))
                    .row(TaskState.Leased.class, (leased, task) -> Optional.empty())
                    .row(
                            TaskState.Done.class,
                            (done, task) -> Optional.of(done.ending().inWords()))
                    .row(TaskState.Failed.class, (failed, task) -> Optional.of(Text.again(failed.reason())))
                    .row(TaskState.Cancelled.class, (cancelled, task) -> Optional.empty())
                    .build();

    private static final int MAX_NAMED = 10;

    private Rows() {}

    /** A task. */
    public static TaskRow task(TaskRecord task) {
        return rowOf(task).build();
    }

    /** The same, to be completed. */
    static TaskRow.Builder rowOf(TaskRecord task) {
        TaskState state = task.state();
        TaskRow.Builder row = TaskRow.builder()
                .id(task.id().number())
                .name(task.name())
                .status(state.status())
                .attempts(task.tries())
                .priority(task.priority())
                .bytes(task.taskPackage().size())
                .submittedAt(task.submittedAt())
                .since(state.since())
                .worker(workerOf(task))
                .explanation(explanation(task))
                .result(state instanceof TaskState.Done done ? done.publishedAs() : Optional.empty())
                .waitedMs(waited(task))
                .ranMs(state.ended() ? ran(task) : Optional.empty())
                .check(CheckRows.of(task));
        task.part()
                .filter(part -> part.label().isPresent())
                .ifPresent(part -> row.part(part.job().number(), part.index(), part.input()));
        return row;
    }

    /** How long it waited until a worker had it first, in milliseconds; empty as long as none had it. */
    public static Optional<Long> waited(TaskRecord task) {
        return task.attempts().isEmpty()
                ? Optional.empty()
                : Optional.of(Math.max(0, task.attempts().get(0).leasedAt() - task.submittedAt()));
    }

    /** How long its script ran the last time, in milliseconds; empty if that is not known. */
    static Optional<Long> ran(TaskRecord task) {
        return task.decisive().flatMap(attempt -> run(attempt.end())).map(ScriptRun::millis);
    }

    /** A job of several tasks. */
    public static JobRow job(JobView job) {
        return rowOf(job, Optional.empty(), Optional.empty()).build();
    }

    /**
     * A job, to be completed.
     *
     * @param first its first task, which explains a job of one task
     * @param beganAt when a worker had a task of it first, in milliseconds since 1970
     */
    static JobRow.Builder rowOf(JobView job, Optional<TaskRecord> first, Optional<Long> beganAt) {
        TaskCounts counts = job.counts();
        return JobRow.builder()
                .job(job.id().number())
                .name(job.name())
                .state(job.status().label())
                .tasks(job.count())
                .counts(counts(counts))
                .priority(job.priority())
                .submittedAt(job.submittedAt())
                .since(job.since())
                .endedAt(job.endedAt().stream().boxed().findFirst())
                .folder(Optional.of(job.folder()).filter(folder -> !folder.isEmpty()))
                .explanation(explanation(job, first))
                .checks(CheckRows.of(counts.checks()))
                .beganAt(beganAt.or(() -> first.filter(task -> job.count() == 1).flatMap(Rows::beganAt)));
    }

    private static Optional<Long> beganAt(TaskRecord task) {
        return task.attempts().stream().findFirst().map(AttemptRecord::leasedAt);
    }

    /** The same numbers for people. */
    public static StatusCounts counts(TaskCounts counts) {
        return new StatusCounts(
                counts.queued(),
                counts.running(),
                counts.succeeded(),
                counts.failed(),
                counts.lost(),
                counts.cancelled());
    }

    private static Optional<String> explanation(JobView job, Optional<TaskRecord> only) {
        if (!job.waitsFor().isEmpty()) {
            String others = job.waitsFor().stream()
                    .limit(MAX_NAMED)
                    .map(other -> Text.of("job %s", other))
                    .collect(Collectors.joining(", "));
            return Optional.of(Text.of("waits for %s", others + (job.waitsFor().size() > MAX_NAMED ? ", …" : "")));
        }
        if (job.count() == 1) {
            return only.flatMap(Rows::explanation);
        }
        return job.ended() && !job.succeeded() ? Optional.of(job.succeededOf()) : Optional.empty();
    }

    /** The task's attempts, the first one first. */
    public static List<AttemptRow> attempts(TaskRecord task) {
        return task.attempts().stream().map(Rows::attempt).toList();
    }

    /**
     * A worker.
     *
     * @param facts what is shown of what it told of its machine
     * @param nanos now, by the clock by which it was heard
     */
    public static WorkerRow worker(
            WorkerSession session,
            List<Long> holding,
            Optional<String> aside,
            Optional<WorkerFacts> facts,
            long nanos) {
        return WorkerRow.builder()
                .id(session.id().value())
                .name(session.profile().name())
                .kind(session.profile().kind().label())
                .dialect(session.profile().dialect())
                .address(session.profile().address())
                .slots(session.profile().slots())
                .holding(holding)
                .delivered(session.delivered())
                .lost(session.lost())
                .silentMs(TimeUnit.NANOSECONDS.toMillis(nanos - session.lastHeard()))
                .limit(session.profile().packageLimit())
                .aside(aside)
                .withoutKey(session.admission() == Admission.WITHOUT_KEY)
                .facts(facts)
                .build();
    }

    /** Who runs it, or brought its result. */
    public static Optional<String> workerOf(TaskRecord task) {
        if (task.state() instanceof TaskState.Leased leased) {
            return Optional.of(name(task, leased.worker()));
        }
        return task.state() instanceof TaskState.Done done ? Optional.of(name(task, done.worker())) : Optional.empty();
    }

    private static String name(TaskRecord task, WorkerId worker) {
        return task.attempts().stream()
                .filter(attempt ->
                        attempt.worker().equals(worker) && !attempt.workerName().isEmpty())
                .map(AttemptRecord::workerName)
                .findFirst()
                .orElse(worker.brief());
    }

    /** How a task ended, or why it waits, in words. */
    public static Optional<String> explanation(TaskRecord task) {
        return EXPLANATIONS.apply(task.state(), task);
    }

    private static AttemptRow attempt(AttemptRecord attempt) {
        Finish finish = FINISHES.apply(attempt.end(), attempt);
        return new AttemptRow(
                attempt.number().number(),
                attempt.worker().value(),
                attempt.workerName(),
                attempt.leasedAt(),
                finish.at(),
                finish.outcome(),
                run(attempt.end()).map(ScriptRun::startedAt),
                run(attempt.end()).map(ScriptRun::millis),
                marks(attempt));
    }

    /** The attempt that brought the task's result, else its last one, if there was one. */
    public static Optional<AttemptRow> lastAttempt(TaskRecord task) {
        return task.decisive().map(Rows::attempt);
    }

    private static Optional<List<String>> marks(AttemptRecord attempt) {
        List<String> marks = new ArrayList<>();
        if (attempt.isCheck()) {
            marks.add(AttemptRow.CHECK);
        }
        if (attempt.withoutKey()) {
            marks.add(AttemptRow.NO_KEY);
        }
        return marks.isEmpty() ? Optional.empty() : Optional.of(marks);
    }

    private static Optional<String> lastOutcome(TaskRecord task) {
        return lastAttempt(task).flatMap(AttemptRow::outcome).map(outcome -> Text.of("again, after: %s", outcome));
    }

    private static Optional<ScriptRun> run(End end) {
        return end instanceof End.Delivered delivered && delivered.run().isKnown()
                ? Optional.of(delivered.run())
                : Optional.empty();
    }
}
