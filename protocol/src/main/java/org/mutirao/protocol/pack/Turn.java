package org.mutirao.protocol.pack;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** The right to have a ZIP with a very long list of contents open: it takes much memory, so one at a time in this process. */
final class Turn {
    /** Room for 10 000 files with names of usual length. */
    private static final long LONG_LIST = 2L << 20;

    private static final Semaphore ONE = new Semaphore(1);

    private final AtomicBoolean held;

    private Turn(boolean held) {
        this.held = new AtomicBoolean(held);
    }

    /** For a list of so many bytes; waits for whoever has a long one open. */
    static Turn of(long length) {
        boolean isLong = length > LONG_LIST;
        if (isLong) {
            ONE.acquireUninterruptibly();
        }
        return new Turn(isLong);
    }

    /** Harmless when repeated. */
    void end() {
        if (held.compareAndSet(true, false)) {
            ONE.release();
        }
    }
}
