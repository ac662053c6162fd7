package org.mutirao.master.handlers;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.mutirao.master.cluster.GroupHandler;
import org.mutirao.master.dispatch.Dispatcher;
import org.mutirao.master.dispatch.Journal;
import org.mutirao.master.dispatch.WorkerSession;
import org.mutirao.master.inbox.Intake;
import org.mutirao.master.inbox.NotNow;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.TaskCounts;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.master.results.Outputs;
import org.mutirao.master.watch.EventFeed;
import org.mutirao.master.watch.Views;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.StatusRow;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.message.WorkerRow;
import org.mutirao.protocol.pack.PlainName;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.table.SealedSteps;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.threads.Stall;
import org.mutirao.protocol.units.SafeText;
import org.mutirao.protocol.units.Told;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The console's requests. Everything runs on the loop but the checking of packages, which waits for the disk elsewhere. */
public final class OperatorHandler {
    private static final Logger log = LoggerFactory.getLogger(OperatorHandler.class);
    private static final int MAX_NAME = 64;
    private static final int MAX_EVENTS = 500;
    private static final int MAX_REASONS = 50;
    private static final int RETRIES_AT_ONCE = 5;
    private static final int RETRIES_A_SECOND = 1;
    private static final int EXPLANATIONS_AT_ONCE = 100;
    private static final int EXPLANATIONS_A_SECOND = 20;

    private static final SealedSteps<OperatorRequest, OperatorHandler, Answer> REQUESTS =
            SealedSteps.<OperatorRequest, OperatorHandler, Answer>of(OperatorRequest.class)
                    .row(OperatorRequest.SubmitTask.class, (submit, handler, answer) -> handler.submit(submit, answer))
                    .row(OperatorRequest.ListTasks.class, (list, handler, answer) -> answer.send(handler.list(list)))
                    .row(
                            OperatorRequest.ShowTask.class,
                            (show, handler, answer) -> answer.send(handler.show(show.task())))
                    .row(OperatorRequest.ListWorkers.class, (list, handler, answer) -> answer.send(handler.workers()))
                    .row(
                            OperatorRequest.GetStatus.class,
                            (get, handler, answer) -> answer.send(new Reply.Status(handler.status())))
                    .row(
                            OperatorRequest.CancelTask.class,
                            (cancel, handler, answer) -> handler.change(
                                    cancel.task(),
                                    answer,
                                    task -> new Command.Cancel(task, handler.wall.millis()),
                                    NotChanged::cancel))
                    .row(
                            OperatorRequest.RetryTask.class,
                            (retry, handler, answer) -> handler.change(
                                    retry.task(),
                                    answer,
                                    task -> new Command.Retry(task, handler.wall.millis()),
                                    NotChanged::retry))
                    .row(OperatorRequest.RetryFailed.class, (retry, handler, answer) -> handler.retryFailed(answer))
                    .row(
                            OperatorRequest.ChangeWorker.class,
                            (change, handler, answer) -> answer.send(handler.changeWorker(change)))
                    .row(
                            OperatorRequest.ExplainTask.class,
                            (explain, handler, answer) -> answer.send(handler.explain(explain)))
                    .row(
                            OperatorRequest.ReadEvents.class,
                            (read, handler, answer) -> answer.send(handler.events(read.after())))
                    .row(
                            OperatorRequest.ListMasters.class,
                            (list, handler, answer) -> answer.send(handler.masters.list()))
                    .row(
                            OperatorRequest.SayToGroup.class,
                            (say, handler, answer) -> answer.send(handler.masters.say(say)))
                    .row(
                            OperatorRequest.ChangeMasters.class,
                            (change, handler, answer) -> handler.masters.change(change, answer))
                    .row(
                            OperatorRequest.GetResult.class,
                            (get, handler, answer) -> handler.withTask(get.task(), answer, handler.outputs::result))
                    .row(
                            OperatorRequest.ReadLog.class,
                            (read, handler, answer) -> handler.withTask(
                                    read.task(), answer, task -> handler.outputs.log(task, read.stream(), read.from())))
                    .build();

    private final Supplier<TaskLedger> ledger;
    private final Dispatcher dispatcher;
    private final Journal journal;
    private final Intake intake;
    private final Executor loop;
    private final Executor disk;
    private final Supplier<GridId> grid;
    private final InstantSource wall;
    private final LongSupplier nanos;
    private final EventFeed feed;
    private final Liveness liveness;
    private final Outputs outputs;
    private final GroupHandler masters;
    private final FailedTasks failed;
    private final Allowance retries;
    private final Allowance explanations;

