package org.mutirao.protocol.threads;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.mutirao.protocol.text.Text;

/**
 * One thread that runs what it is given, first come, first served. What a task throws is said once and ends nothing. For very many short
 * tasks: a scheduler would sort each into its heap, and a pool takes locks for each. Here a task costs one node of a queue, and only a
 * thread that sleeps is woken.
 */
public final class EventThread implements Executor, AutoCloseable {
    /** The one whose thread this is. */
    private static final ThreadLocal<EventThread> HERE = new ThreadLocal<>();

    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final Activity activity;
    private final Faults faults;
    private final Thread thread;
    /** What is done once the task under way is over; of this thread only. */
    private final List<Runnable> afterwards = new ArrayList<>();

    private volatile boolean asleep;
    /** Whether it takes no more. */
    private volatile boolean closed;

    private volatile boolean ended;

    /**
     * Watched by that activity, which is told of each task; a task may say more.
     *
     * @param name of the thread
     */
    public EventThread(String name, Activity activity) {
        this.activity = activity;
        this.faults = new Faults(name);
        this.thread = DaemonThreads.named(name).newThread(this::run);
        thread.start();
    }

    /** @throws RejectedExecutionException after the end */
    @Override
    public void execute(Runnable task) {
        if (closed) {
            throw new RejectedExecutionException();
        }
        waiting.add(task);
        if (closed && waiting.remove(task)) { // it was closed meanwhile, and perhaps nobody looks any more
            throw new RejectedExecutionException();
        }
        wake();
    }

    private void wake() {
        if (asleep) {
            asleep = false; // the next that comes need not wake it too
            LockSupport.unpark(thread);
        }
    }

    /**
     * Runs it once the task of an event thread that calls this is over, and at once on any other thread. What is asked for several times
     * by one task, as {@code equals} tells, is done once: so many answers of one task can wake their reader together.
     */
    public static void afterTask(Runnable last) {
        EventThread here = HERE.get();
        if (here == null) {
            last.run();
        } else if (!here.afterwards.contains(last)) {
            here.afterwards.add(last);
        }
    }

    /** Whether the caller runs on this thread. */
    public boolean isHere() {
        return HERE.get() == this;
    }

    private void run() {
        HERE.set(this);
        while (!ended) {
            boolean noMoreComes = closed; // asked first: else one could come between the two
            Runnable task = waiting.poll();
            if (task == null && noMoreComes) {
                ended = true;
            } else if (task == null) {
                sleep();
            } else {
                activity.doing(new Named(task));
                guarded(task);
                for (int i = 0; i < afterwards.size(); i++) { // one of them may ask for another
                    guarded(afterwards.get(i));
                }
                afterwards.clear();
            }
        }
        activity.idle();
    }

    private void sleep() {
        activity.idle();
        asleep = true;
        if (waiting.isEmpty() && !closed) { // else it came before anybody could know that this thread has to be woken
            LockSupport.park(this);
        }
        asleep = false;
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable fault) { // whatever it is: the next task comes
            faults.report(activity.now().orElseGet(() -> Text.of("a task")), fault);
        } finally {
            Thread.interrupted(); // it would end what the next task waits for, and keep this thread awake
        }
    }

    /** What waits is still run. */
    public void shutdown() {
        closed = true;
        wake();
    }

    /** The task under way is interrupted, and is the last one. What waits is dropped. */
    @Override
    public void close() {
        ended = true;
        closed = true;
        thread.interrupt();
    }
}
