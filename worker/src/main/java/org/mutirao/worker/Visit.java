package org.mutirao.worker;

import java.time.Duration;
import java.time.LocalTime;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.mutirao.protocol.text.Text;
import org.mutirao.worker.stay.Hours;
import org.mutirao.worker.stay.Stay;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When this worker takes tasks, and when it leaves by itself. Shared by all slots; safe for any thread. */
final class Visit {
    private static final Logger log = LoggerFactory.getLogger("mutirao.worker");
    /** The clock may be set meanwhile. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private static final Duration SHORTLY = Duration.ofMillis(500);

    private final Stay stay;
    private final Drain drain;
    private final LongSupplier nanos;
    private final Supplier<LocalTime> timeOfDay;
    private final long began;
    private long idleSince;
    private int taken;
    private int asking;
    private int running;
    private boolean leaving;
    private boolean outside;

    /**
     * It begins now.
     *
     * @param nanos monotonic
     * @param timeOfDay by this machine's clock
     */
    Visit(Stay stay, Drain drain, LongSupplier nanos, Supplier<LocalTime> timeOfDay) {
        this.stay = stay;
        this.drain = drain;
        this.nanos = nanos;
        this.timeOfDay = timeOfDay;
        this.began = nanos.getAsLong();
        this.idleSince = began;
    }

    /** Whether a slot may ask for a task now; else how long to wait before it tries again. {@link #asked} must follow if it may. */
    synchronized Optional<Duration> pauseBeforeAsking() {
        Optional<Hours> closed = stay.hours().filter(hours -> !hours.include(timeOfDay.get()));
        if (closed.isPresent()) {
            Duration wait = closed.get().untilNext(timeOfDay.get());
            if (!outside) {
                log.info("Taking no work outside of --hours {}", closed.get());
            }
            outside = true;
            return Optional.of(wait.compareTo(LONGEST_PAUSE) < 0 ? wait : LONGEST_PAUSE);
        }
        outside = false;
        if (stay.maxTasks().isPresent() && taken + asking >= stay.maxTasks().getAsInt()) {
            return Optional.of(SHORTLY);
        }
        asking++;
        return Optional.empty();
    }

    /** The question was answered. {@link #ended} must follow if there was a task. */
    synchronized void asked(boolean gotTask) {
        asking--;
        if (gotTask) {
            taken++;
            running++;
        }
    }

    /** One that it had has ended. */
    synchronized void ended() {
        running--;
        idleSince = nanos.getAsLong();
    }

    /** Begins to leave when it is time. Called now and then. */
    void look() {
        reasonToLeave().ifPresent(reason -> {
            log.info("{}: finishing what runs, then leaving", reason);
            drain.begin();
        });
    }

    private synchronized Optional<String> reasonToLeave() {
        if (leaving) {
            return Optional.empty();
        }
        long now = nanos.getAsLong();
        Optional<String> reason = Optional.empty();
        if (stay.lifetime().filter(time -> now - began >= time.toNanos()).isPresent()) {
            reason = Optional.of(Text.of("The --lifetime is over"));
        } else if (stay.maxTasks().isPresent() && taken >= stay.maxTasks().getAsInt()) {
            reason = Optional.of(Text.of("As many tasks as --max-tasks says were taken"));
        } else if (running == 0
                && stay.idleExit()
                        .filter(time -> now - idleSince >= time.toNanos())
                        .isPresent()) {
            reason = Optional.of(Text.of("There was nothing to do for as long as --idle-exit says"));
        }
        leaving = reason.isPresent();
        return reason;
    }
}
