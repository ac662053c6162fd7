package org.mutirao.master.ledger;

import java.util.List;
import java.util.Optional;
import org.mutirao.master.ledger.AttemptRecord.End;
import org.mutirao.master.ledger.Check.Finding;
import org.mutirao.master.ledger.Check.State;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.text.Text;

/** How a task's result is verified, as far as its record goes. What it says is the record as it is then. */
final class CheckSteps {
    private CheckSteps() {}

    /**
     * The task has just got its result.
     *
     * @param content a hash of all that is compared; empty if the master could not look into the result
     */
    static TaskRecord begin(TaskRecord task, TaskState.Done done, Optional<Sha256> content) {
        Check check;
        if (done.ending() instanceof Ending.Stopped) {
            check = Check.never(Text.kept("its script was stopped at a limit"), done.since());
        } else if (content.isEmpty()) {
            check = Check.never(Text.kept("its result could not be looked into"), done.since());
        } else {
            check = Check.begun(done.attempt(), content.get(), done.since());
        }
        return task.with(check);
    }

    /** Whether that worker may run it once more. One that differs from the first may be asked again, if there is no third. */
    static boolean mayHave(TaskRecord task, WorkerId worker) {
        return task.check()
                .filter(check -> check.state() instanceof State.Waiting)
                .filter(check -> check.isAboutTwo() || !task.hasBeenRunBy(worker))
                .isPresent();
    }

    static TaskRecord leased(TaskRecord task, AttemptRecord attempt, Command.GrantLease grant) {
        State running = new State.Running(grant.worker(), attempt.number(), grant.until(), grant.at());
        return task.begun(attempt).with(task.check().orElseThrow().in(running));
    }

    static boolean holds(TaskRecord task, Lease lease) {
        return task.check()
                .flatMap(Check::running)
                .filter(running -> running.attempt().equals(lease.attempt()))
                .isPresent();
    }

    /**
     * The run brought nothing: another worker is waited for, a few times.
     *
     * @param isFree whether this is none of those times
     */
    static TaskRecord lost(TaskRecord task, Command.LoseLease lose, boolean isFree) {
        Check check = task.check().orElseThrow();
        if (isFree) {
            return task.ended(lose.lease().attempt(), new End.Returned(lose.reason(), lose.at()))
                    .with(check.in(new State.Waiting(lose.at())));
        }
        Check less = check.oneMoreLost();
        return task.ended(lose.lease().attempt(), new End.Lost(lose.reason(), lose.at()))
                .with(
                        less.lost() < Check.MAX_LOST
                                ? less.in(new State.Waiting(lose.at()))
                                : less.givenUp(lose.reason(), lose.at()));
    }

    /** The run brought something: it is compared. */
    static TaskRecord delivered(TaskRecord task, Command.CompleteCheck complete) {
        Check.Run run =
                new Check.Run(complete.lease().attempt(), complete.content().orElseThrow(), complete.difference());
        TaskRecord ended =
                task.ended(run.attempt(), new End.Delivered(complete.ending(), complete.run(), complete.at()));
        Check compared = task.check().orElseThrow().with(run);
        State next = finding(ended, compared)
                .<State>map(found -> new State.Ended(found, "", complete.at()))
                .orElseGet(() -> new State.Waiting(complete.at()));
        return ended.with(compared.in(next));
    }

    private static Optional<Finding> finding(TaskRecord task, Check check) {
        List<Check.Run> runs = check.runs();
        if (runs.size() < Check.MAX_RUNS) {
            return same(task, runs, 0, 1) ? Optional.of(Finding.SAME) : Optional.empty();
        }
        for (int earlier = 0; earlier < 2; earlier++) {
            if (task.attempt(runs.get(2))
                    .worker()
                    .equals(task.attempt(runs.get(earlier)).worker())) {
                // A worker that agrees with itself says nothing about others.
                return Optional.of(same(task, runs, 2, earlier) ? Finding.UNDECIDED : Finding.NOT_DETERMINISTIC);
            }
        }
        if (same(task, runs, 2, 0)) {
            return Optional.of(Finding.SECOND_DIFFERS);
        }
        return Optional.of(same(task, runs, 2, 1) ? Finding.FIRST_DIFFERS : Finding.NOT_DETERMINISTIC);
    }

    private static boolean same(TaskRecord task, List<Check.Run> runs, int one, int other) {
        return runs.get(one).content().equals(runs.get(other).content())
                && agree(
                        task.attempt(runs.get(one)).end(),
                        task.attempt(runs.get(other)).end());
    }

    /** One that does not tell how its script ended can't be compared in that. */
    private static boolean agree(End one, End other) {
        Optional<Integer> first = code(one);
        Optional<Integer> second = code(other);
        return first.isEmpty() || second.isEmpty() || first.equals(second);
    }

    private static Optional<Integer> code(End end) {
        return end instanceof End.Delivered delivered && delivered.ending() instanceof Ending.Exited exited
                ? Optional.of(exited.code())
                : Optional.empty();
    }

    /** A person trusts the one that differs; when it was found out stays. */
    static TaskRecord trusted(TaskRecord task) {
        Check check = task.check().orElseThrow();
        return task.with(check.in(new State.Ended(
                check.finding().orElseThrow(), Check.TRUSTED, check.state().since())));
    }

    /** Nobody is to run it again. */
    static TaskRecord givenUp(TaskRecord task, String why, End end, long at) {
        Check check = task.check().orElseThrow();
        TaskRecord stopped = check.running()
                .map(running -> task.ended(running.attempt(), end))
                .orElse(task);
        return stopped.with(check.givenUp(why, at));
    }
}