    /**
     * Answers from now on.
     *
     * @param ledger the one in force, read on the loop only
     */
    public OperatorHandler(
            Supplier<TaskLedger> ledger,
            Dispatcher dispatcher,
            Journal journal,
            Intake intake,
            Executor loop,
            Executor disk,
            Supplier<GridId> grid,
            InstantSource wall,
            LongSupplier nanos,
            Views views,
            Outputs outputs,
            GroupHandler masters) {
        this.masters = masters;
        this.feed = views.feed();
        this.liveness = views.liveness();
        this.outputs = outputs;
        this.ledger = ledger;
        this.dispatcher = dispatcher;
        this.journal = journal;
        this.intake = intake;
        this.loop = loop;
        this.disk = disk;
        this.grid = grid;
        this.wall = wall;
        this.nanos = nanos;
        this.failed = new FailedTasks(ledger, journal, wall, loop);
        this.retries = new Allowance(RETRIES_AT_ONCE, RETRIES_A_SECOND, nanos);
        this.explanations = new Allowance(EXPLANATIONS_AT_ONCE, EXPLANATIONS_A_SECOND, nanos);
    }

    /** Answers on the loop; what needs the disk goes on elsewhere. */
    void answer(OperatorRequest request, Answer answer) {
        REQUESTS.run(request, this, answer);
    }

    private void retryFailed(Answer answer) {
        if (retries.take()) {
            failed.retry(answer);
        } else {
            answer.send(tooOften("failed tasks are retried", RETRIES_A_SECOND));
        }
    }

    private Reply explain(OperatorRequest.ExplainTask explain) {
        return explanations.take()
                ? find(explain.task()).map(this::explain).orElseGet(OperatorHandler::notFound)
                : tooOften("tasks are explained", EXPLANATIONS_A_SECOND);
    }

    private Reply show(String task) {
        return find(task).<Reply>map(Rows::details).orElseGet(OperatorHandler::notFound);
    }

    private Reply events(long after) {
        return new Reply.EventList(feed.after(after, MAX_EVENTS), feed.lastId());
    }

    private interface DiskWork {
        Reply of(TaskRecord task) throws IOException;
    }

    private void withTask(String which, Answer answer, DiskWork work) {
        Optional<TaskRecord> task = find(which);
        if (task.isEmpty()) {
            answer.send(notFound());
            return;
        }
        disk.execute(answer.orRefuse(() -> {
            try {
                answer.send(work.of(task.get()));
            } catch (IOException e) {
                answer.send(unread(which, e));
            }
        }));
    }

    private static Reply unread(String task, IOException failure) {
        if (failure instanceof Told told) {
            return new Reply.Failure(Refusal.CONFLICT, told.getMessage());
        }
        log.warn("The result of task {} can't be read: {}", SafeText.of(task, ' ', MAX_NAME), failure.toString());
        return new Reply.Failure(
                Refusal.TRY_LATER,
                "its result can't be read: the file is damaged, or the master's disk is; the master's log says more");
    }

    private static Reply tooOften(String what, int aSecond) {
        return new Reply.Failure(
                Refusal.TRY_LATER, what + " at most " + aSecond + " times a second for all who ask; wait a little");
    }

    private Reply changeWorker(OperatorRequest.ChangeWorker change) {
        List<WorkerSession> meant = dispatcher.workers().stream()
                .filter(worker -> worker.id().value().startsWith(change.worker())
                        || worker.profile().name().equals(change.worker()))
                .toList();
        if (meant.size() != 1) {
            return new Reply.Failure(
                    Refusal.NOT_FOUND,
                    (meant.isEmpty() ? "there is no such worker" : "more than one worker is called so")
                            + "; 'console workers' lists them with their ids");
        }
        WorkerSession worker = meant.get(0);
        switch (change.change()) {
            case DRAIN -> dispatcher.drain(worker);
            case RESUME -> dispatcher.resume(worker);
            case ASIDE -> dispatcher.putAside(worker);
            case FORGET -> dispatcher.onLeave(worker.id());
        }
        return new Reply.WorkerState(row(worker));
    }

    private Reply explain(TaskRecord task) {
        List<String> reasons = new ArrayList<>(liveness.stalls().stream()
                .map(OperatorHandler::saying)
                .limit(MAX_REASONS)
                .toList());
        if (task.state() instanceof TaskState.Queued queued) {
            long wait = queued.notBefore() - wall.millis();
            if (wait > 0) {
                reasons.add("It waits " + (wait / 1000 + 1) + " more seconds after a lost attempt.");
            }
            if (dispatcher.workers().isEmpty()) {
                reasons.add("No worker is about. Start 'java -jar worker.jar' on some machines of this network.");
            }
            dispatcher.workers().stream().limit(MAX_REASONS).forEach(worker -> reasons.add(explain(task, worker)));
        } else if (task.state() instanceof TaskState.Leased leased) {
            reasons.add("Worker " + leased.worker().brief() + " has it, attempt "
                    + leased.attempt().number() + ".");
        } else {
            Rows.task(task).explanation().ifPresent(reasons::add);
        }
        return new Reply.Explanation(Rows.task(task), reasons);
    }

