package org.mutirao.master.ledger;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.JobStatus;
import org.mutirao.protocol.text.Text;

/**
 * A job as it was at one moment.
 *
 * @param folder its folder in results/; empty for a job of one task, whose result lies in results/ itself
 * @param handIn how it was handed in; of a plain package, a plan of one task
 * @param counts how many of its tasks are in each state, also those that were forgotten since
 * @param after the jobs that its plan names, in that order, as they were when it was handed in
 * @param waitsFor those of them that must end before it begins
 * @param since when something last changed, in milliseconds since 1970
 * @param ended whether nothing more will happen by itself, and all results lie in results/
 * @param untouched the state of those of its tasks that never had a lease; empty if there are none
 */
public record JobView(
        JobId id,
        String folder,
        Command.SubmitJob handIn,
        TaskCounts counts,
        List<JobId> after,
        List<JobId> waitsFor,
        long since,
        boolean ended,
        Optional<TaskState> untouched) {
    public JobView {
        after = List.copyOf(after);
        waitsFor = List.copyOf(waitsFor);
    }

    /** That of a plain package, which has one task and no folder. */
    public static JobView of(TaskRecord plain) {
        return JobSteps.viewOfOne(plain);
    }

    public String name() {
        return handIn.name();
    }

    public JobPlan plan() {
        return handIn.plan();
    }

    public int count() {
        return handIn.plan().count();
    }

    public Blob taskPackage() {
        return handIn.taskPackage();
    }

    public int priority() {
        return handIn.priority();
    }

    public long submittedAt() {
        return handIn.at();
    }

    /** When it ended, in milliseconds since 1970. */
    public OptionalLong endedAt() {
        return ended ? OptionalLong.of(since) : OptionalLong.empty();
    }

    /** Whether each task has a result of a script that ended well. */
    public boolean succeeded() {
        return counts.succeeded() == count();
    }

    /** As {@code 11 of 12 tasks succeeded}. */
    public String succeededOf() {
        return Text.count(count(), "%2$d of %1$d task succeeded", "%2$d of %1$d tasks succeeded", counts.succeeded());
    }

    /** What happened to it, for people. */
    public String sentence() {
        return switch (status()) {
            case WAITING -> Text.of("Job %s %s is waiting", id, name());
            case QUEUED ->
                Text.count(
                        count(),
                        "Job %2$s %3$s is queued: %1$d task",
                        "Job %2$s %3$s is queued: %1$d tasks",
                        id,
                        name());
            case RUNNING -> Text.of("Job %s %s is running", id, name());
            case SUCCEEDED -> Text.of("Job %s %s succeeded: %s", id, name(), succeededOf());
            case FAILED -> Text.of("Job %s %s failed: %s", id, name(), succeededOf());
            case CANCELLED -> Text.of("Job %s %s is cancelled: %s", id, name(), succeededOf());
        };
    }

    /** What a sentence about it says of its state. */
    public String isInWords() {
        return switch (status()) {
            case WAITING -> Text.of("is waiting");
            case QUEUED -> Text.of("is queued");
            case RUNNING -> Text.of("is running");
            case SUCCEEDED -> Text.of("has succeeded");
            case FAILED -> Text.of("has failed");
            case CANCELLED -> Text.of("is cancelled");
        };
    }

    /** Where it is. */
    public JobStatus status() {
        if (!waitsFor.isEmpty()) {
            return JobStatus.WAITING;
        }
        if (!ended) {
            return counts.queued() == count() ? JobStatus.QUEUED : JobStatus.RUNNING;
        }
        if (succeeded()) {
            return JobStatus.SUCCEEDED;
        }
        return counts.cancelled() > 0 && counts.withoutSuccess(true) == 0 ? JobStatus.CANCELLED : JobStatus.FAILED;
    }
}
