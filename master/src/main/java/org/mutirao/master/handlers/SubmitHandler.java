package org.mutirao.master.handlers;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.mutirao.master.inbox.Intake;
import org.mutirao.master.inbox.NotNow;
import org.mutirao.master.inbox.Taken;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.watch.KnownMachines;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.pack.PlainName;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.wire.WireServer.Answer;

/** Takes the packages that come by a request. For any thread. */
public final class SubmitHandler {
    private final Supplier<TaskLedger> ledger;
    private final Intake intake;
    private final HandlerThreads threads;
    private final KnownMachines machines;
    private final Runnable onRefused;

    /**
     * Takes packages from now on.
     *
     * @param ledger the one in force, read on the loop only
     * @param machines of the workers that are about
     * @param onRefused is told of each package that this master refused
     */
    public SubmitHandler(
            Supplier<TaskLedger> ledger,
            Intake intake,
            HandlerThreads threads,
            KnownMachines machines,
            Runnable onRefused) {
        this.ledger = ledger;
        this.machines = machines;
        this.intake = intake;
        this.threads = threads;
        this.onRefused = onRefused;
    }

    /** The answer comes only when the package would survive a power cut. */
    void submit(OperatorRequest.SubmitTask submit, Ask ask) {
        Answer answer = ask.answer();
        threads.disk().execute(answer.orRefuse(() -> {
            try {
                intake.accept(
                                submit.taskPackage(),
                                PlainName.zip(submit.name()),
                                submit.key(),
                                ask.share().gate(),
                                Optional.of(Noting.handedIn(submit, ask.origin())))
                        .whenCompleteAsync(
                                (taken, failure) -> answer(submit.name(), Optional.ofNullable(taken), failure, answer),
                                threads.here());
            } catch (RefusedPackage e) {
                onRefused.run();
                answer.send(SubmitReply.refused(e));
            } catch (IOException e) {
                answer.send(new Reply.Failure(
                        Refusal.TRY_LATER, Text.of("the package could not be stored: %s", NotNow.inWords(e))));
            }
        }));
    }

    private void answer(String name, Optional<Taken> taken, Throwable failure, Answer answer) {
        if (taken.filter(Taken::waitsForNobody).isPresent()) {
            onRefused.run();
        }
        if (taken.filter(Taken::findsNoRoom).isPresent()) {
            LimitsReached.here().note(Limit.TASKS, name);
        }
        Reply reply = SubmitReply.of(taken, failure, ledger.get());
        answer.send(reply instanceof Reply.TaskState state ? withObstacle(state) : reply);
    }

    /** The same, and why no worker that is about can ever run it. */
    private Reply withObstacle(Reply.TaskState state) {
        Optional<String> why = ledger.get().task(new TaskId(state.task().id())).flatMap(machines::unmet);
        return why.isEmpty()
                ? state
                : new Reply.TaskState(
                        state.task(),
                        state.changed(),
                        state.job(),
                        state.text().map(text -> text + "; " + why.get()).or(() -> why));
    }
}