    private static String saying(Stall stall) {
        String text = stall.sentence();
        return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
    }

    private String explain(TaskRecord task, WorkerSession worker) {
        String name = worker.profile().name().isEmpty()
                ? worker.id().brief()
                : worker.profile().name() + " (" + worker.id().brief() + ")";
        return name + " "
                + dispatcher
                        .obstacle(task, worker)
                        .orElse("would get it, or one before it in the queue, if it asked now")
                + ".";
    }

    private Reply list(OperatorRequest.ListTasks list) {
        List<TaskRow> rows = new ArrayList<>();
        for (TaskRecord task : ledger.get().tasksAfter(list.after())) {
            if (list.state().isEmpty() || list.state().get().equals(task.state().label())) {
                if (rows.size() == list.limit()) {
                    return new Reply.TaskList(rows, true);
                }
                rows.add(Rows.task(task));
            }
        }
        return new Reply.TaskList(rows, false);
    }

    private Optional<TaskRecord> find(String which) {
        if (which.matches("[1-9]\\d{0,17}")) {
            Optional<TaskRecord> byId = ledger.get().task(TaskId.parse(which));
            if (byId.isPresent()) {
                return byId;
            }
        }
        return ledger.get().newestNamed(which);
    }

    private static Reply notFound() {
        return new Reply.Failure(Refusal.NOT_FOUND, "there is no such task; 'console tasks' lists them");
    }

    private interface Change {
        Command of(TaskId task);
    }

    private void change(String which, Answer answer, Change change, Function<TaskRecord, String> whyNot) {
        Optional<TaskRecord> found = find(which);
        if (found.isEmpty()) {
            answer.send(notFound());
            return;
        }
        TaskId id = found.get().id();
        journal.propose(change.of(id)).whenComplete((applied, failure) -> {
            if (failure != null) {
                answer.send(new Reply.Failure(Refusal.TRY_LATER, "the log did not take it; try again"));
            } else if (applied.verdict() instanceof Verdict.Refused) {
                String why = ledger.get().task(id).map(whyNot).orElse("task " + id + " is not known any more");
                answer.send(new Reply.Failure(Refusal.CONFLICT, why));
            } else {
                answer.send(state(id, true));
            }
        });
    }

    private Reply state(TaskId id, boolean changed) {
        return ledger.get()
                .task(id)
                .<Reply>map(task -> new Reply.TaskState(Rows.task(task), changed))
                .orElseGet(OperatorHandler::notFound);
    }

    private Reply workers() {
        List<WorkerRow> rows = new ArrayList<>();
        for (WorkerSession session : dispatcher.workers()) {
            rows.add(row(session));
        }
        return new Reply.WorkerList(rows);
    }

    private WorkerRow row(WorkerSession session) {
        List<Long> holding = ledger.get().leasesOf(session.id()).stream()
                .map(Lease::task)
                .map(TaskId::number)
                .sorted()
                .toList();
        return Rows.worker(session, holding, dispatcher.asideReason(session), nanos.getAsLong());
    }

    private StatusRow status() {
        TaskCounts counts = ledger.get().counts();
        int slots = dispatcher.workers().stream()
                .mapToInt(worker -> worker.profile().slots())
                .sum();
        return new StatusRow(
                grid.get().toString(),
                counts.queued(),
                counts.leased(),
                counts.done(),
                counts.unsuccessful(),
                counts.failed(),
                counts.cancelled(),
                dispatcher.workers().size(),
                slots);
    }

    /** Called on a network thread. The answer comes only when the package would survive a power cut. */
    void submit(OperatorRequest.SubmitTask submit, Answer answer) {
        disk.execute(answer.orRefuse(() -> {
            try {
                intake.accept(submit.taskPackage(), PlainName.zip(submit.name()), submit.key())
                        .whenCompleteAsync(
                                (applied, failure) -> answer.send(SubmitReply.of(
                                        failure == null ? Optional.of(applied.verdict()) : Optional.empty(),
                                        ledger.get())),
                                loop);
            } catch (RefusedPackage e) {
                answer.send(new Reply.Failure(Refusal.BAD_REQUEST, e.getMessage() + ". " + e.advice()));
            } catch (IOException e) {
                answer.send(
                        new Reply.Failure(Refusal.TRY_LATER, "the package could not be stored: " + NotNow.inWords(e)));
            }
        }));
    }
}
