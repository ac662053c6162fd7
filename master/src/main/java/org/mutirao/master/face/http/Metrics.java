package org.mutirao.master.face.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mutirao.master.cluster.GroupView;
import org.mutirao.master.door.Grid;
import org.mutirao.master.door.WireDoor;
import org.mutirao.master.ledger.TaskCounts;
import org.mutirao.master.watch.EventFeed;
import org.mutirao.master.watch.JobBoard;
import org.mutirao.master.watch.Tallies;
import org.mutirao.master.watch.TaskBoard;
import org.mutirao.master.watch.Throughput;
import org.mutirao.master.watch.Views;
import org.mutirao.protocol.id.JobStatus;
import org.mutirao.protocol.id.ResourceUse;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.wire.SpoolMemory;

/** Numbers for Prometheus, read when it asks. No label has a name that a person gave, so that there are never more of them. */
final class Metrics {
    /** From what a small task takes to what runs overnight. */
    private static final Duration[] BUCKETS = Stream.of(
                    5L,
                    10L,
                    25L,
                    50L,
                    100L,
                    250L,
                    500L,
                    1_000L,
                    2_500L,
                    5_000L,
                    10_000L,
                    30_000L,
                    60_000L,
                    300_000L,
                    900_000L,
                    3_600_000L,
                    14_400_000L,
                    43_200_000L)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    /** From what a bare interpreter takes to a large machine. */
    private static final double[] MEMORY_BUCKETS =
            IntStream.rangeClosed(24, 36).mapToDouble(power -> 1L << power).toArray();

    private static final double MILLIS = 1000;

    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JobBoard jobs;
    private final Crew crew;
    private volatile Sight sight = new Sight(TaskCounts.NONE, Crew.Sight.of(List.of()));

    /** What was seen when Prometheus asked: one look for all numbers of an answer. */
    private record Sight(TaskCounts open, Crew.Sight crew) {}

    Metrics(Grid grid, Crew crew) {
        Views views = grid.views();
        TaskBoard board = views.board();
        this.jobs = views.jobs();
        this.crew = crew;
        for (TaskStatus status : TaskStatus.values()) {
            Gauge.builder("mutirao.tasks", board, b -> b.count(status))
                    .description("Tasks by state")
                    .tag("state", status.label())
                    .register(registry);
            Gauge.builder("mutirao.open.job.tasks", this, metrics -> metrics.sight
                            .open()
                            .in(status))
                    .description("Tasks of jobs that have not ended, by state")
                    .tag("state", status.label())
                    .register(registry);
        }
        for (JobStatus status : JobStatus.values()) {
            Gauge.builder("mutirao.jobs", jobs, b -> b.countOf(status))
                    .description("Jobs of several tasks by state")
                    .tag("state", status.label())
                    .register(registry);
        }
        strength("mutirao.workers", "Workers that are about", Crew.Strength::workers);
        strength("mutirao.slots", "Tasks that they run at a time", Crew.Strength::slots);
        strength("mutirao.slots.busy", "Slots of theirs that have a task", Crew.Strength::busy);
        for (String system : MachineSums.SYSTEMS) {
            Gauge.builder("mutirao.machines", this, metrics -> metrics.machines()
                            .bySystem()
                            .getOrDefault(system, 0L))
                    .description("Workers by their machine's system")
                    .tag("system", system)
                    .register(registry);
        }
        machines("mutirao.machines.cores", "Cores of all workers' machines", MachineSums::cores);
        machines("mutirao.machines.memory.bytes", "Memory of all workers' machines", MachineSums::memory);
        machines("mutirao.machines.disk.free.bytes", "What is free where workers run tasks", MachineSums::disk);
        machines("mutirao.machines.gpus", "GPUs of all workers' machines", MachineSums::gpus);
        Gauge.builder("mutirao.tasks.finished.per.second", views.throughput(), Throughput::perSecond)
                .description("Over the last minute")
                .register(registry);
        Gauge.builder("mutirao.events", views.feed(), EventFeed::lastId)
                .description("Events since the master started")
                .register(registry);
        Gauge.builder("mutirao.small.bytes", views.memory(), SpoolMemory::used)
                .description("Memory that small packages and results take")
                .register(registry);
        FunctionCounter.builder("mutirao.small.refused", views.memory(), SpoolMemory::refused)
                .description("Small packages and results that went through a file, since that memory was used up")
                .register(registry);
        FunctionCounter.builder("mutirao.refused", views.tallies(), Tallies::refused)
                .description("Packages that were refused")
                .register(registry);
        FunctionCounter.builder("mutirao.failed.proofs", grid.wire(), WireDoor::failedProofs)
                .description("Programs that did not prove that they know the room's secret")
                .register(registry);
        for (Limit limit : Limit.values()) {
            FunctionCounter.builder("mutirao.limits.reached", LimitsReached.here(), reached -> reached.times(limit))
                    .description("How often those outside wanted more than they may have")
                    .tag("limit", limit.label())
                    .register(registry);
        }
        FunctionCounter.builder("mutirao.engine.strangers", grid.group(), GroupView::strangers)
                .description("Connections to the port between the masters that came from elsewhere")
                .register(registry);
        FunctionCounter.builder("mutirao.cards.ignored", grid.group(), GroupView::ignoredCards)
                .description("Multicast cards of masters that do not know the room's secret")
                .register(registry);
        FunctionCounter.builder("mutirao.leases.lost", views.tallies(), Tallies::lost)
                .description("Leases that ended without a result")
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        views.tallies().listen(durations());
    }

