package org.mutirao.protocol.threads;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.mutirao.protocol.text.Text;

/**
 * One thread that runs what it is given, first come, first served. What a task throws is said once and ends nothing. For very many short
 * tasks: a scheduler would sort each into its heap, and wrap it twice.
 */
public final class EventThread extends ThreadPoolExecutor {
    private final Activity activity;
    private final Faults faults;

    /**
     * Watched by that activity, which is told of each task; a task may say more.
     *
     * @param name of the thread
     */
    public EventThread(String name, Activity activity) {
        super(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), DaemonThreads.named(name));
        this.activity = activity;
        this.faults = new Faults(name);
    }

    @Override
    public void execute(Runnable task) {
        super.execute(new Guarded(task));
    }

    private final class Guarded implements Runnable {
        private final Runnable task;

        Guarded(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            activity.doing(this);
            try {
                task.run();
            } catch (Throwable fault) { // whatever it is: the next task comes
                faults.report(activity.now().orElseGet(() -> Text.of("a task")), fault);
            } finally {
                activity.idle();
            }
        }

        /** What a task is called when somebody asks: after the class that it was written in. */
        @Override
        public String toString() {
            return GuardedScheduler.nameOf(task);
        }
    }
}
