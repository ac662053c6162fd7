package org.mutirao.master.http;

import io.javalin.http.sse.SseClient;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What browsers are told as it happens. Each has a thread of its own and is written to at its own pace, so that one that never reads
 * its stream costs a thread and nothing else, until its connection times out.
 */
final class Streams implements AutoCloseable {
    private static final int MOST_READERS = 100;

    private final AtomicInteger number = new AtomicInteger();
    private final ExecutorService threads = new ThreadPoolExecutor(
            0,
            MOST_READERS,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> new Thread(task, "events-" + number.incrementAndGet()));

    /** Writes to one browser until it is gone; interrupted when that is known, or when the master stops. */
    @FunctionalInterface
    interface Source {
        void writeTo(SseClient client) throws InterruptedException;
    }

    void add(SseClient client, Source source) {
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
                serve(client, source);
            });
        } catch (RejectedExecutionException e) {
            client.sendEvent("full", "{}");
            client.close();
        }
    }

    private static void serve(SseClient client, Source source) {
        try {
            source.writeTo(client);
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
