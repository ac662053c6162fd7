package org.mutirao.protocol.threads;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A fixed number of threads. What a task throws is said once; the thread takes the next one. */
public final class GuardedPool extends ThreadPoolExecutor {
    private final String name;
    private final Liveness liveness;
    private final Duration within;
    private final Faults faults;

    /**
     * Starts a thread when there is work for it.
     *
     * @param name the threads are called {@code name-1}, {@code name-2} …
     * @param within how long one task takes at most when all is well
     */
    public GuardedPool(String name, int threads, Liveness liveness, Duration within) {
        super(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), numbered(name));
        this.name = name;
        this.liveness = liveness;
        this.within = within;
        this.faults = new Faults(name);
    }

    /** Watched by nobody. */
    public GuardedPool(String name, int threads) {
        this(name, threads, Liveness.unwatched(), Duration.ofDays(1));
    }

    private static java.util.concurrent.ThreadFactory numbered(String name) {
        AtomicInteger number = new AtomicInteger();
        return task ->
                DaemonThreads.named(name + "-" + number.incrementAndGet()).newThread(task);
    }

    @Override
    public void execute(Runnable task) {
        execute("a task of " + name, task);
    }

    /** The same, saying what it does. */
    public void execute(String doing, Runnable task) {
        execute(doing, task, fault -> {});
    }

    /**
     * The same.
     *
     * @param onFault told what the task threw, to answer in its place
     */
    public void execute(String doing, Runnable task, Consumer<Throwable> onFault) {
        super.execute(() -> run(doing, task, onFault));
    }

    private void run(String doing, Runnable task, Consumer<Throwable> onFault) {
        try (Activity activity = liveness.activity(name, within)) {
            activity.doing(doing);
            task.run();
        } catch (Throwable fault) { // whatever it is: nothing is swallowed unseen
            faults.report(doing, fault);
            try {
                onFault.accept(fault);
            } catch (Throwable second) { // as above
                faults.report("telling of a fault", second);
            }
        }
    }

    /** How many faults there were. */
    public long faults() {
        return faults.total();
    }
}
