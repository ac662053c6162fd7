package org.mutirao.master.handlers;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.mutirao.master.dispatch.Dispatcher;
import org.mutirao.master.dispatch.Journal;
import org.mutirao.master.durable.DurablePath;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.master.results.ComparedResults;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.ScriptRun;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.WorkerRequest.Delivery;
import org.mutirao.protocol.message.WorkerRequest.SubmitResult;
import org.mutirao.protocol.pack.ResultArchive;
import org.mutirao.protocol.pack.StrangerResult;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.Told;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Workers' results: looks for the lease, then at the file, then makes it durable; a small one is stored before its lease is looked for.
 * Files are looked at and stored on a disk thread, everything else runs on the loop.
 */
public final class ResultHandler {
    private static final Logger log = LoggerFactory.getLogger(ResultHandler.class);

    private final Dispatcher dispatcher;
    private final DurablePath path;
    private final Consumer<Payload> discard;
    private final HandlerThreads threads;
    private final Supplier<GridId> grid;
    private final ByteSize largest;
    private final ComparedResults compared;

    /**
     * Answers from now on.
     *
     * @param path makes a result durable
     * @param discard throws away a payload that goes no further
     * @param largest packed size of one result
     * @param compared compares results of tasks that are verified
     */
    public ResultHandler(
            Dispatcher dispatcher,
            DurablePath path,
            Consumer<Payload> discard,
            HandlerThreads threads,
            Supplier<GridId> grid,
            ByteSize largest,
            ComparedResults compared) {
        this.compared = compared;
        this.dispatcher = dispatcher;
        this.path = path;
        this.discard = discard;
        this.threads = threads;
        this.grid = grid;
        this.largest = largest;
    }

    /**
     * Called on a network thread. The answer comes only when the result would survive a power cut.
     *
     * @param objection why it is not taken from who sends it; asked on the loop
     */
    void submit(SubmitResult submit, Supplier<Optional<Reply>> objection, Answer answer) {
        if (submit.result().blob().size() > largest.bytes()) {
            refuse(
                    submit,
                    answer,
                    refused(
                            Refusal.BAD_REQUEST,
                            Text.of("the payload was refused: more than the %s allowed here", largest)));
            return;
        }
        if (!dispatcher.held().mayVerify() && isSmall(submit)) {
            Supplier<Optional<Reply>> fault =
                    () -> objection.get().or(() -> faultOf(submit)).or(() -> notLookedAt(submit));
            threads.disk().execute(answer.orRefuse(() -> store(submit, false, fault, answer)));
            return;
        }
        threads.loop().execute(answer.orRefuse(() -> {
            Optional<Reply> fault = objection.get().or(() -> faultOf(submit));
            if (fault.isPresent()) {
                refuse(submit, answer, fault.get());
            } else {
                takeIn(submit, answer);
            }
        }));
    }

    /**
     * Whether it may be stored before anybody asks whose it is, since it lies in memory already: so the loop has one thing to do for it
     * in place of two. One that is no ZIP goes the other way, so that its sender hears the same as of a large one.
     */
    private static boolean isSmall(SubmitResult submit) {
        try {
            return submit.result().bytes().isPresent()
                    && submit.delivery().isPresent()
                    && ResultArchive.looksWhole(submit.result());
        } catch (IOException e) {
            return false;
        }
    }

    /** A job that is verified may have come since this result was sent to be stored at once. Then it has to be looked into first. */
    private Optional<Reply> notLookedAt(SubmitResult submit) {
        return dispatcher.held().mayVerify()
                        && told(submit).filter(dispatcher.held()::isToVerify).isPresent()
                ? Optional.of(refused(
                        Refusal.TRY_LATER, Text.of("the result could not be stored here; keep it and try again later")))
                : Optional.empty();
    }

    /** What only verifies a result is compared and thrown away. All else is stored. */
    private void takeIn(SubmitResult submit, Answer answer) {
        Optional<Lease> lease = dispatcher.held().leaseOfResult(submit.peer(), told(submit));
        boolean isToVerify = lease.filter(dispatcher.held()::isToVerify).isPresent();
        Optional<TaskRecord> verified = lease.filter(each -> isToVerify).flatMap(dispatcher.held()::verified);
        if (verified.isPresent()) {
            threads.disk().execute(answer.orRefuse(() -> compare(submit, lease.get(), verified.get(), answer)));
        } else {
            threads.disk().execute(answer.orRefuse(() -> store(submit, isToVerify, Optional::empty, answer)));
        }
    }

