package org.mutirao.master.handlers;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.mutirao.master.dispatch.Journal;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.master.results.Outputs;
import org.mutirao.master.watch.KnownMachines;
import org.mutirao.master.watch.Scope;
import org.mutirao.protocol.id.ResourceUse;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;
import org.mutirao.protocol.units.Told;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators ask of tasks. Everything runs on the loop but the reading of results, which waits for the disk elsewhere. */
public final class TaskHandler {
    private static final Logger log = LoggerFactory.getLogger(TaskHandler.class);
    private static final int MAX_NAME = 64;
    private static final int RETRIES_AT_ONCE = 5;
    private static final int RETRIES_A_SECOND = 1;

    private final Supplier<TaskLedger> ledger;
    private final Selectors tasks;
    private final Journal journal;
    private final HandlerThreads threads;
    private final Outputs outputs;
    private final KnownMachines machines;
    private final InstantSource clock;
    private final FailedTasks failed;
    private final Allowance retries;

    /**
     * Answers from now on.
     *
     * @param ledger the one in force, read on the loop only
     * @param machines of the workers that are about
     * @param ticker monotonic, in nanoseconds
     */
    public TaskHandler(
            Supplier<TaskLedger> ledger,
            Journal journal,
            HandlerThreads threads,
            Outputs outputs,
            KnownMachines machines,
            InstantSource clock,
            LongSupplier ticker) {
        this.ledger = ledger;
        this.tasks = new Selectors(ledger);
        this.journal = journal;
        this.threads = threads;
        this.outputs = outputs;
        this.machines = machines;
        this.clock = clock;
        this.failed = new FailedTasks(ledger, journal, clock, threads.loop());
        this.retries = new Allowance(RETRIES_AT_ONCE, RETRIES_A_SECOND, ticker);
    }

    Reply list(OperatorRequest.ListTasks list, Scope scope) {
        Optional<Selection> among = list.job().map(tasks.within(scope)::find);
        if (among.isPresent() && among.get().isEmpty()) {
            return Selectors.nothing();
        }
        Set<TaskStatus> states = list.state().map(TaskStatus::named).orElse(Set.of());
        if (list.state().isPresent() && states.isEmpty()) {
            return new Reply.Failure(
                    Refusal.BAD_REQUEST,
                    Text.of("there is no such state of a task; there are %s", String.join(", ", TaskStatus.LABELS)));
        }
        List<TaskRow> rows = new ArrayList<>();
        Iterator<TaskRecord> meant = among.filter(found -> !found.everything())
                .map(found -> new TaskRanges(found, ledger.get()).after(list.after()))
                .orElseGet(() -> ledger.get().tasksAfter(list.after()).iterator());
        while (meant.hasNext()) {
            TaskRecord task = meant.next();
            if (scope.has(task.job())
                    && (states.isEmpty() || states.contains(task.state().status()))) {
                if (rows.size() == list.limit()) {
                    return new Reply.TaskList(rows, true);
                }
                rows.add(machines.row(task));
            }
        }
        return new Reply.TaskList(rows, false);
    }

    void show(String which, Ask ask) {
        Optional<TaskRecord> open = tasks.within(ask.scope()).findTask(which).filter(task -> !task.state()
                .ended());
        if (open.isPresent()) {
            ask.answer().send(machines.details(open.get(), ResourceUse.unknown()));
        } else {
            withTask(which, ask, task -> machines.details(task, outputs.used(task)));
        }
    }

    void cancel(OperatorRequest.CancelTask cancel, Ask ask) {
        change(cancel.task(), ask, task -> new Command.Cancel(task, clock.millis()), NotChanged::cancel);
    }

    void retry(OperatorRequest.RetryTask retry, Ask ask) {
        Optional<Reply> full = tasks.within(ask.scope())
                .findTask(retry.task())
                .filter(task -> task.state().isToRunAgain(false))
                .flatMap(task -> ask.share().runAgain(() -> Map.of(task.job(), 1L)));
        if (full.isPresent()) {
            ask.answer().send(full.get());
            return;
        }
        change(retry.task(), ask, task -> new Command.Retry(task, clock.millis()), NotChanged::retry);
    }

    void retryFailed(Answer answer) {
        if (retries.take()) {
            failed.retry(answer);
        } else {
            answer.send(retries.refusal(Text.of("failed tasks are retried")));
        }
    }

    void result(OperatorRequest.GetResult get, Ask ask) {
        withTask(get.task(), ask, outputs::result);
    }

    void log(OperatorRequest.ReadLog read, Ask ask) {
        withTask(read.task(), ask, task -> outputs.log(task, read.stream(), read.from()));
    }

    private interface DiskWork {
        Reply of(TaskRecord task) throws IOException;
    }

    private void withTask(String which, Ask ask, DiskWork work) {
        Answer answer = ask.answer();
        Selectors own = tasks.within(ask.scope());
        Optional<TaskRecord> task = own.findTask(which);
        if (task.isEmpty()) {
            answer.send(own.noTask(which));
            return;
        }
        threads.disk().execute(answer.orRefuse(() -> {
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
                Text.of(
                        "its result can't be read: the file is damaged, or the master's disk is; the master's log says more"));
    }

    private interface Change {
        Command of(TaskId task);
    }

    private void change(String which, Ask ask, Change change, Function<TaskRecord, String> whyNot) {
        Answer answer = ask.answer();
        Selectors own = tasks.within(ask.scope());
        Optional<TaskRecord> found = own.findTask(which);
        if (found.isEmpty()) {
            answer.send(own.noTask(which));
            return;
        }
        TaskId id = found.get().id();
        journal.propose(change.of(id)).whenComplete((applied, failure) -> {
            if (failure != null) {
                answer.send(new Reply.Failure(Refusal.TRY_LATER, Text.of("the log did not take it; try again")));
            } else if (applied.verdict() instanceof Verdict.Refused) {
                String why =
                        ledger.get().task(id).map(whyNot).orElseGet(() -> Text.of("task %s is not known any more", id));
                answer.send(new Reply.Failure(Refusal.CONFLICT, why));
            } else {
                answer.send(state(id, true));
            }
        });
    }

    private Reply state(TaskId id, boolean changed) {
        return ledger.get()
                .task(id)
                .<Reply>map(task -> new Reply.TaskState(machines.row(task), changed))
                .orElseGet(() -> tasks.noTask(id.toString()));
    }
}
