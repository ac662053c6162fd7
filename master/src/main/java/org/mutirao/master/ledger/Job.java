package org.mutirao.master.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;

/**
 * What the ledger keeps of a job of several tasks. A task without a lease yet is no record but a bit: for each state that such tasks are
 * in, there is the set of their indexes. {@link TaskTable} tells it of each record.
 */
final class Job {
    private static final int[] NONE = {};
    /** No job ever has it. */
    private static final JobId FORGOTTEN = new JobId(Long.MAX_VALUE);

    private final JobId id;
    /** As it was handed in, but with the package that it has now. */
    private Command.SubmitJob handIn;
    /** In results/: its folder, or the file of the only task. */
    private final String place;

    /** The jobs that its plan names, as they were when it was handed in. */
    private List<JobId> after;

    private JobTasks tasks;
    private final Map<TaskState, BitSet> untouched = new LinkedHashMap<>();
    private final Set<JobId> waitsFor = new TreeSet<>();
    private TaskCounts counts = TaskCounts.NONE;
    private int unpublished;
    /** Tasks that may yet need the package. */
    private int needing;
    /** Tasks that are records. */
    private int records;
    /** Indexes in the order in which they ended; one that ended again is there again. */
    private int[] endings = NONE;

    private int endingCount;
    private long since;

    /** With all its tasks queued. */
    Job(JobId id, Command.SubmitJob handIn, String place, List<JobId> after) {
        this(id, handIn, place, after, handIn.at());
        BitSet all = new BitSet(count() + 1);
        all.set(1, count() + 1);
        untouched.put(new TaskState.Queued(handIn.at(), handIn.at()), all);
        counts = counts.plus(new TaskState.Queued(handIn.at(), handIn.at()), count());
        needing = count();
    }

    private Job(JobId id, Command.SubmitJob handIn, String place, List<JobId> after, long since) {
        this.id = id;
        this.after = List.copyOf(after);
        this.handIn = handIn;
        this.place = place;
        this.tasks = new JobTasks(id, handIn, place);
        this.since = since;
    }

    /** The folder in results/ of a job of several tasks. */
    static String folderOf(String name) {
        return name.endsWith(".zip") ? name.substring(0, name.length() - ".zip".length()) : name;
    }

    String place() {
        return place;
    }

    JobId id() {
        return id;
    }

    Command.SubmitJob handIn() {
        return handIn;
    }

    /** It has another package from now on, of the same inputs. */
    void repack(Blob otherPackage, CompactSize otherCompact) {
        handIn = handIn.with(otherPackage, otherCompact);
        tasks = new JobTasks(id, handIn, place);
    }

    private int count() {
        return handIn.plan().count();
    }

    boolean has(TaskId task) {
        return task.number() >= id.number() && task.number() < id.number() + count();
    }

    int indexOf(TaskId task) {
        return (int) (task.number() - id.number()) + 1;
    }

    TaskId taskAt(int index) {
        return new TaskId(id.number() + index - 1);
    }

    Optional<TaskId> mergeTask() {
        return handIn.plan().hasMergeTask() ? Optional.of(taskAt(count())) : Optional.empty();
    }

    /** A task that never had a lease, as a record; empty if it had one, or was forgotten. */
    Optional<TaskRecord> untouched(int index) {
        return untouched.entrySet().stream()
                .filter(group -> group.getValue().get(index))
                .findFirst()
                .map(group -> record(index, group.getKey()));
    }

    /** The task as it was handed in, in a state. */
    TaskRecord record(int index, TaskState state) {
        return tasks.record(index, state);
    }

    /** The indexes of tasks that never had a lease, by their states. */
    Map<TaskState, BitSet> untouched() {
        return untouched;
    }

    /** A next index from the given one on that never had a lease; -1 when there is none. */
    int nextUntouched(int from) {
        return untouched.values().stream()
                .mapToInt(indexes -> indexes.nextSetBit(from))
                .filter(index -> index >= 0)
                .min()
                .orElse(-1);
    }

    /**
     * Those that never had a lease come into another state, all at once.
     *
     * @param from which of them
     * @return how the counts of all tasks change
     */
    TaskCounts moveUntouched(Predicate<TaskState> from, TaskState to) {
        BitSet moved = new BitSet();
        TaskCounts change = TaskCounts.NONE;
        for (Map.Entry<TaskState, BitSet> group : List.copyOf(untouched.entrySet())) {
            if (from.test(group.getKey()) && !group.getKey().equals(to)) {
                moved.or(group.getValue());
                change = change.plus(group.getKey(), -group.getValue().cardinality());
                untouched.remove(group.getKey());
            }
        }
        if (moved.isEmpty()) {
            return change;
        }
        change = change.plus(to, moved.cardinality());
        counts = counts.plus(change);
        untouched.computeIfAbsent(to, state -> new BitSet()).or(moved);
        if (to.ended()) {
            moved.stream().forEach(this::noteEnded);
        }
        since = to.since();
        return change;
    }

