package org.mutirao.worker;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Leaving in good order: slots that wait for work stop at once, slots that run finish first. Shared by all slots. */
final class Drain {
    /** What a slot does while it has no task. */
    interface IdleWork<T> {
        T run() throws InterruptedException;
    }

    private final boolean once;
    private final int mostTasks;
    private final Set<Thread> idle = new HashSet<>();
    /** Those that asked for a task, and may get one any moment. */
    private final Set<Thread> waiting = new HashSet<>();

    private int asking;
    private int busy;
    private int taken;
    private boolean begun;

    /**
     * Not begun yet.
     *
     * @param once whether to begin by itself when there is nothing to do
     * @param mostTasks how many tasks are taken in all
     */
    Drain(boolean once, int mostTasks) {
        this.once = once;
        this.mostTasks = mostTasks;
    }

    boolean once() {
        return once;
    }

    synchronized boolean begun() {
        return begun;
    }

    /** From now on nobody takes a new task. */
    synchronized void begin() {
        begun = true;
        idle.forEach(Thread::interrupt);
        waiting.forEach(Thread::interrupt);
        notifyAll();
    }

    /**
     * The same, but those that asked already get their answer: a task that is just being sent would be lost, and one of its attempts with
     * it.
     */
    synchronized void beginGently() {
        begun = true;
        idle.forEach(Thread::interrupt);
        notifyAll();
    }

    synchronized void awaitBegun() throws InterruptedException {
        while (!begun) {
            wait();
        }
    }

    /** Runs something that ends at once when the drain begins; empty in that case. */
    <T> Optional<T> whileIdle(IdleWork<T> work) throws InterruptedException {
        return whileIdle(idle, work);
    }

    /** Asks for a task. That ends at once when the drain begins, unless it begins gently; empty if it ended so, or had begun before. */
    <T> Optional<T> whileAsking(IdleWork<T> work) throws InterruptedException {
        return whileIdle(waiting, work);
    }

    private <T> Optional<T> whileIdle(Set<Thread> among, IdleWork<T> work) throws InterruptedException {
        synchronized (this) {
            if (begun) {
                return Optional.empty();
            }
            among.add(Thread.currentThread());
        }
        try {
            return Optional.of(work.run());
        } catch (InterruptedException e) {
            if (begun()) {
                return Optional.empty();
            }
            throw e;
        } finally {
            stopBeingIdle();
        }
    }

    private synchronized void stopBeingIdle() {
        idle.remove(Thread.currentThread());
        waiting.remove(Thread.currentThread());
        if (begun) {
            Thread.interrupted(); // ours, perhaps come too late; a task that was just taken must not see it
        }
    }

    void pause(Duration length) throws InterruptedException {
        if (!length.isZero()) {
            whileIdle(() -> {
                Thread.sleep(length.toMillis());
                return length;
            });
        }
    }

    /** Whether a slot may ask: not if as many tasks as are taken in all were taken, or may yet come. If so, {@link #askEnds} must follow. */
    synchronized boolean askBegins() {
        if (taken + asking >= mostTasks) {
            return false;
        }
        asking++;
        return true;
    }

    /** The slot asked; {@code gotTask} when it has something to run now. */
    synchronized void askEnds(boolean gotTask) {
        asking--;
        busy += gotTask ? 1 : 0;
        taken += gotTask ? 1 : 0;
    }

    synchronized void taskEnds() {
        busy--;
    }

    /** Whether a task runs, or waits here for its turn. */
    synchronized boolean isBusy() {
        return busy > 0;
    }

    /** How many tasks were taken, those among them that were given back. */
    synchronized int taken() {
        return taken;
    }

    /** Whether no more task is taken. */
    synchronized boolean hasTakenAll() {
        return taken >= mostTasks;
    }

    /** The master has no work just now. Another slot that is still asking may yet get some. */
    synchronized void nothingToDo(boolean allDelivered) {
        if (once && busy == 0 && asking == 0 && allDelivered) {
            begin();
        }
    }
}
