package org.mutirao.master.front;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.mutirao.master.dispatch.Dispatcher;
import org.mutirao.master.dispatch.Journal;
import org.mutirao.master.dispatch.WorkerSession;
import org.mutirao.master.inbox.Intake;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.TaskCounts;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.Verdict;
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
import org.mutirao.protocol.wire.WireServer.Answer;

/** The console's requests. Everything runs on the loop but the checking of packages, which waits for the disk elsewhere. */
public final class OperatorDesk {
    private final Supplier<TaskLedger> ledger;
    private final Dispatcher dispatcher;
    private final Journal journal;
    private final Intake intake;
    private final Executor loop;
    private final Executor disk;
    private final GridId grid;
    private final InstantSource wall;
    private final LongSupplier nanos;

    /**
     * Answers from now on.
     *
     * @param ledger the one in force, read on the loop only
     */
    public OperatorDesk(
            Supplier<TaskLedger> ledger,
            Dispatcher dispatcher,
            Journal journal,
            Intake intake,
            Executor loop,
            Executor disk,
            GridId grid,
            InstantSource wall,
            LongSupplier nanos) {
        this.ledger = ledger;
        this.dispatcher = dispatcher;
        this.journal = journal;
        this.intake = intake;
        this.loop = loop;
        this.disk = disk;
        this.grid = grid;
        this.wall = wall;
        this.nanos = nanos;
    }

    /** Answers what needs no change. */
    void answer(OperatorRequest request, Answer answer) {
        if (request instanceof OperatorRequest.ListTasks list) {
            answer.send(list(list));
        } else if (request instanceof OperatorRequest.ShowTask show) {
            answer.send(find(show.task()).map(Rows::details).orElseGet(OperatorDesk::notFound));
        } else if (request instanceof OperatorRequest.ListWorkers) {
            answer.send(workers());
        } else if (request instanceof OperatorRequest.GetStatus) {
            answer.send(new Reply.Status(status()));
        } else if (request instanceof OperatorRequest.CancelTask cancel) {
            change(cancel.task(), answer, task -> new Command.Cancel(task, wall.millis()));
        } else if (request instanceof OperatorRequest.RetryTask retry) {
            change(retry.task(), answer, task -> new Command.Retry(task, wall.millis()));
        }
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

    private void change(String which, Answer answer, Change change) {
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
                String state =
                        ledger.get().task(id).map(task -> task.state().label()).orElse("gone");
                answer.send(new Reply.Failure(
                        Refusal.CONFLICT, "task " + id + " is " + state + ", so that is not possible"));
            } else {
                answer.send(state(id, true));
            }
        });
    }

    private Reply state(TaskId id, boolean changed) {
        return ledger.get()
                .task(id)
                .<Reply>map(task -> new Reply.TaskState(Rows.task(task), changed))
                .orElseGet(OperatorDesk::notFound);
    }

    private Reply workers() {
        List<WorkerRow> rows = new ArrayList<>();
        for (WorkerSession session : dispatcher.workers()) {
            List<Long> holding = ledger.get().leasesOf(session.id()).stream()
                    .map(Lease::task)
                    .map(TaskId::number)
                    .sorted()
                    .toList();
            rows.add(Rows.worker(session, holding, dispatcher.asideReason(session), nanos.getAsLong()));
        }
        return new Reply.WorkerList(rows);
    }

    private StatusRow status() {
        TaskCounts counts = ledger.get().counts();
        int slots = dispatcher.workers().stream()
                .mapToInt(worker -> worker.profile().slots())
                .sum();
        return new StatusRow(
                grid.toString(),
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
        disk.execute(() -> {
            try {
                intake.accept(submit.taskPackage(), PlainName.zip(submit.name()), submit.key())
                        .whenCompleteAsync(
                                (applied, failure) -> answer.send(
                                        failure == null && applied.verdict() instanceof Verdict.Accepted accepted
                                                ? state(accepted.task(), !accepted.repeated())
                                                : new Reply.Failure(
                                                        Refusal.TRY_LATER, "the master can't take more tasks now")),
                                loop);
            } catch (RefusedPackage e) {
                answer.send(new Reply.Failure(Refusal.BAD_REQUEST, e.getMessage() + ". " + e.advice()));
            } catch (IOException e) {
                answer.send(new Reply.Failure(Refusal.TRY_LATER, "the package could not be stored: " + e.getMessage()));
            }
        });
    }
}