    private static Optional<Lease> told(SubmitResult submit) {
        return submit.delivery().map(Delivery::lease);
    }

    private void compare(SubmitResult submit, Lease lease, TaskRecord task, Answer answer) {
        Optional<Reply> fault;
        ComparedResults.Seen seen;
        try {
            fault = faultOfFile(submit);
            seen = fault.isPresent() ? ComparedResults.Seen.NOTHING : compared.further(task, submit.result());
        } catch (IOException e) {
            answer.send(notStored(submit, e));
            return;
        } finally {
            discard.accept(submit.result());
        }
        if (fault.isPresent()) {
            answer.send(fault.get());
            return;
        }
        threads.loop().execute(answer.orRefuse(() -> dispatcher
                .onCheck(
                        submit.peer(),
                        at -> new Command.CompleteCheck(
                                lease,
                                submit.peer(),
                                seen.hash(),
                                seen.difference(),
                                endingOf(submit),
                                runOf(submit),
                                at))
                .whenComplete(
                        (applied, failure) -> answer.send(failure == null ? replyTo(applied) : notDurable(failure)))));
    }

    private static Ending endingOf(SubmitResult submit) {
        return submit.delivery()
                .map(Delivery::ending)
                .map(told -> told.with(WorkerText.printable(told.note())))
                .orElseGet(Ending.Unreported::new);
    }

    private static ScriptRun runOf(SubmitResult submit) {
        return submit.delivery()
                .map(told -> new ScriptRun(told.startedAt(), told.runTime().toMillis()))
                .orElse(ScriptRun.UNKNOWN);
    }

    private void refuse(SubmitResult submit, Answer answer, Reply reply) {
        threads.disk().execute(answer.orRefuse(() -> {
            discard.accept(submit.result());
            answer.send(reply);
        }));
    }

    /**
     * Why a registered worker may not deliver now what another one, that is not about, has done. When this master has just begun to
     * lead, the other one may be on its way to it.
     */
    Optional<Reply> objectionToOrphan(SubmitResult submit) {
        return dispatcher.hasLedLongEnough()
                ? Optional.empty()
                : Optional.of(refused(
                        Refusal.TRY_LATER,
                        Text.of(
                                "worker %s may still register here; keep your copy",
                                submit.peer().brief())));
    }

    /**
     * A result that another worker has to deliver, which lives: this is a copy of its outbox, or a lie. Once the first one has delivered,
     * the copy is a duplicate like any other.
     */
    Reply copyOf(SubmitResult submit) {
        Optional<TaskState.Done> done = submit.delivery()
                .filter(this::isOfThisGrid)
                .flatMap(delivery -> dispatcher.task(delivery.lease().task()))
                .map(TaskRecord::state)
                .filter(TaskState.Done.class::isInstance)
                .map(TaskState.Done.class::cast);
        if (done.isEmpty()) {
            return refused(
                    Refusal.TRY_LATER,
                    Text.of(
                            "worker %s is here and delivers its results itself; keep your copy",
                            submit.peer().brief()));
        }
        boolean same = done.get().result().hash().equals(submit.result().blob().hash());
        return same
                ? new Reply.Ok(true)
                : refused(Refusal.NOT_LEASED, Text.of("another worker delivered another result of that task"));
    }

    private boolean isOfThisGrid(Delivery delivery) {
        return delivery.grid().equals(grid.get());
    }

    /** Only a worker that was handed a task may send a result. Checked before anybody unpacks it. */
    private Optional<Reply> faultOf(SubmitResult submit) {
        Optional<Delivery> delivery = submit.delivery();
        if (!dispatcher.leads()) {
            return Optional.of(refused(Refusal.TRY_LATER, Text.of("this master does not lead at present")));
        }
        if (delivery.isPresent() && !isOfThisGrid(delivery.get())) {
            return Optional.of(refused(Refusal.NOT_LEASED, Text.of("this result belongs to another grid")));
        }
        return dispatcher
                        .held()
                        .leaseOfResult(submit.peer(), delivery.map(Delivery::lease))
                        .isPresent()
                ? Optional.empty()
                : Optional.of(refused(
                        Refusal.NOT_LEASED,
                        delivery.isPresent()
                                ? Text.of("that task was not handed to you, so this result belongs to none")
                                : Text.of("no task was handed to you, so this result belongs to none")));
    }

