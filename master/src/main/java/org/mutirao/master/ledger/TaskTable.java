package org.mutirao.master.ledger;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.WorkerId;

/** The ledger's records with the ways to find them; every index follows from the records. */
final class TaskTable {
    private final TaskPages tasks = new TaskPages();
    /** Ids, since a task has another record whenever it changes. */
    private final CompactIndex<HandInKey, TaskId> keys =
            new CompactIndex<>(id -> tasks.get(id).submitted().key(), HandInKey::hashCode);

    private final CompactIndex<String, TaskId> resultNames =
            new CompactIndex<>(id -> fold(tasks.get(id).resultName()), SecretHash::of);
    /** Those of jobs with one task. */
    private final Set<String> places = new HashSet<>();

    private final Map<WorkerId, Set<Lease>> leases = new HashMap<>();
    private final References references = new References();
    private final LinkedHashSet<TaskId> ended = new LinkedHashSet<>();
    private final JobTable jobs = new JobTable();
    private TaskCounts counts = TaskCounts.NONE;
    private long lastId;

    /** Null when it is not known. */
    TaskRecord get(TaskId id) {
        TaskRecord record = tasks.get(id);
        return record != null
                ? record
                : jobs.of(id).flatMap(job -> job.untouched(job.indexOf(id))).orElse(null);
    }

    /** The one that is kept as such; null for a task that never had a lease in its job. */
    TaskRecord recordOf(TaskId id) {
        return tasks.get(id);
    }

    JobTable jobs() {
        return jobs;
    }

    Optional<TaskId> byKey(String key) {
        Optional<TaskId> task = keys.find(new HandInKey(key));
        return task.isPresent() ? task : jobs.byKey(key).map(job -> job.id().firstTask());
    }

    /** Also those of jobs that never had a lease. */
    Collection<TaskRecord> after(long id) {
        if (id < 1) {
            return new AllTasks(tasks.all(), jobs.all(), 0);
        }
        long first =
                id == Long.MAX_VALUE ? id : id + 1; // a client may ask for what comes after the last number there is
        return new AllTasks(tasks.between(first, Long.MAX_VALUE), jobs.from(new TaskId(id)), id);
    }

    /** Those that are records. */
    Collection<TaskRecord> records() {
        return tasks.all();
    }

    /** The same by themselves: each is replaced, and never changed. */
    TaskRecord[] copyOfRecords() {
        return tasks.copy();
    }

    /** The records of a job, by id. */
    Collection<TaskRecord> recordsOf(Job job) {
        return tasks.between(
                job.taskAt(1).number(), job.taskAt(job.handIn().plan().count()).number());
    }

    /** Adds a job with all its tasks waiting. */
    void add(Job job) {
        jobs.add(job);
        int count = job.handIn().plan().count();
        lastId = Math.max(lastId, job.id().number() + count - 1);
        counts = counts.plus(new TaskState.Queued(0, 0), count);
        references.add(job.handIn().taskPackage()::hash);
        if (count == 1) {
            places.add(fold(job.place()));
        }
    }

    /** Adds a job as it was; its records follow, one by one. */
    void restore(Job job) {
        jobs.add(job);
        job.untouched().forEach((state, indexes) -> counts = counts.plus(state, indexes.cardinality()));
        if (job.needsPackage()) {
            references.add(job.handIn().taskPackage()::hash);
        }
        if (job.handIn().plan().count() == 1) {
            places.add(fold(job.place()));
        }
    }

    /** Moves tasks of a job that never had a lease into another state, all at once. */
    boolean moveUntouched(Job job, Predicate<TaskState> from, TaskState to) {
        TaskCounts change = job.moveUntouched(from, to);
        counts = counts.plus(change);
        return !change.equals(TaskCounts.NONE);
    }

    /** A job has another package from now on, and so have all its tasks. Returns the bytes that nothing refers to any more. */
    List<Sha256> repack(Job job, Blob otherPackage, CompactSize otherCompact) {
        Blob before = job.handIn().taskPackage();
        List<Sha256> unused = new ArrayList<>();
        job.repack(otherPackage, otherCompact);
        if (job.needsPackage()) {
            refer(otherPackage::hash, 1, unused);
            refer(before::hash, -1, unused);
        }
        List.copyOf(recordsOf(job)).forEach(task -> tasks.put(task.repacked(otherPackage, otherCompact)));
        return unused;
    }

