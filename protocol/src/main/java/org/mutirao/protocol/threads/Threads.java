package org.mutirao.protocol.threads;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/** Where a part gets its threads and its time from. A test gives it threads that it steps itself, and a clock that it sets. */
public interface Threads {
    /** Monotonic time. */
    long nanos();

    /**
     * One thread for what is done now and then.
     *
     * @param name of the thread
     * @param activity under which it is watched
     * @param within how long one task takes at most when all is well
     */
    ScheduledExecutorService scheduler(String name, String activity, Duration within);

    /**
     * A fixed number of watched threads.
     *
     * @param within how long one task takes at most when all is well
     */
    ExecutorService pool(String name, int threads, Duration within);

    /** The same, watched by nobody; refuses what comes while so many tasks wait. */
    ExecutorService boundedPool(String name, int threads, int maxWaiting);

    /**
     * Real ones, which outlive what a task throws.
     *
     * @param nanos monotonic
     */
    static Threads guarded(Liveness liveness, LongSupplier nanos) {
        return new Threads() {
            @Override
            public long nanos() {
                return nanos.getAsLong();
            }

            @Override
            public ScheduledExecutorService scheduler(String name, String activity, Duration within) {
                return new GuardedScheduler(name, liveness.activity(activity, within));
            }

            @Override
            public ExecutorService pool(String name, int threads, Duration within) {
                return new GuardedPool(name, threads, liveness, within);
            }

            @Override
            public ExecutorService boundedPool(String name, int threads, int maxWaiting) {
                return GuardedPool.bounded(name, threads, maxWaiting);
            }
        };
    }
}
