package org.mutirao.master.face.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import org.mutirao.master.watch.EventFeed;
import org.mutirao.master.watch.TaskBoard;
import org.mutirao.master.watch.Throughput;

/** Numbers for Prometheus, read when it asks. */
final class Metrics {
    private static final List<String> LABELS =
            List.of("queued", "leased", "done", "unsuccessful", "failed", "cancelled");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    Metrics(TaskBoard board, EventFeed feed, Throughput throughput) {
        for (String label : LABELS) {
            Gauge.builder("mutirao.tasks", board, b -> b.counts().getOrDefault(label, 0L))
                    .description("Tasks by state")
                    .tag("state", label)
                    .register(registry);
        }
        Gauge.builder("mutirao.tasks.finished.per.second", throughput, Throughput::perSecond)
                .description("Over the last minute")
                .register(registry);
        Gauge.builder("mutirao.events", feed, EventFeed::lastId)
                .description("Events since the master started")
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
    }

    String text() {
        return registry.scrape();
    }
}
