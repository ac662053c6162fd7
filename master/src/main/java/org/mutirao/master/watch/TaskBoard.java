package org.mutirao.master.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.protocol.id.TaskId;

/**
 * All tasks as they are now, for readers that must not disturb the loop. The loop writes; any thread reads, and sees each task in one
 * state or the next.
 */
public final class TaskBoard {
    /**
     * Which tasks to list. What is empty lets everything through.
     *
     * @param state a state's label, or {@code unsuccessful} for results of scripts that failed
     * @param name part of the task's name, in any case
     * @param worker start of the id of a worker that had it, or its name
     */
    public record Filter(Optional<String> state, Optional<String> name, Optional<String> worker) {
        /** Every task. */
        public static final Filter ALL = new Filter(Optional.empty(), Optional.empty(), Optional.empty());

        boolean matches(TaskRecord task) {
            return state.map(wanted -> wanted.equals(labelOf(task))
                                    || wanted.equals(task.state().label()))
                            .orElse(true)
                    && name.map(part -> task.name().toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT)))
                            .orElse(true)
                    && worker.map(who -> hadIt(task, who)).orElse(true);
        }

        private static boolean hadIt(TaskRecord task, String who) {
            return task.attempts().stream()
                    .anyMatch(attempt -> attempt.worker().value().startsWith(who)
                            || attempt.workerName().equals(who));
        }
    }

    /**
     * A page of the list, the newest first.
     *
     * @param more whether older ones were left out
     */
    public record Page(List<TaskRecord> tasks, boolean more) {}

    private final ConcurrentSkipListMap<TaskId, TaskRecord> tasks = new ConcurrentSkipListMap<>();
    /** Of those that are in no job of several tasks. */
    private volatile Map<String, Long> counts = Map.of();

    private final JobBoard jobs;

    /** @param jobs knows how many tasks are in which state in each job */
    public TaskBoard(JobBoard jobs) {
        this.jobs = jobs;
    }

    /** The state in one word; results of scripts that failed have a word of their own. */
    public static String labelOf(TaskRecord task) {
        boolean failedScript =
                task.state() instanceof TaskState.Done done && !done.ending().succeeded();
        return failedScript ? "unsuccessful" : task.state().label();
    }

    /** Called on the loop: a task is new or has changed. */
    public void put(TaskRecord task) {
        TaskRecord before = tasks.put(task.id(), task);
        if (task.part().isPresent()) {
            return; // its job has the count
        }
        count(Optional.ofNullable(before).map(TaskBoard::labelOf), Optional.of(labelOf(task)));
    }

    /** Called on the loop: the ledger has forgotten a task. */
    public void remove(TaskId id) {
        TaskRecord before = tasks.remove(id);
        count(
                Optional.ofNullable(before)
                        .filter(task -> task.part().isEmpty())
                        .map(TaskBoard::labelOf),
                Optional.empty());
    }

    private void count(Optional<String> less, Optional<String> more) {
        if (!less.equals(more)) {
            Map<String, Long> changed = new TreeMap<>(counts);
            less.ifPresent(label -> changed.merge(label, -1L, Long::sum));
            more.ifPresent(label -> changed.merge(label, 1L, Long::sum));
            counts = Map.copyOf(changed);
        }
    }

    /** How many tasks there are by {@link #labelOf}; labels that no task has may be missing. */
    public Map<String, Long> counts() {
        Map<String, Long> sums = new TreeMap<>(counts);
        jobs.counts().forEach((label, count) -> sums.merge(label, count, Long::sum));
        return sums;
    }

    public Optional<TaskRecord> task(TaskId id) {
        return Optional.ofNullable(tasks.get(id));
    }

    /**
     * Lists tasks, the newest first.
     *
     * @param before only older ones than this
     */
    public Page page(Filter filter, Optional<TaskId> before, int limit) {
        List<TaskRecord> found = new ArrayList<>();
        Map<TaskId, TaskRecord> all =
                before.map(id -> tasks.headMap(id, false)).orElse(tasks).descendingMap();
        for (TaskRecord task : all.values()) {
            if (filter.matches(task)) {
                if (found.size() == limit) {
                    return new Page(found, true);
                }
                found.add(task);
            }
        }
        return new Page(found, false);
    }
}
