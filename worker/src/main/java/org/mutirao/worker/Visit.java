package org.mutirao.worker;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.mutirao.protocol.text.Text;
import org.mutirao.worker.stay.MachineWatch;
import org.mutirao.worker.stay.Stay;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** At what time of the day this worker takes tasks, and when it leaves by itself. Shared by all slots; safe for any thread. */
final class Visit {
    private static final Logger log = LoggerFactory.getLogger("mutirao.worker");
    /** How long what was asked may still be answered when it leaves; a question knows when the lifetime ends. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(10);
    /** The last question waits a little, else there would be very many of them until somebody looks at the time. */
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

    private final Stay stay;
    private final Drain drain;
    private final LongSupplier nanos;
    private final MachineWatch machine;
    private final long began;
    private long idleSince;
    private int taken;
    private boolean leaving;
    private long leavingSince;
    private boolean closed;

    /**
     * It begins now.
     *
     * @param nanos monotonic
     * @param machine knows when it may work
     */
    Visit(Stay stay, Drain drain, LongSupplier nanos, MachineWatch machine) {
        this.stay = stay;
        this.drain = drain;
        this.nanos = nanos;
        this.machine = machine;
        this.began = nanos.getAsLong();
        this.idleSince = began;
    }

    /** How long to wait before it may be asked again whether it is time for work; empty if it is. */
    synchronized Optional<Duration> pauseBeforeAsking() {
        Optional<Duration> pause = machine.pause();
        closed = pause.isPresent();
        return pause;
    }

    /** As much of that time as there is left of the hours for work and of the lifetime, so that no task comes after them. */
    Duration whileOpen(Duration patience) {
        Duration open = machine.whileOpen(patience);
        return stay.lifetime().map(lifetime -> atMost(left(lifetime), open)).orElse(open);
    }

    private Duration left(Duration lifetime) {
        Duration left = lifetime.minusNanos(nanos.getAsLong() - began);
        return left.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : left;
    }

    private static Duration atMost(Duration time, Duration most) {
        return time.compareTo(most) < 0 ? time : most;
    }

    /** Begins to leave when it is time. Called now and then. */
    void look() {
        reasonToLeave().ifPresent(reason -> {
            log.info("{}: finishing what runs, then leaving", reason);
            drain.beginGently();
        });
        if (hasWaitedForAnswers()) {
            drain.begin();
        }
    }

    private synchronized boolean hasWaitedForAnswers() {
        return leaving && nanos.getAsLong() - leavingSince >= LAST_ANSWERS.toNanos();
    }

    private synchronized Optional<String> reasonToLeave() {
        if (leaving) {
            return Optional.empty();
        }
        long now = nanos.getAsLong();
        // A task that came and went between two looks was work too; outside of its hours a worker is not idle.
        if (drain.isBusy() || drain.taken() > taken || closed) {
            idleSince = now;
        }
        taken = drain.taken();
        Optional<String> reason = Optional.empty();
        if (hasPassed(stay.lifetime(), now - began)) {
            reason = Optional.of(Text.of("The --lifetime is over"));
        } else if (drain.hasTakenAll()) {
            reason = Optional.of(Text.of("As many tasks as --max-tasks says were taken"));
        } else if (hasPassed(stay.idleExit(), now - idleSince)) {
            reason = Optional.of(Text.of("There was nothing to do for as long as --idle-exit says"));
        }
        leaving = reason.isPresent();
        leavingSince = now;
        return reason;
    }

    private static boolean hasPassed(Optional<Duration> time, long passed) {
        return time.filter(length -> passed >= length.toNanos()).isPresent();
    }
}
