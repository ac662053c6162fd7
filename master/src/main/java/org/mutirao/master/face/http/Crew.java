package org.mutirao.master.face.http;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.mutirao.master.door.Grid;
import org.mutirao.master.door.Origin;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerRow;

/** All workers together, as the leader last said. However many browsers look, it is asked seldom, and they don't wait for the answer. */
final class Crew {
    private static final long INTERVAL = TimeUnit.SECONDS.toNanos(2);

    /**
     * How much they can do.
     *
     * @param slots how many tasks they run at a time
     * @param busy how many of these slots have one
     */
    record Strength(int workers, int slots, int busy) {
        /** A worker that came back may have leases of before beside those in its slots. */
        static Strength of(List<WorkerRow> workers) {
            return new Strength(
                    workers.size(),
                    workers.stream().mapToInt(WorkerRow::slots).sum(),
                    workers.stream()
                            .mapToInt(worker ->
                                    Math.min(worker.slots(), worker.holding().size()))
                            .sum());
        }
    }

    /** What the leader said once: of the workers, and of their machines. */
    record Sight(Strength strength, MachineSums machines) {
        static Sight of(List<WorkerRow> workers) {
            return new Sight(Strength.of(workers), MachineSums.of(workers));
        }
    }

    private final Grid grid;
    private final AtomicLong nextLook;
    private volatile Sight last = Sight.of(List.of());

    Crew(Grid grid) {
        this.grid = grid;
        this.nextLook = new AtomicLong(grid.ticker().getAsLong());
    }

    /** What is known now; a new answer is asked for if that is old. */
    Strength strength() {
        long now = grid.ticker().getAsLong();
        long due = nextLook.get();
        if (now - due >= 0 && nextLook.compareAndSet(due, now + INTERVAL)) {
            var unused =
                    grid.ask(new OperatorRequest.ListWorkers(), Origin.inside()).thenAccept(this::heard);
        }
        return last.strength();
    }

    /** What the leader says now; what was last known, where that takes too long. */
    Sight now(Duration timeout) {
        try {
            heard(grid.ask(new OperatorRequest.ListWorkers(), Origin.inside())
                    .get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return last;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return last;
    }

    private void heard(Reply reply) {
        if (reply instanceof Reply.WorkerList list) {
            last = Sight.of(list.workers());
        }
    }
}