    /** Forgets an ended job with its tasks. */
    Forgotten forget(Job job) {
        Forgotten forgotten = new Forgotten();
        for (TaskRecord task : List.copyOf(recordsOf(job))) {
            ended.remove(task.id());
            forget(task, forgotten);
        }
        if (jobs.get(job.id()).isPresent()) {
            job.untouched().forEach((state, indexes) -> counts = counts.plus(state, -indexes.cardinality()));
            if (job.needsPackage()) {
                refer(job.handIn().taskPackage()::hash, -1, forgotten.unused());
            }
            remove(job);
        }
        return forgotten;
    }

    /** Forgets an ended task that is a job of its own. */
    Forgotten forget(TaskRecord task) {
        Forgotten forgotten = new Forgotten();
        ended.remove(task.id());
        forget(task, forgotten);
        return forgotten;
    }

    private void remove(Job job) {
        jobs.remove(job);
        if (job.handIn().plan().count() == 1) {
            places.remove(fold(job.place()));
        }
    }

    /** The one that was handed in last. */
    Optional<JobId> newestJob() {
        Optional<JobId> several = jobs.newest();
        Optional<JobId> task = tasks.newest().map(TaskRecord::job);
        return several.isPresent() && (task.isEmpty() || several.get().compareTo(task.get()) > 0) ? several : task;
    }

    Optional<TaskRecord> newestNamed(String name) {
        return tasks.newestFirst().filter(task -> isCalled(task.name(), name)).findFirst();
    }

    /** The newest job of that name before another one; a plain package is a job too. */
    Optional<JobId> newestNamed(String name, JobId before) {
        Stream<JobId> several = jobs.all().stream()
                .filter(job -> isCalled(job.handIn().name(), name))
                .map(Job::id);
        Stream<JobId> plain = tasks.all().stream()
                .filter(task -> task.part().isEmpty() && isCalled(task.name(), name))
                .map(TaskRecord::job);
        return Stream.concat(several, plain)
                .filter(id -> id.compareTo(before) < 0)
                .max(Comparator.naturalOrder());
    }

    private static boolean isCalled(String full, String name) {
        return full.equals(name) || full.equals(name + ".zip");
    }

    Set<Lease> leasesOf(WorkerId worker) {
        return Set.copyOf(leases.getOrDefault(worker, Set.of()));
    }

    boolean holds(WorkerId worker, Lease lease) {
        return leases.getOrDefault(worker, Set.of()).contains(lease);
    }

    boolean refersTo(Sha256 hash) {
        return references.has(hash);
    }

    Set<Sha256> blobs() {
        return references.hashes();
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
        if (!isTaken(name)) {
            return name;
        }
        String stem = name.endsWith(".zip") ? name.substring(0, name.length() - 4) : name;
        String numbered = stem + "-" + id + ".zip";
        while (isTaken(numbered)) {
            numbered = numbered.substring(0, numbered.length() - 4) + "-" + id + ".zip";
        }
        return numbered;
    }

    private boolean isTaken(String resultName) {
        return resultNames.has(fold(resultName)) || places.contains(fold(resultName));
    }

    /** Adds or replaces; returns the blobs that nothing refers to any more. */
    List<Sha256> put(TaskRecord task) {
        TaskRecord before = tasks.put(task);
        lastId = Math.max(lastId, task.id().number());
        Optional<Job> job = task.part().flatMap(part -> jobs.get(part.job()));
        boolean wasNeeded = job.isPresent() && job.get().needsPackage();
        Optional<TaskState> waited = before == null
                ? job.map(each -> each.put(Optional.empty(), task))
                : job.map(each -> each.put(Optional.of(before), task)).filter(state -> false);
        boolean isSame = before != null
                && before.submitted().equals(task.submitted())
                && refersToPackage(before)
                && refersToPackage(task);
        List<Sha256> unused = new ArrayList<>();
        // First add, then remove, so that what both refer to is never without a reference.
        count(task, 1, !isSame, unused);
        if (before != null) {
            count(before, -1, !isSame, unused);
        }
        waited.ifPresent(state -> counts = counts.plus(state, -1));
        job.ifPresent(each -> referAgain(each, wasNeeded, unused));
        if (before != null) {
            removeLease(before);
        }
        addLease(task);
        if (job.isEmpty() && before == null) {
            keys.put(task.id());
            resultNames.put(task.id());
        }
        if (!task.state().ended()) {
            ended.remove(task.id());
        } else {
            ended.add(task.id());
        }
        return unused;
    }

