package org.mutirao.worker;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.DaemonThreads;

/**
 * Ctrl-C and the like at a worker: the first finishes what runs, the second ends it at once. The JVM's own way would end the scripts with the
 * worker, at the first signal already.
 */
final class StopSignals {
    /** What a shell gives a program that Ctrl-C ended. */
    static final int STOPPED = 130;

    private static final long CLOSING_MILLIS = 5000;

    private final AtomicInteger heard = new AtomicInteger();

    private StopSignals() {}

    /**
     * Listens from now on.
     *
     * @param say shows a person a line
     */
    static StopSignals of(Worker worker, Consumer<String> say) {
        StopSignals signals = new StopSignals();
        for (String name : new String[] {"INT", "TERM"}) {
            if (!Signals.handle(name, () -> signals.hear(worker, say))) {
                say.accept(Text.of("this system does not let us hear %s", name));
            }
        }
        return signals;
    }

    private void hear(Worker worker, Consumer<String> say) {
        if (heard.incrementAndGet() == 1) {
            say.accept(Text.of("finishing what runs, then leaving; again to stop at once"));
            worker.drain();
        } else {
            DaemonThreads.once("stop", () -> stopAtOnce(worker)).start();
        }
    }

    /** Whether a second one was heard: it ends the worker too, perhaps a moment later than another thread sees it. */
    boolean stopAtOnce() {
        return heard.get() > 1;
    }

    /** Ends the scripts too; whatever resists, the process ends. */
    private static void stopAtOnce(Worker worker) {
        Thread closing = DaemonThreads.once("closing", worker::close);
        closing.start();
        try {
            closing.join(CLOSING_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(STOPPED);
    }
}
