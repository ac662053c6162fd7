package org.mutirao.master.face.zmq;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** The two clocks that go into an answer: Lamport's, and the time of day as those programs write it. Safe for any thread. */
final class Clockwork {
    /** Those programs live in Brazil's time, whatever the machine says. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.ofHours(-3));

    private final InstantSource wall;
    private final AtomicLong lamport = new AtomicLong();

    Clockwork(InstantSource wall) {
        this.wall = wall;
    }

    /** Something stamped was received: not behind it any more. */
    void receive(long stamp) {
        lamport.accumulateAndGet(stamp, Math::max);
    }

    /** The stamp of what is sent next. */
    long next() {
        return lamport.incrementAndGet();
    }

    long now() {
        return lamport.get();
    }

    String time() {
        return time(wall.millis());
    }

    static String time(long millis) {
        return TIME.format(Instant.ofEpochMilli(millis));
    }

    /** An answer with both clocks, as most have them. */
    Envelope stamped(String service, Object... namesAndValues) {
        Envelope envelope = Envelope.of(service, namesAndValues);
        envelope.data().put("timestamp", time());
        envelope.data().put("clock", next());
        return envelope;
    }

    double seconds() {
        return wall.millis() / 1e3;
    }
}