    /** A task of it became a record, or its record changed. Returns the state that it was in. */
    TaskState put(Optional<TaskRecord> before, TaskRecord after) {
        int index = indexOf(after.id());
        TaskState from;
        if (before.isPresent()) {
            from = before.get().state();
        } else {
            from = leave(index);
            records++;
        }
        counts = counts.plus(from, -1)
                .plus(after.state(), 1)
                .with(counts.checks()
                        .minus(before.map(CheckCounts::of).orElse(CheckCounts.NONE))
                        .plus(CheckCounts.of(after)));
        unpublished += unpublished(after.state()) - unpublished(from);
        needing += (after.needsPackage() ? 1 : 0)
                - (before.map(TaskRecord::needsPackage).orElse(true) ? 1 : 0);
        if (after.state().ended() && !from.ended()) {
            noteEnded(index);
        }
        if (!from.equals(after.state())) {
            since = Math.max(since, after.state().since());
        }
        return from;
    }

    private TaskState leave(int index) {
        TaskState state = untouched.entrySet().stream()
                .filter(group -> group.getValue().get(index))
                .findFirst()
                .orElseThrow()
                .getKey();
        BitSet indexes = untouched.get(state);
        indexes.clear(index);
        if (indexes.isEmpty()) {
            untouched.remove(state);
        }
        return state;
    }

    /** A record of it is forgotten; its counts stay. Returns whether nothing of the job is left. */
    boolean forget(TaskRecord record) {
        records--;
        needing -= record.needsPackage() ? 1 : 0;
        return records == 0 && untouched.isEmpty();
    }

    private static int unpublished(TaskState state) {
        return state instanceof TaskState.Done done && done.publishedAs().isEmpty() ? 1 : 0;
    }

    private void noteEnded(int index) {
        if (endingCount == endings.length) {
            endings = Arrays.copyOf(endings, Math.max(8, endings.length * 2));
        }
        endings[endingCount++] = index;
    }

    /** The tasks that ended, in that order, from a place on. */
    List<TaskId> endedFrom(int from, int limit) {
        List<TaskId> tasks = new ArrayList<>();
        for (int i = Math.max(0, from); i < endingCount && tasks.size() < limit; i++) {
            tasks.add(taskAt(endings[i]));
        }
        return tasks;
    }

    Set<JobId> waitsFor() {
        return waitsFor;
    }

    boolean needsPackage() {
        return needing > 0;
    }

    /** How many tasks are queued or running. */
    int open() {
        return counts.open();
    }

    /** Whether nothing more happens by itself and all results lie in results/. */
    boolean ended() {
        return counts.open() == 0 && unpublished == 0;
    }

    /** Whether all tasks but the merge task are ended, and their results lie in results/. */
    boolean partsEnded(Optional<TaskState> merge) {
        boolean mergeOpen = merge.map(state -> !state.ended()).orElse(false);
        int mergeUnpublished = merge.map(Job::unpublished).orElse(0);
        return counts.open() == (mergeOpen ? 1 : 0) && unpublished == mergeUnpublished;
    }

    boolean succeeded() {
        return counts.succeeded() == count();
    }

    JobView view() {
        return new JobView(
                id,
                count() == 1 ? "" : place,
                handIn,
                counts,
                after,
                List.copyOf(waitsFor),
                since,
                ended(),
                untouched.keySet().stream().findFirst());
    }

    /** All of a job but its tasks' records, as it was at one moment. */
    record Frozen(JobId id, Command.SubmitJob handIn, String place, Rest rest) {}

    Frozen freeze() {
        return new Frozen(id, handIn, place, rest());
    }

    /** What of a job changes, for a snapshot. */
    record Rest(
            Map<TaskState, BitSet> untouched,
            List<JobId> after,
            List<JobId> waitsFor,
            TaskCounts counts,
            int unpublished,
            int needing,
            int[] endings,
            long since) {
        Rest with(CheckCounts checks) {
            return new Rest(untouched, after, waitsFor, counts.with(checks), unpublished, needing, endings, since);
        }
    }

    private Rest rest() {
        Map<TaskState, BitSet> copies = new LinkedHashMap<>();
        untouched.forEach((state, indexes) -> copies.put(state, (BitSet) indexes.clone()));
        return new Rest(
                copies,
                after,
                List.copyOf(waitsFor),
                counts,
                unpublished,
                needing,
                Arrays.copyOf(endings, endingCount),
                since);
    }

    /** As it was when {@link #freeze()} was called, but for its records, which are to be {@link #restored} one by one. */
    static Job restored(JobId id, Command.SubmitJob handIn, String place, Rest rest) {
        Job job = new Job(id, handIn, place, rest.after(), rest.since());
        job.untouched.putAll(rest.untouched());
        job.waitsFor.addAll(rest.waitsFor());
        job.counts = rest.counts();
        job.unpublished = rest.unpublished();
        job.needing = rest.needing();
        job.endings = rest.endings();
        job.endingCount = rest.endings().length;
        return job;
    }

    /**
     * Finds by name which jobs it was to run after, as an older snapshot did not say it.
     *
     * @param earlier the newest job of a name that was there before this one
     */
    void restoreAfter(Function<String, Optional<JobId>> earlier) {
        after = handIn.plan().after().stream()
                .map(name -> earlier.apply(name).orElse(FORGOTTEN))
                .toList();
    }

    /** A record that it had is there again. */
    void restored() {
        records++;
    }
}
