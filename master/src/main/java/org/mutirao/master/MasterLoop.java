package org.mutirao.master;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that owns the master's state. What comes after its end is dropped. */
final class MasterLoop implements Executor, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MasterLoop.class);

    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "master-loop"));

    @Override
    public void execute(Runnable task) {
        try {
            thread.execute(() -> run(task));
        } catch (RejectedExecutionException e) {
            log.debug("Dropped an event after the end");
        }
    }

    /** The same in a while. */
    void execute(Duration delay, Runnable task) {
        try {
            thread.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("Dropped an event after the end");
        }
    }

    /** Calls again and again, each time after as long as the last call said. */
    void repeat(Supplier<Duration> tick) {
        try {
            thread.schedule(
                    () -> {
                        Duration[] pause = {Duration.ofSeconds(1)};
                        run(() -> pause[0] = tick.get());
                        thread.schedule(() -> repeat(tick), pause[0].toMillis(), TimeUnit.MILLISECONDS);
                    },
                    0,
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("No tick after the end");
        }
    }

    /** One event that goes wrong must not end the rest. */
    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.error("An event was dropped after an unexpected failure; please report this", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
