package org.mutirao.master.http;

import io.javalin.http.sse.SseClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.mutirao.master.watch.EventFeed;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.EventRow;

/**
 * Events to browsers. Each has a thread of its own that reads the feed at its own pace, so that one that never reads its stream
 * costs a thread and nothing else, until its connection times out.
 */
public final class LiveEvents implements AutoCloseable {
    private static final int MOST_READERS = 100;
    private static final int MOST_AT_ONCE = 50;
    private static final Duration PULSE = Duration.ofSeconds(5);
    /** A grid that hands out a thousand tasks a second still sends four messages a second to each browser. */
    private static final Duration REST = Duration.ofMillis(250);

    private final EventFeed feed;
    private final Supplier<Map<String, Object>> status;
    private final AtomicInteger number = new AtomicInteger();
    private final ExecutorService threads = new ThreadPoolExecutor(
            0,
            MOST_READERS,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> new Thread(task, "events-" + number.incrementAndGet()));

    /**
     * Has no readers yet.
     *
     * @param status what every message carries
     */
    public LiveEvents(EventFeed feed, Supplier<Map<String, Object>> status) {
        this.feed = feed;
        this.status = status;
    }

    void add(SseClient client) {
        client.keepAlive();
        Thread[] own = new Thread[1];
        client.onClose(() -> {
            if (own[0] != null) {
                own[0].interrupt();
            }
        });
        try {
            threads.execute(() -> {
                own[0] = Thread.currentThread();
                serve(client);
            });
        } catch (RejectedExecutionException e) {
            client.sendEvent("full", "{}");
            client.close();
        }
    }

    private void serve(SseClient client) {
        long known = feed.lastId();
        try {
            while (!client.terminated() && !threads.isShutdown()) {
                List<EventRow> events = feed.after(known, MOST_AT_ONCE);
                known = feed.lastId();
                Map<String, Object> message = new LinkedHashMap<>(status.get());
                message.put("events", events);
                client.sendEvent("state", Json.write(message));
                Thread.sleep(REST.toMillis());
                feed.await(known, PULSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            client.close();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
