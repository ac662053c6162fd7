package org.mutirao.master.front;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.mutirao.master.dispatch.WorkerSession;
import org.mutirao.master.ledger.AttemptRecord;
import org.mutirao.master.ledger.AttemptRecord.End;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.protocol.id.ScriptRun;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.AttemptRow;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.message.WorkerRow;

/** The grid's state in words and numbers for people. */
public final class Rows {
    private Rows() {}

    public static TaskRow task(TaskRecord task) {
        TaskState state = task.state();
        return new TaskRow(
                task.id().number(),
                task.name(),
                state.label(),
                state instanceof TaskState.Done done && done.ending().succeeded(),
                task.attempts().size(),
                task.priority(),
                task.taskPackage().size(),
                task.submittedAt(),
                state.since(),
                worker(task),
                explanation(task),
                state instanceof TaskState.Done done ? done.publishedAs() : Optional.empty());
    }

    /** The task with its attempts. */
    public static Reply.TaskDetails details(TaskRecord task) {
        return new Reply.TaskDetails(
                task(task), task.attempts().stream().map(Rows::attempt).toList());
    }

    static WorkerRow worker(WorkerSession session, List<Long> holding, Optional<String> aside, long nanos) {
        return new WorkerRow(
                session.id().value(),
                session.profile().name(),
                session.profile().kind(),
                session.profile().dialect(),
                session.profile().address(),
                session.profile().slots(),
                holding,
                session.delivered(),
                session.lost(),
                TimeUnit.NANOSECONDS.toMillis(nanos - session.lastHeard()),
                session.profile().packageLimit(),
                aside);
    }

    private static Optional<String> worker(TaskRecord task) {
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

    private static Optional<String> explanation(TaskRecord task) {
        if (task.state() instanceof TaskState.Done done) {
            return Optional.of(done.ending().inWords());
        }
        if (task.state() instanceof TaskState.Failed failed) {
            return Optional.of(failed.reason());
        }
        if (task.state() instanceof TaskState.Queued && !task.attempts().isEmpty()) {
            AttemptRow last = attempt(task.attempts().get(task.attempts().size() - 1));
            return last.outcome().map(outcome -> "again, after: " + outcome);
        }
        return Optional.empty();
    }

    private static AttemptRow attempt(AttemptRecord attempt) {
        return new AttemptRow(
                attempt.number().number(),
                attempt.worker().value(),
                attempt.workerName(),
                attempt.leasedAt(),
                endedAt(attempt.end()),
                outcome(attempt.end()),
                run(attempt.end()).map(ScriptRun::startedAt),
                run(attempt.end()).map(ScriptRun::millis));
    }

    private static Optional<ScriptRun> run(End end) {
        return end instanceof End.Delivered delivered && delivered.run().isKnown()
                ? Optional.of(delivered.run())
                : Optional.empty();
    }

    private static Optional<Long> endedAt(End end) {
        if (end instanceof End.Lost lost) {
            return Optional.of(lost.at());
        }
        if (end instanceof End.Delivered delivered) {
            return Optional.of(delivered.at());
        }
        if (end instanceof End.Late late) {
            return Optional.of(late.at());
        }
        return end instanceof End.Recalled recalled ? Optional.of(recalled.at()) : Optional.empty();
    }

    private static Optional<String> outcome(End end) {
        if (end instanceof End.Lost lost) {
            return Optional.of("lost: " + lost.reason());
        }
        if (end instanceof End.Delivered delivered) {
            return Optional.of(delivered.ending().inWords());
        }
        if (end instanceof End.Late) {
            return Optional.of("delivered too late");
        }
        return end instanceof End.Recalled ? Optional.of("recalled") : Optional.empty();
    }
}
