package org.mutirao.protocol.threads;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import org.mutirao.protocol.text.Text;

/** Threads that keep no program from ending. */
public final class DaemonThreads {
    private DaemonThreads() {}

    /** Threads of that name. */
    public static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** A thread for one thing, not started yet. What it throws is said, at the latest by the {@link LastResort}. */
    public static Thread once(String name, Runnable task) {
        Faults faults = new Faults(name);
        return named(name).newThread(() -> {
            try {
                task.run();
            } catch (Throwable fault) { // whatever it is: no thread ends unseen
                faults.report(Text.of("its work"), fault);
            }
        });
    }

    /** One thread for what is done now and then; what a task throws is said once, and the schedule goes on. */
    public static ScheduledExecutorService clock(String name) {
        return new GuardedScheduler(name);
    }
}