    /** @param objection asked on the loop once it is stored, where nobody has asked before */
    private void store(SubmitResult submit, boolean isToVerify, Supplier<Optional<Reply>> objection, Answer answer) {
        Optional<Reply> fault;
        Optional<Sha256> content = Optional.empty();
        try {
            fault = faultOfFile(submit);
            if (isToVerify && fault.isEmpty()) {
                content = compared.first(submit.result()).hash();
            }
        } catch (IOException e) {
            discard.accept(submit.result());
            answer.send(notStored(submit, e));
            return;
        } catch (RuntimeException | Error e) {
            discard.accept(submit.result());
            throw e;
        }
        if (fault.isPresent()) {
            discard.accept(submit.result());
            answer.send(fault.get());
            return;
        }
        try {
            Optional<Sha256> hash = content;
            path.put(submit.result(), (blob, journal) -> objection
                            .get()
                            .map(CompletableFuture::completedFuture)
                            .orElseGet(() -> complete(submit, blob, hash, journal)))
                    .whenComplete((reply, failure) -> answer.send(failure == null ? reply : notDurable(failure)));
        } catch (IOException e) {
            answer.send(notStored(submit, e));
        }
    }

    /** What is no readable ZIP in other ways is stored as it was sent. */
    private Optional<Reply> faultOfFile(SubmitResult submit) throws IOException {
        if (!ResultArchive.looksWhole(submit.result())) {
            return Optional.of(refused(Refusal.BAD_REQUEST, Text.of("the result is no whole ZIP file")));
        }
        if (submit.delivery().isEmpty() && neverRan(submit)) {
            threads.loop()
                    .execute(() -> dispatcher.onNeverRun(submit.peer(), Text.kept("its Python never found main.py")));
            return Optional.of(refused(
                    Refusal.BAD_REQUEST,
                    Text.of("your Python never found main.py, so this is no result; the task goes on")));
        }
        return Optional.empty();
    }

    private static boolean neverRan(SubmitResult submit) {
        try {
            return StrangerResult.neverRan(submit.result());
        } catch (IOException e) {
            log.debug("The result of {} can't be looked into: {}", submit.peer().brief(), e.getMessage());
            return false;
        }
    }

    private static Reply notStored(SubmitResult submit, IOException failure) {
        log.warn("A result of worker {} can't be stored now: {}", submit.peer().brief(), failure.getMessage());
        return refused(Refusal.TRY_LATER, Text.of("the result could not be stored here; keep it and try again later"));
    }

    private static Reply notDurable(Throwable failure) {
        return refused(Refusal.TRY_LATER, Told.of(failure, Text.of("it could not be stored safely; try again later")));
    }

    private CompletableFuture<Reply> complete(
            SubmitResult submit, Blob stored, Optional<Sha256> content, Journal journal) {
        Optional<Lease> lease = told(submit).or(() -> dispatcher.held().leaseOfStranger(submit.peer()));
        if (lease.isEmpty()) {
            return CompletableFuture.completedFuture(
                    refused(Refusal.NOT_LEASED, Text.of("no task was handed to you, so this result belongs to none")));
        }
        return dispatcher
                .onResult(
                        submit.peer(),
                        lease.get(),
                        stored,
                        endingOf(submit),
                        runOf(submit),
                        command -> journal.propose(content.isPresent() ? with(command, content.get()) : command))
                .exceptionallyCompose(failure ->
                        CompletableFuture.failedFuture(new Told(Text.of("the log did not take it"), failure)))
                .thenApply(ResultHandler::replyTo);
    }

    private static Command with(Command command, Sha256 content) {
        return command instanceof Command.Complete complete ? complete.with(content) : command;
    }

    private static Reply replyTo(Applied applied) {
        if (applied.verdict() instanceof Verdict.Refused) {
            return refused(
                    Refusal.NOT_LEASED, Text.of("that task was not handed to you, so this result belongs to none"));
        }
        return new Reply.Ok(applied.verdict() instanceof Verdict.Duplicate);
    }

    private static Reply refused(Refusal refusal, String message) {
        return new Reply.Failure(refusal, message);
    }
}
