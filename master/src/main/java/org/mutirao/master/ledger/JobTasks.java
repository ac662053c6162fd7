package org.mutirao.master.ledger;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;

/** The tasks of a job as they were handed in, made one by one as they are asked for. Safe for any thread. */
public final class JobTasks {
    private static final String MERGE_SCRIPT = "merge.py";
    private static final String WITHOUT_KEY = "";

    private final JobId id;
    private final Command.SubmitJob handIn;
    /** In results/: its folder, or the file of the only task. */
    private final String place;

    private final Stems stems;

    JobTasks(JobId id, Command.SubmitJob handIn, String place) {
        this.id = id;
        this.handIn = handIn;
        this.place = place;
        this.stems = new Stems(handIn.plan().inputs(), Set.of("summary", "merged", "older", MERGE_SCRIPT, place));
    }

    /** Those of a job as it is told of. */
    public static JobTasks of(JobView job) {
        return new JobTasks(job.id(), job.handIn(), job.folder().isEmpty() ? job.name() : job.folder());
    }

    private int count() {
        return handIn.plan().count();
    }

    private boolean isMerge(int index) {
        return handIn.plan().hasMergeTask() && index == count();
    }

    /**
     * A task as if it never had a lease.
     *
     * @param index from 1
     */
    public TaskRecord record(int index, TaskState state) {
        Submitted submitted = Submitted.of(new Command.Submit(
                WITHOUT_KEY,
                nameOf(index),
                handIn.taskPackage(),
                handIn.compact(),
                handIn.priority(),
                handIn.retries(),
                handIn.attempts(),
                handIn.plan().needs(),
                handIn.at()));
        Course course = new Course(
                count() == 1 ? place : place + "/" + stem(index) + ".zip",
                handIn.retries(),
                handIn.attempts(),
                state,
                List.of(),
                Optional.of(part(index)),
                Optional.empty());
        return new TaskRecord(new TaskId(id.number() + index - 1), submitted, Optional.of(course));
    }

    private String nameOf(int index) {
        return count() == 1 ? handIn.name() : place + "-" + stem(index) + ".zip";
    }

    private JobPart part(int index) {
        String input = isMerge(index) ? MERGE_SCRIPT : handIn.plan().inputs().get(index);
        boolean isNumbered = !isMerge(index) && handIn.plan().inputs().areNumbers();
        boolean bringsAlong = isMerge(index) || !handIn.plan().after().isEmpty();
        return new JobPart(id, index, count(), input, isNumbered, stem(index), isMerge(index), bringsAlong);
    }

    private String stem(int index) {
        return isMerge(index) ? MERGE_SCRIPT : stems.get(index);
    }
}
