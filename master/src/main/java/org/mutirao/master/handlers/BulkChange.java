package org.mutirao.master.handlers;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.mutirao.master.dispatch.Journal;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.wire.WireServer.Answer;

/** Proposes many commands, some at a time, so that the loop and the log serve others in between. For the loop. */
final class BulkChange {
    /** How many are proposed before the log has to answer. */
    static final int SLICE = 500;
    /** How many are looked at before others have their turn. */
    private static final int LOOKED_AT = 10_000;

    private final Journal journal;
    private final Executor loop;

    BulkChange(Journal journal, Executor loop) {
        this.journal = journal;
        this.loop = loop;
    }

    /**
     * One command.
     *
     * @param worth how much it counts if it changes something
     */
    record Step(Command command, long worth) {}

    /** What became of all of it. */
    interface Outcome {
        /**
         * The reply.
         *
         * @param changed what the commands that changed something were worth together
         * @param commands how many those were
         */
        Reply of(long changed, long commands);
    }

    private record Sum(long changed, long commands) {}

    /**
     * Answers when all is done, or when the log takes no more.
     *
     * @param steps looked at one by one, at the time; empty ones are left out
     */
    void run(Iterator<Optional<Step>> steps, Outcome outcome, Answer answer) {
        goOn(steps, new Sum(0, 0), outcome, answer);
    }

    private void goOn(Iterator<Optional<Step>> steps, Sum before, Outcome outcome, Answer answer) {
        List<CompletableFuture<Optional<Sum>>> slice = new ArrayList<>();
        for (int seen = 0; seen < LOOKED_AT && slice.size() < SLICE && steps.hasNext(); seen++) {
            steps.next().ifPresent(step -> slice.add(propose(step)));
        }
        CompletableFuture.allOf(slice.toArray(CompletableFuture<?>[]::new))
                .thenRunAsync(answer.orRefuse(() -> afterSlice(slice, steps, before, outcome, answer)), loop);
    }

    /** Empty if the log did not take it. One that another person was faster with changes nothing, which is no failure. */
    private CompletableFuture<Optional<Sum>> propose(Step step) {
        return journal.propose(step.command()).handle((applied, failure) -> {
            if (failure != null) {
                return Optional.empty();
            }
            return Optional.of(applied.verdict() instanceof Verdict.Refused ? new Sum(0, 0) : new Sum(step.worth(), 1));
        });
    }

    private void afterSlice(
            List<CompletableFuture<Optional<Sum>>> slice,
            Iterator<Optional<Step>> steps,
            Sum before,
            Outcome outcome,
            Answer answer) {
        Sum sum = before;
        boolean taken = true;
        for (CompletableFuture<Optional<Sum>> each : slice) {
            Optional<Sum> one = each.join();
            taken &= one.isPresent();
            Sum more = one.orElse(new Sum(0, 0));
            sum = new Sum(sum.changed() + more.changed(), sum.commands() + more.commands());
        }
        if (!taken) {
            answer.send(new Reply.Failure(
                    Refusal.TRY_LATER,
                    Text.of("the log did not take all of it; %d are changed; try again for the rest", sum.changed())));
        } else if (steps.hasNext()) {
            goOn(steps, sum, outcome, answer);
        } else {
            answer.send(outcome.of(sum.changed(), sum.commands()));
        }
    }
}
