package org.mutirao.master.face.zmq;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.mutirao.protocol.threads.Activity;
import org.mutirao.protocol.threads.GuardedLoop;
import org.mutirao.protocol.threads.Liveness;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZMQException;
import zmq.ZError;

/**
 * The threads between ZeroMQ's sockets. A fault is logged once and ends none of them; {@link #close} ends all. A thread that waits at a
 * socket may wait for ever and is watched only while it works. Nothing here interrupts a thread: that would break its sockets.
 */
final class ZmqThreads implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ZmqThreads.class);
    /** The longest wait for the grid's reply is 20 s, and one turn of most threads waits for few. */
    static final Duration WITHIN = Duration.ofMinutes(2);

    private final Liveness liveness;
    private final CountDownLatch closing = new CountDownLatch(1);

    /** What one thread does again and again, and its sockets. */
    interface Turn {
        /**
         * Once.
         *
         * @param activity told of the work, after the wait for it
         */
        void run(Activity activity) throws InterruptedException;

        /** Closes the sockets. Called once, by the thread that used them. */
        default void end() {}
    }

    ZmqThreads(Liveness liveness) {
        this.liveness = liveness;
    }

    /** Starts a thread; {@code name} without what all have in common, for example {@code broker}. */
    void start(String name, Turn turn) {
        GuardedLoop[] own = new GuardedLoop[1];
        Activity activity = liveness.activity("ZeroMQ " + name, WITHIN);
        own[0] = new GuardedLoop(
                "zmq-" + name,
                () -> {
                    if (!isClosed() && ranUntilTheEnd(turn, activity)) {
                        return;
                    }
                    own[0].endAfterStep();
                    turn.end();
                },
                fault -> {},
                this::pause,
                activity);
        own[0].start();
    }

    /** Whether the thread is to go on. */
    private boolean ranUntilTheEnd(Turn turn, Activity activity) {
        try {
            turn.run(activity);
            return !isClosed();
        } catch (InterruptedException e) {
            if (!isClosed()) {
                throw new IllegalStateException("a thread of ZeroMQ was interrupted", e);
            }
            return false;
        } catch (RuntimeException | Error e) {
            if (isClosed() || isTheEnd(e)) {
                log.debug("A thread of ZeroMQ ends: {}", e.toString());
                return false;
            }
            throw e;
        }
    }

    private static boolean isTheEnd(Throwable fault) {
        return fault instanceof ZMQException ended && ended.getErrorCode() == ZError.ETERM;
    }

    /** Waits that long, or until the end. */
    void pause(Duration time) throws InterruptedException {
        if (closing.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
            log.trace("No pause at the end");
        }
    }

    boolean isClosed() {
        return closing.getCount() == 0;
    }

    /** Each thread ends after its turn, and closes its sockets. */
    @Override
    public void close() {
        closing.countDown();
    }
}
