package org.mutirao.protocol.id;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a script and all that it started took of its worker's machine. What is not known is empty.
 *
 * @param peakMemory at most at a time, in bytes
 * @param cpuMs time of the processor, in milliseconds
 * @param ioRead bytes that came from the disk
 * @param ioWritten bytes that went to the disk
 */
public record ResourceUse(
        Optional<Long> peakMemory, Optional<Long> cpuMs, Optional<Long> ioRead, Optional<Long> ioWritten) {
    private static final String PEAK_MEMORY = "peak_memory";
    private static final String CPU_MS = "cpu_ms";
    private static final String IO_READ = "io_read";
    private static final String IO_WRITTEN = "io_written";
    /** No machine has so much of anything. */
    private static final long MAX_AMOUNT = WorkerFacts.MAX_BYTES;

    private static final ResourceUse UNKNOWN =
            new ResourceUse(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Nothing is known. */
    public static ResourceUse unknown() {
        return UNKNOWN;
    }

    public boolean tellsAnything() {
        return !equals(UNKNOWN);
    }

    /** What is known, by the names that {@code result.json} and messages have for it. */
    public Map<String, Long> named() {
        Map<String, Long> named = new LinkedHashMap<>();
        peakMemory.ifPresent(bytes -> named.put(PEAK_MEMORY, bytes));
        cpuMs.ifPresent(millis -> named.put(CPU_MS, millis));
        ioRead.ifPresent(bytes -> named.put(IO_READ, bytes));
        ioWritten.ifPresent(bytes -> named.put(IO_WRITTEN, bytes));
        return named;
    }

    /**
     * What stands under these names. What is less than 0 is not known.
     *
     * @param amount finds a whole number by its name
     */
    public static ResourceUse of(Function<String, Optional<Long>> amount) {
        Function<String, Optional<Long>> known =
                name -> amount.apply(name).filter(number -> number >= 0 && number <= MAX_AMOUNT);
        return new ResourceUse(
                known.apply(PEAK_MEMORY), known.apply(CPU_MS), known.apply(IO_READ), known.apply(IO_WRITTEN));
    }

    /** The same of fields that have other things too. */
    public static ResourceUse of(Map<String, ?> fields) {
        return of(name -> Stream.ofNullable(fields.get(name))
                .filter(value -> value instanceof Integer || value instanceof Long)
                .map(value -> ((Number) value).longValue())
                .findFirst());
    }
}