    /** Forgets the oldest ended tasks beyond a number, as far as their results are out. */
    Forgotten forgetEnded(int most) {
        if (ended.size() <= most) {
            return Forgotten.NOTHING;
        }
        Forgotten forgotten = new Forgotten();
        Iterator<TaskId> oldest = ended.iterator();
        while (ended.size() > most && oldest.hasNext()) {
            TaskRecord task = tasks.get(oldest.next());
            boolean isUnpublished = task.state() instanceof TaskState.Done done
                    && done.publishedAs().isEmpty();
            if (isUnpublished || task.check().filter(Check::isOpen).isPresent()) {
                continue;
            }
            oldest.remove();
            forget(task, forgotten);
        }
        return forgotten;
    }

    private void forget(TaskRecord task, Forgotten forgotten) {
        Optional<Job> job = task.part().flatMap(part -> jobs.get(part.job()));
        if (job.isEmpty()) {
            keys.remove(task.submitted().key()); // while its record can be looked at
            resultNames.remove(fold(task.resultName()));
        }
        tasks.remove(task.id());
        removeLease(task);
        forgotten.tasks().add(task.id());
        count(task, -1, true, forgotten.unused());
        if (job.isEmpty()) {
            return;
        }
        boolean wasNeeded = job.get().needsPackage();
        boolean isGone = job.get().forget(task);
        referAgain(job.get(), wasNeeded, forgotten.unused());
        forgotten.jobs().add(job.get().id());
        if (isGone) {
            remove(job.get());
        }
    }

    /** All tasks of a job refer to its package once. */
    private void referAgain(Job job, boolean wasNeeded, List<Sha256> unused) {
        if (job.needsPackage() != wasNeeded) {
            refer(job.handIn().taskPackage()::hash, wasNeeded ? -1 : 1, unused);
        }
    }

    /** A record of a job, as a snapshot has it; the job knows of it already. */
    void restore(TaskRecord task) {
        tasks.put(task);
        jobs.of(task.id()).ifPresent(Job::restored);
        count(task, 1, true, new ArrayList<>());
        addLease(task);
        if (task.state().ended()) {
            ended.add(task.id());
        }
    }

    private void addLease(TaskRecord task) {
        task.leased().ifPresent(leased -> leases.computeIfAbsent(leased.worker(), worker -> new HashSet<>())
                .add(task.lease(leased.attempt())));
    }

    private void removeLease(TaskRecord task) {
        task.leased()
                .ifPresent(leased -> leases.computeIfPresent(leased.worker(), (worker, held) -> {
                    held.remove(task.lease(leased.attempt()));
                    return held.isEmpty() ? null : held;
                }));
    }

    private static boolean refersToPackage(TaskRecord task) {
        return task.part().isEmpty() && task.needsPackage();
    }

    /** @param unused gets the blobs that nothing refers to any more */
    private void count(TaskRecord task, int by, boolean withPackage, List<Sha256> unused) {
        counts = counts.plus(task.state(), by);
        if (withPackage && refersToPackage(task)) {
            refer(task.submitted(), by, unused);
        }
        if (task.state() instanceof TaskState.Done done && done.publishedAs().isEmpty()) {
            refer(done.result()::hash, by, unused);
        }
    }

    private void refer(References.Referrer to, int by, List<Sha256> unused) {
        if (by > 0) {
            references.add(to);
        } else if (references.remove(to.hash())) {
            unused.add(to.hash());
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
