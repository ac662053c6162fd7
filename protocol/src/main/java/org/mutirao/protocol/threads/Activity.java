package org.mutirao.protocol.threads;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** What one thread is at, as it says itself. Any thread may read it. */
public final class Activity implements AutoCloseable {
    private final String name;
    private final Duration within;
    private final LongSupplier nanos;
    private final Runnable forget;
    private volatile Work work;

    private record Work(Object what, long since, long within) {}

    Activity(String name, Duration within, LongSupplier nanos, Runnable forget) {
        this.name = name;
        this.within = within;
        this.nanos = nanos;
        this.forget = forget;
    }

    /** Begins something, or has come one step further with it. What it is called is asked for only when somebody wants to know. */
    public void doing(Object what) {
        doing(what, within);
    }

    /** Begins something that may take longer, or must not take as long, as usual. */
    public void doing(Object what, Duration longest) {
        work = new Work(what, nanos.getAsLong(), longest.toNanos());
    }

    /** Waits for work, which may take for ever. */
    public void idle() {
        work = null;
    }

    /** What is being done, empty while idle. */
    public Optional<String> now() {
        Work seen = work;
        return seen == null ? Optional.empty() : Optional.of(String.valueOf(seen.what()));
    }

    String name() {
        return name;
    }

    Optional<Stall> stall() {
        Work seen = work;
        if (seen == null) {
            return Optional.empty();
        }
        long age = nanos.getAsLong() - seen.since();
        return age <= seen.within()
                ? Optional.empty()
                : Optional.of(new Stall(name, String.valueOf(seen.what()), Duration.ofNanos(age)));
    }

    /** Is no longer watched. */
    @Override
    public void close() {
        forget.run();
    }
}
