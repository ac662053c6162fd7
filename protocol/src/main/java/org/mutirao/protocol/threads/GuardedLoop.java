package org.mutirao.protocol.threads;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.mutirao.protocol.text.Text;

/**
 * A thread that runs a step again and again until it is closed. What a step throws, whatever it is, is said once, told to a handler
 * (which answers, or gives a lease back), and followed by a pause that grows; then the next step. Only {@link #close},
 * {@link #abandon} or {@link #endAfterStep} ends it.
 */
public final class GuardedLoop implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(30);
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final String name;
    private final Step step;
    private final Consumer<Throwable> onFault;
    private final Pause pause;
    private final Activity activity;
    private final Faults faults;
    private final Thread thread;
    private volatile boolean closed;

    /** What is done again and again. May block; calls {@link Activity#idle} before it waits for work. */
    @FunctionalInterface
    public interface Step {
        /** One round. */
        void run() throws Exception;
    }

    /** How the time after a fault is waited for. */
    @FunctionalInterface
    public interface Pause {
        /** Returns after that time. */
        void sleep(Duration time) throws InterruptedException;
    }

    /** With a handler, a pause and an activity of one's own. */
    public GuardedLoop(String name, Step step, Consumer<Throwable> onFault, Pause pause, Activity activity) {
        this.name = name;
        this.step = step;
        this.onFault = onFault;
        this.pause = pause;
        this.activity = activity;
        this.faults = new Faults(name);
        this.thread = DaemonThreads.named(name).newThread(this::run);
    }

    /** Watched by that activity; nobody need be told of a fault. */
    public GuardedLoop(String name, Step step, Activity activity) {
        this(name, step, fault -> {}, time -> TimeUnit.NANOSECONDS.sleep(time.toNanos()), activity);
    }

    /** Unwatched. */
    public GuardedLoop(String name, Step step) {
        this(name, step, Liveness.unwatched().activity(name, MAX_PAUSE));
    }

    /** Begins; to be called once. */
    public GuardedLoop start() {
        thread.start();
        return this;
    }

    private void run() {
        Duration next = FIRST_PAUSE;
        try {
            while (!closed) {
                if (ranWell()) {
                    next = FIRST_PAUSE;
                } else {
                    rest(next);
                    next = next.compareTo(MAX_PAUSE.dividedBy(2)) > 0 ? MAX_PAUSE : next.multipliedBy(2);
                }
            }
        } finally {
            activity.close();
        }
    }

    private boolean ranWell() {
        try {
            step.run();
            return true;
        } catch (Throwable fault) { // whatever it is: this thread must not die unseen
            if (!closed) {
                faults.report(activity.now().orElseGet(() -> Text.of("a step of %s", name)), fault);
                tell(fault);
            }
            return closed;
        } finally {
            activity.idle();
        }
    }

    private void tell(Throwable fault) {
        try {
            onFault.accept(fault);
        } catch (Throwable second) { // as above
            faults.report(Text.of("telling of a fault"), second);
        }
    }

    private void rest(Duration time) {
        try {
            pause.sleep(time);
        } catch (InterruptedException e) {
            // By close(), or a stray one; the loop's condition knows.
        } catch (Throwable fault) { // as above
            faults.report(Text.of("a pause"), fault);
        }
    }

    /** How many faults there were. */
    public long faults() {
        return faults.total();
    }

    /** Whether it still runs. */
    public boolean isAlive() {
        return thread.isAlive();
    }

    /** The step under way is the last one. */
    public void endAfterStep() {
        closed = true;
    }

    /** Waits for the end. */
    public void join() throws InterruptedException {
        thread.join();
    }

    /** Interrupts the step under way, which is the last one, and does not wait: it may never end. */
    public void abandon() {
        closed = true;
        thread.interrupt();
    }

    /** Interrupts the step under way, and waits a little for the end. */
    @Override
    public void close() {
        abandon();
        if (Thread.currentThread() != thread) {
            try {
                thread.join(GRACE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
