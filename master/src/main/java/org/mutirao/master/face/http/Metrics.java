package org.mutirao.master.face.http;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.mutirao.master.watch.EventFeed;
import org.mutirao.master.watch.JobBoard;
import org.mutirao.master.watch.JobList;
import org.mutirao.master.watch.TaskBoard;
import org.mutirao.master.watch.Throughput;
import org.mutirao.master.watch.Views;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.wire.SpoolMemory;

/** Numbers for Prometheus, read when it asks. */
final class Metrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    Metrics(Views views) {
        TaskBoard board = views.board();
        for (TaskStatus status : TaskStatus.values()) {
            Gauge.builder("mutirao.tasks", board, b -> b.count(status))
                    .description("Tasks by state")
                    .tag("state", status.label())
                    .register(registry);
        }
        JobBoard jobs = views.jobs();
        for (String state : JobList.STATES) {
            Gauge.builder("mutirao.jobs", jobs, b -> b.countOf(state))
                    .description("Jobs of several tasks by state")
                    .tag("state", state)
                    .register(registry);
        }
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
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
    }

    String text() {
        return registry.scrape();
    }
}
