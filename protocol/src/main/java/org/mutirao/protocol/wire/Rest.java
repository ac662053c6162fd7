package org.mutirao.protocol.wire;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The pause between two answers to the same program. Two answers in one read would be one broken message to a program with a single {@code
 * recv}. For the connection's own thread.
 */
final class Rest {
    private static final int PAUSE_MILLIS = 50;

    private final EventExecutor executor;
    private boolean resting;
    private Runnable next;

    Rest(EventExecutor executor) {
        this.executor = executor;
    }

    /** Runs it when the pause is over; false if there is none now. */
    boolean delays(Runnable answer) {
        if (resting) {
            next = answer;
        }
        return resting;
    }

    void begin() {
        resting = true;
        executor.schedule(this::end, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void end() {
        resting = false;
        Runnable delayed = next;
        next = null;
        if (delayed != null) {
            delayed.run();
        }
    }
}
