package org.mutirao.protocol.id;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a worker lets one task take, as it told.
 *
 * @param usualMemory what one may take that does not say how much it needs, in bytes; 0 if that is not bounded
 * @param maxMemory what its owner lets one take at most, in bytes; 0 if the machine is the only bound
 * @param notEnforced what its system can't hold tasks to: {@link #MEMORY}, {@link #CPU_TIME}, {@link #OPEN_FILES} or another word
 */
public record WorkerLimits(long usualMemory, long maxMemory, List<String> notEnforced) {
    public static final String MEMORY = "memory";
    public static final String CPU_TIME = "cpu_time";
    public static final String OPEN_FILES = "open_files";
    public static final int MAX_NOT_ENFORCED = 16;

    private static final Pattern WORD = Pattern.compile("[a-z][a-z_]{0,31}");
    private static final WorkerLimits NONE = new WorkerLimits(0, 0, List.of());

    /** @throws IllegalArgumentException with what is too much or not of the right form */
    public WorkerLimits {
        WorkerFacts.check(isAmount(usualMemory), "usual_memory", "a number of bytes");
        WorkerFacts.check(isAmount(maxMemory), "max_memory", "a number of bytes");
        WorkerFacts.check(
                notEnforced.size() <= MAX_NOT_ENFORCED
                        && notEnforced.stream()
                                .allMatch(word -> WORD.matcher(word).matches()),
                "not_enforced",
                "up to 16 short words");
        notEnforced = List.copyOf(notEnforced);
    }

    /** Of a worker that tells nothing of it. */
    public static WorkerLimits none() {
        return NONE;
    }

    private static boolean isAmount(long bytes) {
        return bytes >= 0 && bytes <= WorkerFacts.MAX_BYTES;
    }
}
