package org.mutirao.protocol.threads;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.mutirao.protocol.text.Text;

/**
 * One thread for what is done now and then. What a task throws is said once and ends nothing: the JDK's own would silently never call a
 * repeated task again.
 */
public final class GuardedScheduler extends ScheduledThreadPoolExecutor {
    private final Activity activity;
    private final Faults faults;

    /**
     * Watched by that activity, which is told of each task by the scheduler's name; a task may say more.
     *
     * @param name of the thread
     */
    public GuardedScheduler(String name, Activity activity) {
        super(1, DaemonThreads.named(name));
        this.activity = activity;
        this.faults = new Faults(name);
        setRemoveOnCancelPolicy(true);
    }

    /** Watched by nobody. */
    public GuardedScheduler(String name) {
        this(name, Liveness.unwatched().activity(name, Duration.ofDays(1)));
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return super.schedule(guarded(task), delay, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("A failure would be seen by nobody; give a Runnable");
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long delay, long period, TimeUnit unit) {
        return super.scheduleAtFixedRate(guarded(task), delay, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long delay, long pause, TimeUnit unit) {
        return super.scheduleWithFixedDelay(guarded(task), delay, pause, unit);
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            activity.doing(new Named(task));
            try {
                task.run();
            } catch (Throwable fault) { // whatever it is: the schedule goes on
                faults.report(activity.now().orElseGet(() -> Text.of("a task")), fault);
            } finally {
                activity.idle();
            }
        };
    }
}
