package org.mutirao.master.watch;

import java.util.function.LongSupplier;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.wire.SpoolMemory;

/**
 * What can be looked at without asking the loop. Safe for any thread.
 *
 * @param gone workers that left
 * @param memory for small packages and results
 * @param tallies for metrics
 */
public record Views(
        TaskBoard board,
        JobBoard jobs,
        EventFeed feed,
        GoneWorkers gone,
        LogTails tails,
        Throughput throughput,
        Liveness liveness,
        SpoolMemory memory,
        Tallies tallies) {
    /** All jobs, also those of plain packages. */
    public JobList jobList() {
        return new JobList(board, jobs);
    }

    /** Nothing has happened yet. */
    public static Views empty(LongSupplier nanos) {
        JobBoard jobs = new JobBoard();
        return new Views(
                new TaskBoard(jobs),
                jobs,
                new EventFeed(),
                new GoneWorkers(),
                new LogTails(),
                new Throughput(nanos),
                new Liveness(nanos),
                SpoolMemory.ofThisProcess(),
                new Tallies());
    }
}
