package org.mutirao.master.face.http;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.mutirao.master.door.Grid;
import org.mutirao.master.door.Origin;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;

/** How many workers there are, as the leader last said. Nobody waits for the answer, and however many browsers look, it is asked seldom. */
final class Crew {
    private static final long INTERVAL = TimeUnit.SECONDS.toNanos(2);

    /**
     * All workers together.
     *
     * @param slots how many tasks they run at a time
     */
    record Strength(int workers, int slots) {}

    private final Grid grid;
    private final AtomicLong nextLook;
    private volatile Strength last = new Strength(0, 0);

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
                    grid.ask(new OperatorRequest.GetStatus(), Origin.inside()).thenAccept(this::heard);
        }
        return last;
    }

    /** The same, asked for now; what was last known, where that takes too long. */
    Strength now(Duration patience) {
        try {
            heard(grid.ask(new OperatorRequest.GetStatus(), Origin.inside())
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS));
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
        if (reply instanceof Reply.Status status) {
            last = new Strength(status.status().workers(), status.status().slots());
        }
    }
}
