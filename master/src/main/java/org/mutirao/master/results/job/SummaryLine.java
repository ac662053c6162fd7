package org.mutirao.master.results.job;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One task in {@code summary.csv}.
 *
 * @param input the name of its input
 * @param state its status in a word
 * @param exit the script's exit code
 * @param reason why it is so, in words; often empty
 * @param times how long it waited and ran
 * @param worker the name of the last one that had it; empty if none had
 * @param resultFile where its result lies, below the job's folder; empty if it has none
 */
public record SummaryLine(
        String input,
        long task,
        String state,
        OptionalInt exit,
        String reason,
        Times times,
        String worker,
        int attempts,
        Optional<String> resultFile) {
    /**
     * In milliseconds.
     *
     * @param waited from the hand-in until a worker got it
     * @param ran as its worker told, or else as long as its last lease was
     */
    public record Times(OptionalLong waited, OptionalLong ran) {
        public static final Times NONE = new Times(OptionalLong.empty(), OptionalLong.empty());
    }
}
