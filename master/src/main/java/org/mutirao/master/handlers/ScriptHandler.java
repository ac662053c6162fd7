package org.mutirao.master.handlers;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.mutirao.master.inbox.NotNow;
import org.mutirao.master.inbox.ScriptChange;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;
import org.mutirao.protocol.wire.WireServer.Answer;

/** Runs tasks of a job again with another script. On the loop, but for the package, which is made elsewhere. */
public final class ScriptHandler {
    private static final int MAX_NAME = 60;
    /** A whole package is written anew each time. */
    private static final int AT_ONCE = 5;

    private static final int A_SECOND = 1;

    private final Supplier<TaskLedger> ledger;
    private final Selectors selectors;
    private final ScriptChange scripts;
    private final HandlerThreads threads;
    private final Consumer<Payload> discard;
    private final Allowance changes;

    /**
     * Answers from now on.
     *
     * @param ledger the one in force, read on the loop only
     * @param discard throws away a script that is not wanted
     * @param ticker monotonic, in nanoseconds
     */
    public ScriptHandler(
            Supplier<TaskLedger> ledger,
            ScriptChange scripts,
            HandlerThreads threads,
            Consumer<Payload> discard,
            LongSupplier ticker) {
        this.changes = new Allowance(AT_ONCE, A_SECOND, ticker);
        this.ledger = ledger;
        this.selectors = new Selectors(ledger);
        this.scripts = scripts;
        this.threads = threads;
        this.discard = discard;
    }

    /** The answer comes only when the new package would survive a power cut. */
    void retry(OperatorRequest.RetryWith retry, Ask ask) {
        Answer answer = ask.answer();
        Selectors own = selectors.within(ask.scope());
        Optional<JobView> job = own.findJob(retry.job());
        Optional<Reply> refusal = job.map(found -> refusal(found, retry, ask.share()))
                .orElseGet(() -> Optional.of(own.noJob(retry.job())));
        if (refusal.isPresent()) {
            threads.disk().execute(() -> discard.accept(retry.script()));
            answer.send(refusal.get());
            return;
        }
        threads.disk().execute(answer.orRefuse(() -> change(job.get(), retry, answer)));
    }

    private Optional<Reply> refusal(JobView job, OperatorRequest.RetryWith retry, Shares.Share share) {
        if (job.count() > 1 && selectors.find(retry.job()).isOneTask()) {
            return conflict(Text.of(
                    "task %1$s is a part of job %2$s, and all its tasks have the same script; say 'retry %2$s'",
                    SafeText.of(retry.job(), '?', MAX_NAME), job.id()));
        }
        long count = job.counts().withoutSuccess(retry.onlyFailed());
        if (count == 0) {
            return conflict(nothing(job, retry));
        }
        // What the share refuses makes no package, so it takes nothing from those who may.
        return share.runAgain(() -> Map.of(job.id(), count))
                .or(() -> changes.take()
                        ? Optional.empty()
                        : Optional.of(changes.refusal(Text.of("jobs get other scripts"))));
    }

    private static Optional<Reply> conflict(String sentence) {
        return Optional.of(new Reply.Failure(Refusal.CONFLICT, sentence));
    }

    private static String nothing(JobView job, OperatorRequest.RetryWith retry) {
        String is = job.isInWords();
        if (!job.ended()) {
            return retry.onlyFailed()
                    ? Text.of("job %s %s; no task of it has failed yet", nameOf(job), is)
                    : Text.of("job %s %s; no task of it has failed or was cancelled yet", nameOf(job), is);
        }
        if (!retry.onlyFailed()) {
            return Text.of(
                    "job %s %s; no task of it has failed or was cancelled. "
                            + "To run all of it with another script, hand it in again",
                    nameOf(job), is);
        }
        return job.counts().cancelled() > 0
                ? Text.of(
                        "job %s %s; no task of it has failed. Without --failed, those that were cancelled run again",
                        nameOf(job), is)
                : Text.of(
                        "job %s %s; no task of it has failed. To run all of it with another script, hand it in again",
                        nameOf(job), is);
    }

    private static String nameOf(JobView job) {
        return job.id() + " " + SafeText.of(job.name(), '?', MAX_NAME);
    }

    private void change(JobView job, OperatorRequest.RetryWith retry, Answer answer) {
        try {
            scripts.retry(job, retry.onlyFailed(), retry.script())
                    .whenCompleteAsync(
                            (applied, failure) ->
                                    answer.send(failure == null ? reply(job, retry, applied) : notTaken()),
                            threads.loop());
        } catch (RefusedPackage e) {
            answer.send(SubmitReply.refused(e));
        } catch (IOException e) {
            answer.send(new Reply.Failure(
                    Refusal.TRY_LATER,
                    Text.of(
                            "the package of job %s could not be made with that script: %s",
                            job.id(), NotNow.inWords(e))));
        }
    }

    private Reply reply(JobView before, OperatorRequest.RetryWith retry, Applied applied) {
        if (applied.verdict() instanceof Verdict.Refused) {
            return ledger.get()
                    .job(before.id())
                    .<Reply>map(job -> new Reply.Failure(Refusal.CONFLICT, nothing(job, retry)))
                    .orElseGet(() -> selectors.noJob(retry.job()));
        }
        long count = before.counts().withoutSuccess(retry.onlyFailed());
        return new Reply.Changed(
                count,
                Optional.of(Text.count(
                        count,
                        "%d task is run again with the new script, of job %s",
                        "%d tasks are run again with the new script, of job %s",
                        nameOf(before))));
    }

    private static Reply notTaken() {
        return new Reply.Failure(Refusal.TRY_LATER, Text.of("the masters' log did not take it; try again"));
    }
}
