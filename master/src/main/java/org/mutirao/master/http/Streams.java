package org.mutirao.master.http;

import io.javalin.http.sse.SseClient;
import java.util.concurrent.RejectedExecutionException;
import org.mutirao.protocol.threads.GuardedPool;

/**
 * What browsers are told as it happens. Each has a thread of its own and is written to at its own pace, so that one that never reads
 * its stream costs a thread and nothing else, until its connection times out.
 */
final class Streams implements AutoCloseable {
    private static final int MOST_READERS = 100;

    private final GuardedPool threads = GuardedPool.upTo("events", MOST_READERS);

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
