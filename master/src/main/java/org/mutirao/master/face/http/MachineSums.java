package org.mutirao.master.face.http;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.message.WorkerRow;

/**
 * What workers' machines have together, as far as the workers tell.
 *
 * @param bySystem how many there are of each of {@link #SYSTEMS}
 */
record MachineSums(long cores, long memory, long disk, long gpus, Map<String, Long> bySystem) {
    private static final String OTHER = "other";
    private static final String UNKNOWN = "unknown";
    /** Not whatever a worker may call its system. */
    static final List<String> SYSTEMS = List.of("linux", "macos", "windows", OTHER, UNKNOWN);

    static MachineSums of(List<WorkerRow> workers) {
        return new MachineSums(
                sum(workers, WorkerFacts::cores),
                sum(workers, WorkerFacts::memory),
                sum(workers, WorkerFacts::disk),
                sum(workers, facts -> facts.gpus().size()),
                workers.stream()
                        .map(MachineSums::system)
                        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting())));
    }

    private static String system(WorkerRow worker) {
        String told = worker.facts()
                .map(WorkerFacts::system)
                .filter(system -> !system.isEmpty())
                .orElse(UNKNOWN);
        return SYSTEMS.contains(told) ? told : OTHER;
    }

    private static long sum(List<WorkerRow> workers, ToLongFunction<WorkerFacts> number) {
        return workers.stream()
                .flatMap(worker -> worker.facts().stream())
                .mapToLong(number)
                .sum();
    }
}
