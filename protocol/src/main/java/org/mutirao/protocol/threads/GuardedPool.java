package org.mutirao.protocol.threads;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.mutirao.protocol.text.Text;

/** A fixed number of threads. What a task throws is said once; the thread takes the next one. */
public final class GuardedPool extends ThreadPoolExecutor {
    private static final long IDLE_SECONDS = 10;
    private static final Duration UNWATCHED = Duration.ofDays(1);

    private final String name;
    /** Made once, since most tasks say nothing of themselves. */
    private final String unnamed;

    private final Liveness liveness;
    private final Duration within;
    private final Faults faults;

    private GuardedPool(
            String name, int core, int threads, BlockingQueue<Runnable> queue, Liveness liveness, Duration within) {
        super(core, threads, IDLE_SECONDS, TimeUnit.SECONDS, queue, numbered(name));
        this.name = name;
        this.unnamed = Text.of("a task of %s", name);
        this.liveness = liveness;
        this.within = within;
        this.faults = new Faults(name);
    }

    /**
     * Starts a thread when there is work for it.
     *
     * @param name the threads are called {@code name-1}, {@code name-2} …
     * @param within how long one task takes at most when all is well
     */
    public GuardedPool(String name, int threads, Liveness liveness, Duration within) {
        this(name, threads, threads, new LinkedBlockingQueue<>(), liveness, within);
    }

    /** Watched by nobody. */
    public GuardedPool(String name, int threads) {
        this(name, threads, Liveness.unwatched(), UNWATCHED);
    }

    /** Refuses what comes while so many tasks wait. */
    public static GuardedPool bounded(String name, int threads, int mostWaiting) {
        return new GuardedPool(
                name, threads, threads, new LinkedBlockingQueue<>(mostWaiting), Liveness.unwatched(), UNWATCHED);
    }

    /** A thread for each task, and none waits: refuses what comes while all work. */
    public static GuardedPool upTo(String name, int threads) {
        return new GuardedPool(name, 0, threads, new SynchronousQueue<>(), Liveness.unwatched(), UNWATCHED);
    }

    private static ThreadFactory numbered(String name) {
        AtomicInteger number = new AtomicInteger();
        return task ->
                DaemonThreads.named(name + "-" + number.incrementAndGet()).newThread(task);
    }

    @Override
    public void execute(Runnable task) {
        execute(unnamed, task);
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
                faults.report(Text.of("telling of a fault"), second);
            }
        }
    }

    /** How many faults there were. */
    public long faults() {
        return faults.total();
    }
}
