package org.mutirao.master.dispatch;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskNeeds;

/**
 * Queued tasks that nobody is being given: the highest priority first, then the oldest. Jobs of one priority are served in turns, one task at
 * a time, and all tasks that are in none, or were in a worker's hands before, have turns as one job has. So a large job does not keep a small
 * one waiting. However many there are of what a worker has no room for, a look costs the same: tasks that ask the same share a {@link Lane}.
 *
 * <p>A delay is waited for by a clock that only goes forward, and never longer than it was meant to be: the masters' wall clocks may
 * differ, and jump. For the loop.
 */
final class ReadyQueue {
    /** A worker that wants a task. */
    interface Taker {
        /** Where its last look ended. */
        LongLook.Place place();

        /** Whether it has what such tasks ask for. */
        Fit fit(TaskNeeds needs);

        /** Whether it may have a task that it has room for. */
        boolean mayHave(TaskId task);

        /** A task that asks for this would come before the one that is taken, if there were room for it. */
        void passesOver(TaskNeeds needs);
    }

    private final Lanes lanes = new Lanes();
    private final Map<JobId, QueuedJob> jobs = new HashMap<>();
    private final TreeSet<DelayedTask> delayed = new TreeSet<>(DelayedTask.ORDER);
    /** Of each priority, the last turn of what waits one by one. */
    private final Map<Integer, Long> turnOfTasks = new HashMap<>();

    private long turns;

    /**
     * Adds one.
     *
     * @param wallMillis now, by the clock of the task's times
     * @param millis now, by the clock that is waited by
     */
    void add(TaskRecord task, TaskState.Queued queued, long wallMillis, long millis) {
        long meant = Math.max(0, queued.notBefore() - queued.since());
        long wait = Math.min(queued.notBefore() - wallMillis, meant);
        if (wait > 0) {
            delayed.add(new DelayedTask(task, millis + wait));
        } else {
            add(task.id(), task.priority(), task.needs());
        }
    }

    private void add(TaskId task, int priority, TaskNeeds needs) {
        turnOfTasks.computeIfAbsent(priority, none -> ++turns);
        Lane lane = lanes.of(needs);
        lane.tasks().add(new QueuedTask(priority, task, lane));
    }

    /** The tasks of a job that never had a lease, by their places in the job; they replace those that it had here. */
    void add(JobView job, BitSet waiting) {
        remove(job.id());
        if (!waiting.isEmpty()) {
            Lane lane = lanes.of(job.plan().needs());
            QueuedJob queued = new QueuedJob(job, waiting, lane, ++turns);
            jobs.put(job.id(), queued);
            lane.jobs().add(queued);
        }
    }

    /** A job has nothing that waits any more. */
    void remove(JobId id) {
        QueuedJob job = jobs.remove(id);
        if (job != null) {
            job.lane().jobs().remove(job);
            lanes.tidy(job.lane());
        }
    }

    /** A task is not to be handed out any more. */
    void remove(TaskRecord task) {
        waiting(task).ifPresent(this::remove);
        QueuedJob job = jobs.get(task.job());
        if (job != null) {
            job.remove(task.id());
            if (job.isEmpty()) {
                remove(job.id());
            }
        }
    }

    private void remove(QueuedTask task) {
        task.lane().tasks().remove(task);
        lanes.tidy(task.lane());
    }

    /** The task if it waits here by itself. */
    private Optional<QueuedTask> waiting(TaskRecord task) {
        return lanes.find(task.needs())
                .map(lane -> new QueuedTask(task.priority(), task.id(), lane))
                .filter(one -> one.lane().tasks().contains(one));
    }

    boolean isEmpty() {
        return lanes.isEmpty();
    }

    /** Whether a task waits that asks for just this. */
    boolean has(TaskNeeds needs) {
        return lanes.find(needs).filter(lane -> !lane.isEmpty()).isPresent();
    }

