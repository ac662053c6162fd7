package org.mutirao.master.handlers;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.mutirao.master.dispatch.Journal;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.wire.WireServer.Answer;

/** Queues all failed tasks again, some at a time, so that the loop and the log serve others in between. For the loop. */
final class FailedTasks {
    /** How many are proposed before the log has to answer. */
    static final int SLICE = 500;
    /** How many are looked at before others have their turn. */
    private static final int LOOKED_AT = 10_000;

    private enum Outcome {
        RETRIED,
        /** Another operator has retried it meanwhile, which is no failure. */
        REFUSED,
        NOT_TAKEN
    }

    private final Supplier<TaskLedger> ledger;
    private final Journal journal;
    private final InstantSource wall;
    private final Executor loop;

    FailedTasks(Supplier<TaskLedger> ledger, Journal journal, InstantSource wall, Executor loop) {
        this.ledger = ledger;
        this.journal = journal;
        this.wall = wall;
        this.loop = loop;
    }

    /** Answers when all are queued again, or when the log takes no more. */
    void retry(Answer answer) {
        retryAfter(0, 0, answer);
    }

    private void retryAfter(long id, long retried, Answer answer) {
        List<CompletableFuture<Outcome>> slice = new ArrayList<>();
        long last = id;
        int seen = 0;
        boolean more = false;
        for (TaskRecord task : ledger.get().tasksAfter(id)) {
            if (slice.size() == SLICE || seen == LOOKED_AT) {
                more = true;
                break;
            }
            seen++;
            last = task.id().number();
            if (task.state().isToRunAgain(true)) {
                slice.add(propose(task));
            }
        }
        long after = last;
        boolean goesOn = more;
        CompletableFuture.allOf(slice.toArray(CompletableFuture<?>[]::new))
                .thenRunAsync(answer.orRefuse(() -> afterSlice(slice, after, goesOn, retried, answer)), loop);
    }

    private CompletableFuture<Outcome> propose(TaskRecord task) {
        return journal.propose(new Command.Retry(task.id(), wall.millis())).handle((applied, failure) -> {
            if (failure != null) {
                return Outcome.NOT_TAKEN;
            }
            return applied.verdict() instanceof Verdict.Refused ? Outcome.REFUSED : Outcome.RETRIED;
        });
    }

    private void afterSlice(
            List<CompletableFuture<Outcome>> slice, long after, boolean goesOn, long before, Answer answer) {
        List<Outcome> outcomes = slice.stream().map(CompletableFuture::join).toList();
        long retried =
                before + outcomes.stream().filter(Outcome.RETRIED::equals).count();
        if (outcomes.contains(Outcome.NOT_TAKEN)) {
            answer.send(new Reply.Failure(
                    Refusal.TRY_LATER,
                    Text.of(
                            "the log did not take all of it; %d tasks are queued again; try again for the rest",
                            retried)));
        } else if (goesOn) {
            retryAfter(after, retried, answer);
        } else {
            answer.send(new Reply.Changed(retried));
        }
    }
}
