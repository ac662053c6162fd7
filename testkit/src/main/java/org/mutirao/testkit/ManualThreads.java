package org.mutirao.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.mutirao.protocol.threads.Threads;

/**
 * Threads without threads: a scheduler's task runs when {@link #run} moves the clock to its time, a pool's task at once. All of it happens
 * on the caller's thread and always in the same order. What a task throws goes to the caller.
 */
public final class ManualThreads implements Threads {
    private static final Duration STEP = Duration.ofMillis(10);

    private final ManualClock clock;
    private final PriorityQueue<Task> tasks = new PriorityQueue<>(
            Comparator.comparingLong((Task task) -> task.at).thenComparingLong(task -> task.number));
    private long scheduled;

    public ManualThreads(ManualClock clock) {
        this.clock = clock;
    }

    @Override
    public long nanos() {
        return clock.nanos();
    }

    /** Lets time pass, and does what is due meanwhile. A task may call it too, as one that sleeps. */
    public void run(Duration time) {
        long end = nanos() + time.toNanos();
        while (!tasks.isEmpty() && tasks.peek().at <= end) {
            Task next = tasks.poll();
            moveTo(next.at);
            next.run();
        }
        moveTo(end);
    }

    /** Lets time pass until something holds; returns whether it came about within that time. */
    public boolean runUntil(BooleanSupplier holds, Duration atMost) {
        long end = nanos() + atMost.toNanos();
        while (!holds.getAsBoolean()) {
            if (nanos() >= end) {
                return false;
            }
            run(STEP);
        }
        return true;
    }

    private void moveTo(long at) {
        if (at > nanos()) {
            clock.advance(Duration.ofNanos(at - nanos()));
        }
    }

    /** Does something once, later. */
    public void after(Duration delay, Runnable what) {
        tasks.add(new Task(what, nanos() + delay.toNanos(), -1));
    }

    @Override
    public ScheduledExecutorService scheduler(String name, String activity, Duration within) {
        return new Scheduler();
    }

    @Override
    public ExecutorService pool(String name, int threads, Duration within) {
        return new Pool();
    }

    @Override
    public ExecutorService boundedPool(String name, int threads, int maxWaiting) {
        return new Pool();
    }

    private final class Task implements ScheduledFuture<Object> {
        private final Runnable what;
        private final long pause;
        private final long number = scheduled++;
        private long at;
        private boolean cancelled;
        private boolean done;

        /** @param pause between two runs; negative for one run only */
        Task(Runnable what, long at, long pause) {
            this.what = what;
            this.at = at;
            this.pause = pause;
        }

        private void run() {
            what.run();
            if (pause < 0) {
                done = true;
            } else if (!cancelled) {
                at = nanos() + pause;
                tasks.add(this);
            }
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(at - nanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            boolean open = !isDone();
            cancelled = cancelled || open;
            tasks.remove(this);
            return open;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }

        @Override
        public boolean isDone() {
            return done || cancelled;
        }

        @Override
        public Object get() {
            throw new UnsupportedOperationException("there is no other thread that could end it");
        }

        @Override
        public Object get(long timeout, TimeUnit unit) {
            return get();
        }
    }

    /** Runs at once what it is given. */
    private static class Pool extends AbstractExecutorService {
        private boolean shut;

        @Override
        public void execute(Runnable task) {
            if (shut) {
                throw new RejectedExecutionException("it was shut down");
            }
            task.run();
        }

        @Override
        public void shutdown() {
            shut = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            shutdown();
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return shut;
        }

        @Override
        public boolean isTerminated() {
            return shut;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return shut;
        }
    }

    private final class Scheduler extends Pool implements ScheduledExecutorService {
        private final List<Task> own = new ArrayList<>();

        private Task add(Runnable what, long delay, long pause, TimeUnit unit) {
            if (isShutdown()) {
                throw new RejectedExecutionException("it was shut down");
            }
            Task task = new Task(what, nanos() + unit.toNanos(delay), pause < 0 ? pause : unit.toNanos(pause));
            own.removeIf(Task::isDone);
            own.add(task);
            tasks.add(task);
            return task;
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            return add(task, delay, -1, unit);
        }

        @Override
        public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
            throw new UnsupportedOperationException("as with the guarded one");
        }

        @Override
        public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long delay, long period, TimeUnit unit) {
            return add(task, delay, period, unit);
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long delay, long pause, TimeUnit unit) {
            return add(task, delay, pause, unit);
        }

        @Override
        public void execute(Runnable task) {
            add(task, 0, -1, TimeUnit.NANOSECONDS);
        }

        @Override
        public void shutdown() {
            super.shutdown();
            own.forEach(task -> task.cancel(false));
            own.clear();
        }
    }
}
