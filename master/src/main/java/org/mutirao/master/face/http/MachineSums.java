package org.mutirao.master.face.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.mutirao.master.door.Grid;
import org.mutirao.master.door.Origin;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerRow;

/** What all workers' machines have together, for Prometheus, as the leader last said. Nobody waits for its answer. */
final class Machines {
    private static final long INTERVAL = TimeUnit.SECONDS.toNanos(2);
    private static final String OTHER = "other";
    private static final String UNKNOWN = "unknown";
    /** Not whatever a worker may call its system. */
    private static final List<String> SYSTEMS = List.of("linux", "macos", "windows", OTHER, UNKNOWN);

    private record Sums(long cores, long memory, long disk, long gpus, Map<String, Integer> bySystem) {}

    private final Grid grid;
    private final AtomicLong nextLook;
    private volatile Sums last = new Sums(0, 0, 0, 0, Map.of());

    Machines(Grid grid, MeterRegistry registry) {
        this.grid = grid;
        this.nextLook = new AtomicLong(grid.ticker().getAsLong());
        for (String system : SYSTEMS) {
            Gauge.builder("mutirao.machines", this, machines -> machines.last
                            .bySystem()
                            .getOrDefault(system, 0))
                    .description("Workers by their machine's system")
                    .tag("system", system)
                    .register(registry);
        }
        gauge(registry, "mutirao.machines.cores", "Cores of all workers' machines", Sums::cores);
        gauge(registry, "mutirao.machines.memory.bytes", "Memory of all workers' machines", Sums::memory);
        gauge(registry, "mutirao.machines.disk.free.bytes", "What is free where workers run tasks", Sums::disk);
        gauge(registry, "mutirao.machines.gpus", "GPUs of all workers' machines", Sums::gpus);
    }

    private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<Sums> number) {
        Gauge.builder(name, this, machines -> number.applyAsDouble(machines.last))
                .description(description)
                .register(registry);
    }

    /** Asks for new numbers if those that are known are old. They are there at the next look. */
    void look() {
        long now = grid.ticker().getAsLong();
        long due = nextLook.get();
        if (now - due >= 0 && nextLook.compareAndSet(due, now + INTERVAL)) {
            var unused =
                    grid.ask(new OperatorRequest.ListWorkers(), Origin.inside()).thenAccept(this::heard);
        }
    }

    private void heard(Reply reply) {
        if (reply instanceof Reply.WorkerList list) {
            Map<String, Integer> bySystem = new HashMap<>();
            list.workers().forEach(worker -> bySystem.merge(system(worker), 1, Integer::sum));
            last = new Sums(
                    sum(list.workers(), WorkerFacts::cores),
                    sum(list.workers(), WorkerFacts::memory),
                    sum(list.workers(), WorkerFacts::disk),
                    sum(list.workers(), facts -> facts.gpus().size()),
                    bySystem);
        }
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
