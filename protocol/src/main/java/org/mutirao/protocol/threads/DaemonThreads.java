package org.mutirao.protocol.threads;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;

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

    /** One thread for what is done now and then. */
    public static ScheduledExecutorService clock(String name) {
        return new ScheduledThreadPoolExecutor(1, named(name));
    }
}
