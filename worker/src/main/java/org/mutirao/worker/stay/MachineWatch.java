package org.mutirao.worker.stay;

import java.time.Duration;
import java.time.LocalTime;
import java.util.Optional;
import java.util.function.Supplier;
import org.mutirao.protocol.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows whether the worker may work on its machine now. One thread looks; any thread may ask. */
public final class MachineWatch {
    private static final Logger log = LoggerFactory.getLogger("mutirao.worker");
    /** The clock may be set meanwhile. */
    private static final Duration MAX_PAUSE = Duration.ofSeconds(30);
    /** Until it is asked again whether somebody still uses the machine. */
    private static final Duration SHORTLY = Duration.ofSeconds(1);

    /** Why it may not work. */
    public enum Reason {
        HOURS,
        PERSON,
        BATTERY;

        /** Why a task goes back to the master. */
        public String ofReturn() {
            return switch (this) {
                case HOURS -> Text.of("the worker's hours are over");
                case PERSON -> Text.of("somebody uses the worker's machine");
                case BATTERY -> Text.of("the worker's machine is on battery");
            };
        }
    }

    private final WorkTimes times;
    private final Senses senses;
    private final Supplier<LocalTime> timeOfDay;
    /** As it was found at the last look. */
    private volatile Optional<Reason> found = Optional.empty();

    /** Whether the machine told what it was asked at the last look. */
    private boolean wasTold;

    private Optional<Reason> said = Optional.empty();

    /**
     * Has not looked yet.
     *
     * @param timeOfDay by this machine's clock
     */
    public MachineWatch(WorkTimes times, Senses senses, Supplier<LocalTime> timeOfDay) {
        this.times = times;
        this.senses = senses;
        this.timeOfDay = timeOfDay;
    }

    /**
     * Looks whether somebody uses the machine, and where its power comes from. What can't be told twice in a row counts as that; a session that
     * ends while it is asked about is no person who came back.
     */
    public void look() throws InterruptedException {
        boolean isTold = true;
        Optional<Reason> now = Optional.empty();
        if (times.idle().isPresent()) {
            Duration least = times.idle().get();
            Optional<Duration> idle = senses.idle();
            isTold = idle.isPresent();
            now = idle.filter(time -> time.compareTo(least) >= 0).isPresent()
                    ? Optional.empty()
                    : Optional.of(Reason.PERSON);
        }
        if (now.isEmpty() && times.mainsOnly()) {
            Optional<Boolean> onBattery = senses.onBattery();
            isTold = onBattery.isPresent();
            now = onBattery.orElse(true) ? Optional.of(Reason.BATTERY) : Optional.empty();
        }
        if (isTold || !wasTold) {
            found = now;
        }
        wasTold = isTold;
        tell(reason());
    }

    private void tell(Optional<Reason> now) {
        if (now.equals(said)) {
            return;
        }
        said = now;
        if (now.isEmpty()) {
            log.info("Taking work again");
            return;
        }
        switch (now.get()) {
            case HOURS ->
                log.info("Taking no work outside of --hours {}", times.hours().orElseThrow());
            case PERSON ->
                log.info(
                        "Taking no work while somebody uses this machine (--idle-only {} s)",
                        times.idle().orElseThrow().toSeconds());
            case BATTERY -> log.info("Taking no work while this machine is on battery (--on-battery pause)");
        }
    }

    /** Why it may not work now; empty if it may. */
    public Optional<Reason> reason() {
        LocalTime now = timeOfDay.get();
        return times.hours().filter(hours -> !hours.include(now)).isPresent() ? Optional.of(Reason.HOURS) : found;
    }

    /** How long to wait before it is worth asking again; empty if it may work now. */
    public Optional<Duration> pause() {
        return reason().map(reason -> reason == Reason.HOURS
                ? atMost(times.hours().orElseThrow().untilNext(timeOfDay.get()), MAX_PAUSE)
                : SHORTLY);
    }

    /** As much of that time as there is left until it is known that it may not work. */
    public Duration whileOpen(Duration patience) {
        return times.hours()
                .map(hours -> atMost(hours.untilEnd(timeOfDay.get()), patience))
                .orElse(patience);
    }

    /** What becomes of what runs now; empty if it may work. */
    public Optional<Pausing> pausing() {
        return reason().map(
                        reason -> times.pausing().orElse(reason == Reason.HOURS ? Pausing.FINISH : Pausing.SUSPEND));
    }

    /** What the master is told of it, for people; empty if it may work. */
    public Optional<String> inWords() {
        return reason().map(reason -> {
            String why = reason.ofReturn();
            return pausing().filter(Pausing.SUSPEND::equals).isPresent()
                    ? Text.of("%s; what it runs stands still meanwhile", why)
                    : why;
        });
    }

    private static Duration atMost(Duration time, Duration most) {
        return time.compareTo(most) < 0 ? time : most;
    }
}