    private MachineSums machines() {
        return sight.crew().machines();
    }

    private void strength(String name, String description, ToDoubleFunction<Crew.Strength> number) {
        Gauge.builder(
                        name,
                        this,
                        metrics -> number.applyAsDouble(metrics.sight.crew().strength()))
                .description(description)
                .register(registry);
    }

    private void machines(String name, String description, ToDoubleFunction<MachineSums> number) {
        Gauge.builder(name, this, metrics -> number.applyAsDouble(metrics.machines()))
                .description(description)
                .register(registry);
    }

    private Timer timer(String name, String description, String... tags) {
        return Timer.builder(name)
                .description(description)
                .tags(tags)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private Tallies.Durations durations() {
        Timer waited = timer("mutirao.task.wait", "From when a task could have had a lease until it got one");
        Timer succeeded = timer("mutirao.task.run", "How long scripts ran", "outcome", "succeeded");
        Timer failed = timer("mutirao.task.run", "How long scripts ran", "outcome", "failed");
        Timer transfer = timer(
                "mutirao.task.transfer", "What a lease took beside the run: the network, and waiting at the worker");
        DistributionSummary memory = DistributionSummary.builder("mutirao.task.peak.memory.bytes")
                .description("What scripts took of the memory at most, as workers say")
                .serviceLevelObjectives(MEMORY_BUCKETS)
                .register(registry);
        Counter cpu = counter("mutirao.task.cpu.seconds", "Time of processors that scripts took");
        Counter read = counter("mutirao.task.io.read.bytes", "What scripts read from disks");
        Counter written = counter("mutirao.task.io.written.bytes", "What scripts wrote to disks");
        return new Tallies.Durations() {
            @Override
            public void waited(long millis) {
                waited.record(millis, TimeUnit.MILLISECONDS);
            }

            @Override
            public void delivered(boolean hasSucceeded, long ranMs, long otherMs) {
                (hasSucceeded ? succeeded : failed).record(ranMs, TimeUnit.MILLISECONDS);
                transfer.record(otherMs, TimeUnit.MILLISECONDS);
            }

            @Override
            public void used(ResourceUse use) {
                use.peakMemory().ifPresent(memory::record);
                use.cpuMs().ifPresent(millis -> cpu.increment(millis / MILLIS));
                use.ioRead().ifPresent(read::increment);
                use.ioWritten().ifPresent(written::increment);
            }
        };
    }

    String text() {
        sight = new Sight(jobs.openTasks(), crew.now(TIMEOUT));
        return registry.scrape();
    }
}
