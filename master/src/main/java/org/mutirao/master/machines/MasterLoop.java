package org.mutirao.master.machines;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.mutirao.protocol.threads.EventThread;
import org.mutirao.protocol.threads.Liveness;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns the master's state. What comes after its end is dropped. An event that throws is said once and ends nothing
 * else; only where the log's own entries are applied does that end the process, since its state would no more be the others'.
 */
public final class MasterLoop implements Executor, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MasterLoop.class);
    /** One event: at most a snapshot of all tasks, or taking the lead over them. */
    private static final Duration WITHIN = Duration.ofSeconds(10);
    /** After a tick that threw instead of saying when it is due again. */
    private static final Duration AFTER_FAULT = Duration.ofSeconds(1);

    private final EventThread thread;

    public MasterLoop(Liveness liveness) {
        thread = new EventThread("master-loop", liveness.activity("master's loop", WITHIN));
    }

    @Override
    public void execute(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            log.debug("Dropped an event after the end");
        }
    }

    /** Runs it at once where the caller is the loop, else as the next event. */
    public void executeHere(Runnable task) {
        if (thread.isHere()) {
            task.run();
        } else {
            execute(task);
        }
    }

    /** The same in a while. */
    public void execute(Duration delay, Runnable task) {
        CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS, this)
                .execute(task);
    }

    /** Calls again and again, each time after as long as the last call said. */
    public void repeat(Supplier<Duration> tick) {
        execute(() -> {
            Duration pause = AFTER_FAULT;
            try {
                pause = tick.get();
            } finally {
                execute(pause, () -> repeat(tick));
            }
        });
    }

    @Override
    public void close() {
        thread.close();
    }
}
