package org.mutirao.master.ledger;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.WorkerId;

/** The ledger's records with the ways to find them; every index follows from the records. */
final class TaskTable {
    private final TreeMap<TaskId, TaskRecord> tasks = new TreeMap<>();
    private final Map<String, TaskId> keys = new HashMap<>();
    private final Map<String, TaskId> resultNames = new HashMap<>();
    private final Map<WorkerId, Set<Lease>> leases = new HashMap<>();
    private final Map<Sha256, Integer> references = new HashMap<>();
    private final LinkedHashSet<TaskId> ended = new LinkedHashSet<>();
    private TaskCounts counts = TaskCounts.NONE;
    private long lastId;

    TaskRecord get(TaskId id) {
        return tasks.get(id);
    }

    Optional<TaskId> byKey(String key) {
        return Optional.ofNullable(keys.get(key));
    }

    Collection<TaskRecord> after(long id) {
        return id < 1 ? tasks.values() : tasks.tailMap(new TaskId(id), false).values();
    }

    Optional<TaskRecord> newestNamed(String name) {
        return tasks.descendingMap().values().stream()
                .filter(task -> task.name().equals(name) || task.name().equals(name + ".zip"))
                .findFirst();
    }

    Set<Lease> leasesOf(WorkerId worker) {
        return Set.copyOf(leases.getOrDefault(worker, Set.of()));
    }

    boolean refersTo(Sha256 hash) {
        return references.containsKey(hash);
    }

    Set<Sha256> blobs() {
        return Set.copyOf(references.keySet());
    }

    TaskCounts counts() {
        return counts;
    }

    int open() {
        return counts.open();
    }

    long lastId() {
        return lastId;
    }

    TaskId nextId() {
        return new TaskId(lastId + 1);
    }

    /** The task's own name if no other task has it, since two files of one folder can't share a name on every system. */
    String freeResultName(String name, TaskId id) {
        if (!resultNames.containsKey(fold(name))) {
            return name;
        }
        String stem = name.endsWith(".zip") ? name.substring(0, name.length() - 4) : name;
        String numbered = stem + "-" + id + ".zip";
        while (resultNames.containsKey(fold(numbered))) {
            numbered = numbered.substring(0, numbered.length() - 4) + "-" + id + ".zip";
        }
        return numbered;
    }

    /** Adds or replaces; returns the blobs that nothing refers to any more. */
    List<Sha256> put(TaskRecord task) {
        TaskRecord before = tasks.put(task.id(), task);
        lastId = Math.max(lastId, task.id().number());
        // First add, then remove, so that what both refer to is never without a reference.
        count(task, 1);
        List<Sha256> unused = before == null ? List.of() : count(before, -1);
        if (before != null) {
            removeLease(before);
        }
        addLease(task);
        keys.put(task.key(), task.id());
        resultNames.put(fold(task.resultName()), task.id());
        if (!task.state().ended()) {
            ended.remove(task.id());
        } else {
            ended.add(task.id());
        }
        return unused;
    }

    /** Tasks that are no longer known, and bytes that nothing refers to any more. */
    record Forgotten(List<TaskId> tasks, List<Sha256> unused) {}

    /** Forgets the oldest ended tasks beyond a number, as far as their results are out. */
    Forgotten forgetEnded(int most) {
        List<TaskId> forgotten = new ArrayList<>();
        List<Sha256> unused = new ArrayList<>();
        Iterator<TaskId> oldest = ended.iterator();
        while (ended.size() > most && oldest.hasNext()) {
            TaskRecord task = tasks.get(oldest.next());
            if (task.state() instanceof TaskState.Done done
                    && done.publishedAs().isEmpty()) {
                continue;
            }
            oldest.remove();
            tasks.remove(task.id());
            forgotten.add(task.id());
            keys.remove(task.key());
            resultNames.remove(fold(task.resultName()));
            unused.addAll(count(task, -1));
        }
        return new Forgotten(forgotten, unused);
    }

    private void addLease(TaskRecord task) {
        if (task.state() instanceof TaskState.Leased leased) {
            leases.computeIfAbsent(leased.worker(), worker -> new HashSet<>()).add(task.lease(leased.attempt()));
        }
    }

    private void removeLease(TaskRecord task) {
        if (task.state() instanceof TaskState.Leased leased) {
            leases.computeIfPresent(leased.worker(), (worker, held) -> {
                held.remove(task.lease(leased.attempt()));
                return held.isEmpty() ? null : held;
            });
        }
    }

    private List<Sha256> count(TaskRecord task, int by) {
        counts = counts.plus(task.state(), by);
        List<Sha256> unused = new ArrayList<>();
        if (task.needsPackage()) {
            refer(task.taskPackage().hash(), by, unused);
        }
        if (task.state() instanceof TaskState.Done done && done.publishedAs().isEmpty()) {
            refer(done.result().hash(), by, unused);
        }
        return unused;
    }

    private void refer(Sha256 hash, int by, List<Sha256> unused) {
        if (references.merge(hash, by, Integer::sum) == 0) {
            references.remove(hash);
            unused.add(hash);
        }
    }

    private static String fold(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** Ended tasks, the oldest first. */
    Collection<TaskId> endedInOrder() {
        return ended;
    }

    void restoreLastId(long number) {
        lastId = number;
    }

    void restoreEndedOrder(List<TaskId> order) {
        ended.clear();
        ended.addAll(order);
    }
}
