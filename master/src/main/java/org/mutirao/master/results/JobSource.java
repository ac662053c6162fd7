package org.mutirao.master.results;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;

/** What the ledger knows of jobs, for a thread that may wait for the ledger's own. */
public interface JobSource {
    /**
     * A job as it is now; empty when it is not known any more.
     *
     * @throws IOException when the ledger's thread does not answer
     */
    Optional<JobView> job(JobId id) throws IOException;

    /**
     * Some of its tasks, in the order of its inputs, without those that are not known any more.
     *
     * @param from index of the first, from 1
     * @param most how many indexes to look at
     * @throws IOException when the ledger's thread does not answer
     */
    List<TaskRecord> tasks(JobView job, int from, int most) throws IOException;

    /** Results that should lie in results/ and do not are to be fetched, if any master has them. */
    void fetch(List<TaskId> tasks);

    /**
     * The jobs that a job was to run after, in the order of its plan.
     *
     * @throws IOException when the ledger's thread does not answer
     */
    List<Earlier> after(JobView job) throws IOException;

    /**
     * Another job that was handed in before.
     *
     * @param name as the plan has it
     * @param job empty when it is not known any more
     */
    record Earlier(String name, Optional<JobView> job) {
        /** Those of a job. */
        public static List<Earlier> of(JobView job, TaskLedger ledger) {
            return IntStream.range(0, job.after().size())
                    .mapToObj(i -> new Earlier(
                            job.plan().after().get(i), ledger.job(job.after().get(i))))
                    .toList();
        }
    }
}
