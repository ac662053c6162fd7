package org.mutirao.testkit;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/** A loop that runs what it was handed when told to, on the caller's thread. */
public final class StepLoop implements Executor {
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /** Runs everything, and everything that comes of it; returns how much that was. */
    public int runAll() {
        int count = 0;
        while (runNext()) {
            count++;
        }
        return count;
    }

    /** Runs what was handed in first; returns whether there was any. */
    public boolean runNext() {
        Runnable task = tasks.poll();
        if (task != null) {
            task.run();
        }
        return task != null;
    }
}
