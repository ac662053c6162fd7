package org.mutirao.master.face.http;

import io.javalin.http.sse.SseClient;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.RejectedExecutionException;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.threads.GuardedPool;
import org.mutirao.protocol.wire.ConnectionCounts;

/**
 * What browsers are told as it happens. Each has a thread of its own and is written to at its own pace, so that one that never reads
 * its stream costs a thread and nothing else, until its connection times out.
 */
final class Streams implements AutoCloseable {
    private final GuardedPool threads;
    private final ConnectionCounts counts;

    /**
     * Nobody reads yet.
     *
     * @param most browsers at a time
     * @param mostOfOne of them at one other machine
     */
    Streams(int most, int mostOfOne) {
        threads = GuardedPool.upTo("events", most);
        counts = new ConnectionCounts(most, mostOfOne);
    }

    /** Writes to one browser until it is gone; interrupted when that is known, or when the master stops. */
    @FunctionalInterface
    interface Source {
        void writeTo(SseClient client) throws InterruptedException;
    }

    void add(SseClient client, Source source) {
        InetAddress from = addressOf(client);
        if (!counts.enter(from)) {
            full(client);
            return;
        }
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
                try {
                    serve(client, source);
                } finally {
                    counts.leave(from);
                }
            });
        } catch (RejectedExecutionException e) {
            counts.leave(from);
            full(client);
        }
    }

    private static void full(SseClient client) {
        LimitsReached.here().note(Limit.HTTP_STREAMS, client.ctx().req().getRemoteAddr());
        client.sendEvent("full", "{}");
        client.close();
    }

    private static InetAddress addressOf(SseClient client) {
        try {
            return InetAddress.getByName(client.ctx().req().getRemoteAddr()); // a number, so that nobody is asked
        } catch (UnknownHostException e) {
            throw new IllegalStateException("a connection without an address", e);
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