    /** A task that was found, and what takes it out of the queue. */
    private record Found(TaskId task, Runnable out) {}

    /**
     * Takes the first task that suits a worker, in the order of this queue.
     *
     * @param lowest the lowest priority that counts
     */
    Optional<TaskId> take(Taker taker, int lowest) {
        Optional<Found> found = find(lanes.view(taker::fit), taker.place(), taker, lowest);
        found.ifPresent(one -> one.out().run());
        return found.map(Found::task);
    }

    /** The first task that asks for just this and that a worker may have; it stays here. */
    Optional<TaskId> first(TaskNeeds needs, Taker taker) {
        List<Lane> one = lanes.find(needs).stream().toList();
        return find(new Lanes.View(one, Set.of()), new LongLook.Place(), taker, Integer.MIN_VALUE)
                .map(Found::task);
    }

    private Optional<Found> find(Lanes.View view, LongLook.Place place, Taker taker, int lowest) {
        LongLook tasks = new LongLook(view, place);
        TurnLook inTurn = new TurnLook(view);
        Optional<Found> found = Optional.empty();
        while (found.isEmpty()) {
            boolean isTask = tasks.hasNext() && tasks.peek().priority() >= lowest;
            boolean isJob = inTurn.hasNext() && inTurn.peek().priority() >= lowest;
            if (isTask && (!isJob || goesFirst(tasks.peek(), inTurn.peek()))) {
                QueuedTask next = tasks.next();
                if (view.full().contains(next.lane())) {
                    taker.passesOver(next.lane().needs());
                } else if (taker.mayHave(next.task())) {
                    found = Optional.of(new Found(next.task(), () -> took(next)));
                }
            } else if (isJob) {
                QueuedJob next = inTurn.next();
                TaskId first = next.first();
                if (view.full().contains(next.lane())) {
                    taker.passesOver(next.lane().needs());
                } else if (taker.mayHave(first)) {
                    found = Optional.of(new Found(first, () -> took(next, first)));
                } else {
                    inTurn.inVain(next);
                }
            } else {
                break;
            }
        }
        inTurn.passed().forEach(this::toTheEnd);
        return found;
    }

    private boolean goesFirst(QueuedTask task, QueuedJob job) {
        return task.priority() > job.priority()
                || (task.priority() == job.priority() && turnOfTasks.get(task.priority()) < job.turn());
    }

    private void took(QueuedTask task) {
        turnOfTasks.put(task.priority(), ++turns);
        remove(task);
    }

    private void took(QueuedJob job, TaskId task) {
        job.remove(task);
        if (job.isEmpty()) {
            remove(job.id());
        } else {
            toTheEnd(job);
        }
    }

    private void toTheEnd(QueuedJob job) {
        job.lane().jobs().remove(job);
        job.hadTurn(++turns);
        job.lane().jobs().add(job);
    }

    /** Takes just this one, which is a turn like any other; false if it does not wait here. */
    boolean take(TaskRecord task) {
        Optional<QueuedTask> single = waiting(task);
        Optional<QueuedJob> job = Optional.ofNullable(jobs.get(task.job())).filter(each -> each.has(task.id()));
        if (single.isPresent()) {
            took(single.get());
        } else {
            job.ifPresent(each -> took(each, task.id()));
        }
        return single.isPresent() || job.isPresent();
    }

    /**
     * Whatever waited long enough joins the rest.
     *
     * @param isQueued whether it is still to be handed out
     */
    void wake(long millis, Predicate<TaskId> isQueued) {
        while (!delayed.isEmpty() && delayed.first().due() <= millis) {
            DelayedTask due = delayed.pollFirst();
            if (isQueued.test(due.task())) {
                add(due.task(), due.priority(), due.needs());
            }
        }
    }

    void clear() {
        lanes.clear();
        jobs.clear();
        delayed.clear();
        turnOfTasks.clear();
    }
}
