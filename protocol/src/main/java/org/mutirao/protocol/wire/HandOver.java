package org.mutirao.protocol.wire;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.util.concurrent.RejectedExecutionException;
import org.mutirao.protocol.threads.EventThread;

/**
 * Hands answers to the threads of their connections, in order. One task of the master may answer many programs: a thread that sleeps is
 * woken once for all of them, at that task's end. Waking costs more than an answer.
 */
final class HandOver {
    private HandOver() {}

    /** @throws RejectedExecutionException when the connection's thread has ended */
    static void to(EventExecutor thread, Runnable answer) {
        if (thread instanceof SingleThreadEventExecutor single) {
            single.lazyExecute(answer);
            EventThread.afterTask(new WakeUp(single));
        } else {
            thread.execute(answer);
        }
    }

    private record WakeUp(SingleThreadEventExecutor thread) implements Runnable {
        @Override
        public void run() {
            if (thread.pendingTasks() == 0) {
                return; // it was awake
            }
            try {
                thread.execute(() -> {});
            } catch (RejectedExecutionException e) {
                // It ends, and runs what waits before it does.
            }
        }
    }
}
