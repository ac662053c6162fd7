package org.mutirao.master.handlers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.mutirao.master.dispatch.Dispatcher;
import org.mutirao.master.dispatch.WorkerSession;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.watch.EventFeed;
import org.mutirao.master.watch.Rows;
import org.mutirao.master.watch.Scope;
import org.mutirao.master.watch.Views;
import org.mutirao.master.wheels.WheelFolder;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.message.EventRow;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.StatusRow;
import org.mutirao.protocol.message.WheelRow;
import org.mutirao.protocol.message.WorkerRow;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators ask of the workers and of the grid as a whole. For the loop. */
public final class FleetHandler {
    private static final Logger log = LoggerFactory.getLogger(FleetHandler.class);
    private static final int MAX_EVENTS = 500;
    private static final int MAX_WHEELS = 2000;

    private final Supplier<TaskLedger> ledger;
    private final Dispatcher dispatcher;
    private final Views views;
    private final Supplier<GridId> grid;
    private final LongSupplier ticker;
    private final WheelFolder wheels;
    private final Executor disk;

    /**
     * Answers from now on.
     *
     * @param ledger the one in force
     * @param ticker monotonic, in nanoseconds
     * @param disk threads that may wait for a disk
     */
    public FleetHandler(
            Supplier<TaskLedger> ledger,
            Dispatcher dispatcher,
            Views views,
            Supplier<GridId> grid,
            LongSupplier ticker,
            WheelFolder wheels,
            Executor disk) {
        this.ledger = ledger;
        this.dispatcher = dispatcher;
        this.views = views;
        this.grid = grid;
        this.ticker = ticker;
        this.wheels = wheels;
        this.disk = disk;
    }

    Reply workers() {
        List<WorkerRow> rows = new ArrayList<>();
        for (WorkerSession session : dispatcher.fleet().all()) {
            rows.add(row(session, session.facts().map(facts -> facts.withPackages(List.of()))));
        }
        return new Reply.WorkerList(rows);
    }

    /** What lies in the folder from which workers install. */
    void wheels(Answer answer) {
        disk.execute(answer.orRefuse(() -> {
            try {
                List<WheelRow> all = wheels.rows();
                answer.send(
                        new Reply.WheelList(all.subList(0, Math.min(MAX_WHEELS, all.size())), all.size() > MAX_WHEELS));
            } catch (IOException e) {
                log.debug("The folder of wheels can't be read", e);
                answer.send(
                        new Reply.Failure(Refusal.CONFLICT, Text.of("the master can't read its folder of wheels now")));
            }
        }));
    }

    /** One with all that it told of its machine. */
    Reply show(OperatorRequest.ShowWorker show) {
        List<WorkerSession> meant = meant(show.worker());
        return meant.size() == 1 ? new Reply.WorkerState(row(meant.get(0))) : notOne(meant);
    }

    private static Reply notOne(List<WorkerSession> meant) {
        return new Reply.Failure(
                Refusal.NOT_FOUND,
                meant.isEmpty()
                        ? Text.of("there is no such worker; 'console workers' lists them with their ids")
                        : Text.of("more than one worker is called so; 'console workers' lists them with their ids"));
    }

    Reply change(OperatorRequest.ChangeWorker change) {
        List<WorkerSession> meant = meant(change.worker());
        if (meant.size() != 1) {
            return notOne(meant);
        }
        WorkerSession worker = meant.get(0);
        switch (change.change()) {
            case DRAIN -> dispatcher.fleet().drain(worker);
            case RESUME -> dispatcher.resume(worker);
            case ASIDE -> dispatcher.fleet().quarantine(worker);
            case FORGET -> dispatcher.onLeave(worker.id());
        }
        return new Reply.WorkerState(row(worker));
    }

    /** The one with just this id; without it, all whose id begins so or who are called so. */
    private List<WorkerSession> meant(String word) {
        List<WorkerSession> named = dispatcher.fleet().all().stream()
                .filter(worker -> worker.id().value().startsWith(word)
                        || worker.profile().name().equals(word))
                .toList();
        return named.stream()
                .filter(worker -> worker.id().value().equals(word))
                .findFirst()
                .map(List::of)
                .orElse(named);
    }

    private WorkerRow row(WorkerSession session) {
        return row(session, session.facts());
    }

    private WorkerRow row(WorkerSession session, Optional<WorkerFacts> facts) {
        List<Long> holding = ledger.get().leasesOf(session.id()).stream()
                .map(Lease::task)
                .map(TaskId::number)
                .sorted()
                .toList();
        return Rows.worker(session, holding, dispatcher.fleet().whyOut(session), facts, ticker.getAsLong());
    }

    Reply status() {
        int slots = dispatcher.fleet().all().stream()
                .mapToInt(worker -> worker.profile().slots())
                .sum();
        return new Reply.Status(StatusRow.of(
                grid.get().toString(),
                Rows.counts(ledger.get().counts()),
                dispatcher.fleet().all().size(),
                slots));
    }

    Reply events(OperatorRequest.ReadEvents read, Scope scope) {
        EventFeed feed = views.feed();
        List<EventRow> events = read.job().isPresent()
                ? feed.ofJob(read.job().get(), read.after(), MAX_EVENTS)
                : feed.after(read.after(), MAX_EVENTS);
        return new Reply.EventList(views.board().among(scope, events), feed.lastId());
    }
}
