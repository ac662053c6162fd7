package org.mutirao.worker.sandbox;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.DaemonThreads;

/**
 * Starts processes that are to end with the worker. The system ends such a process when the thread ends that started it, so this one
 * never does.
 */
final class LastingThread {
    private static final Executor STARTER = DaemonThreads.clock("sandbox starter");

    private LastingThread() {}

    static Process start(ProcessBuilder builder) throws IOException {
        CompletableFuture<Process> started = new CompletableFuture<>();
        STARTER.execute(() -> {
            try {
                started.complete(builder.start());
            } catch (IOException | RuntimeException | Error e) {
                started.completeExceptionally(e);
            }
        });
        try {
            return started.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failed) {
                throw new IOException(failed.getMessage(), failed);
            }
            throw new IllegalStateException("starting a process failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(Text.of("the worker stops"), e);
        }
    }
}
