package org.mutirao.master.face.zmq;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.mutirao.protocol.text.Text;

/**
 * How far the course's programs may set this master's application clock. Their servers' clocks stand still between two settings, and a
 * coordinator among them averages ours with those; so a setting is followed in small steps only. Safe for any thread.
 */
final class ClockSteps {
    static final double MAX_SECONDS = 1;
    static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration QUIET = Duration.ofMinutes(10);

    private final LongSupplier nanos;
    private final Consumer<String> voice;
    private long steppedAt;
    private long askedAt;

    /** @param voice told in words when somebody begins to set the clock, once until it was left alone for a while */
    ClockSteps(LongSupplier nanos, Consumer<String> voice) {
        this.nanos = nanos;
        this.voice = voice;
        steppedAt = nanos.getAsLong() - INTERVAL.toNanos();
        askedAt = nanos.getAsLong() - QUIET.toNanos();
    }

    /**
     * Somebody wants the clock to be ahead by so many seconds.
     *
     * @return by how many to put it forward now; 0 if it was set a short while ago
     */
    synchronized double towards(double ahead) {
        long now = nanos.getAsLong();
        if (now - askedAt >= QUIET.toNanos()) {
            voice.accept(Text.kept(
                    "A ZeroMQ program sets this master's clock, now by %d s; it is followed by at most %d s every %d s."
                            + " 'console admin set-clock' sets it at once",
                    Math.round(ahead), Math.round(MAX_SECONDS), INTERVAL.toSeconds()));
        }
        askedAt = now;
        if (now - steppedAt < INTERVAL.toNanos()) {
            return 0;
        }
        steppedAt = now;
        return Math.max(-MAX_SECONDS, Math.min(MAX_SECONDS, ahead));
    }
}
