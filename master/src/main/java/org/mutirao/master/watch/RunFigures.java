package org.mutirao.master.watch;

import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.message.FailureRow;

/**
 * How the tasks of a job run, in numbers for people.
 *
 * @param job its number
 * @param perSecond how many of its tasks ended in a second, over the last minute
 * @param medianMs the median of their run times, within three per cent; empty as long as none is known
 * @param longestMs the longest of them
 * @param leftMs how long the rest will take at this rate; empty when nothing is left or nothing can be said
 * @param failures those that were no success by their reason, the most frequent first
 */
public record RunFigures(
        long job,
        double perSecond,
        Optional<Long> medianMs,
        Optional<Long> longestMs,
        Optional<Long> leftMs,
        List<FailureRow> failures) {
    /** Of a job of which nothing is known. */
    public static RunFigures none(long job) {
        return new RunFigures(job, 0, Optional.empty(), Optional.empty(), Optional.empty(), List.of());
    }
}
