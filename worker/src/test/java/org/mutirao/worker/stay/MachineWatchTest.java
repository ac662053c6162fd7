package org.mutirao.worker.stay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.LocalTime;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.worker.stay.MachineWatch.Reason;

class MachineWatchTest {
    private Optional<Duration> idle = Optional.of(Duration.ZERO);
    private Optional<Boolean> onBattery = Optional.of(false);
    private LocalTime now = LocalTime.NOON;

    private final Senses senses = new Senses() {
        @Override
        public Optional<Duration> idle() {
            return idle;
        }

        @Override
        public Optional<Boolean> onBattery() {
            return onBattery;
        }
    };

    private static WorkTimes times(String hours, String idle, boolean mainsOnly, Pausing pausing) {
        return new WorkTimes(
                Optional.ofNullable(hours).map(Hours::parse),
                Optional.ofNullable(idle).map(Duration::parse),
                mainsOnly,
                Optional.ofNullable(pausing));
    }

    private MachineWatch watch(WorkTimes times) {
        return new MachineWatch(times, senses, () -> now);
    }

    @Test
    void withoutOptionsItAsksNobodyAndMayAlwaysWork() throws Exception {
        idle = Optional.empty();
        onBattery = Optional.of(true);
        MachineWatch watch = watch(WorkTimes.ALWAYS);
        watch.look();
        assertEquals(Optional.empty(), watch.reason());
        assertEquals(Optional.empty(), watch.pause());
        assertEquals(Optional.empty(), watch.pausing());
        assertEquals(Optional.empty(), watch.inWords());
    }

    @Test
    void itMayWorkOnceNobodyWasThereForLongEnough() throws Exception {
        MachineWatch watch = watch(times(null, "PT5M", false, null));
        watch.look();
        assertEquals(Optional.of(Reason.PERSON), watch.reason());
        assertEquals(Optional.of(Pausing.SUSPEND), watch.pausing());
        idle = Optional.of(Duration.ofSeconds(299));
        watch.look();
        assertEquals(Optional.of(Reason.PERSON), watch.reason());
        idle = Optional.of(Duration.ofMinutes(5));
        watch.look();
        assertEquals(Optional.empty(), watch.reason());
        idle = Optional.empty();
        watch.look();
        assertEquals(Optional.empty(), watch.reason(), "a session may have ended while it was asked about");
        watch.look();
        assertEquals(Optional.of(Reason.PERSON), watch.reason(), "what can't be told may be a person");
    }

    @Test
    void whatCannotBeToldAtTheFirstLookMayBeAPerson() throws Exception {
        idle = Optional.empty();
        MachineWatch watch = watch(times(null, "PT5M", false, null));
        watch.look();
        assertEquals(Optional.of(Reason.PERSON), watch.reason());
    }

    @Test
    void onBatteryItWaits() throws Exception {
        MachineWatch watch = watch(times(null, null, true, Pausing.GIVE_BACK));
        watch.look();
        assertEquals(Optional.empty(), watch.reason());
        onBattery = Optional.of(true);
        watch.look();
        assertEquals(Optional.of(Reason.BATTERY), watch.reason());
        assertEquals(Optional.of(Pausing.GIVE_BACK), watch.pausing());
        assertEquals(Optional.of("the worker's machine is on battery"), watch.inWords());
    }

    @Test
    void atTheEndOfTheHoursWhatRunsIsFinishedUnlessAnotherWordWasGiven() {
        now = LocalTime.of(7, 0);
        assertEquals(
                Optional.of(Pausing.FINISH),
                watch(times("18:00-07:00", null, false, null)).pausing());
        MachineWatch watch = watch(times("18:00-07:00", null, false, Pausing.SUSPEND));
        assertEquals(Optional.of(Pausing.SUSPEND), watch.pausing());
        assertTrue(watch.inWords().orElseThrow().contains("stands still"), "people wonder");
        assertEquals(Optional.of(Duration.ofSeconds(30)), watch.pause(), "the clock may be set");
        now = LocalTime.of(17, 59, 55);
        assertEquals(Optional.of(Duration.ofSeconds(5)), watch.pause());
    }
}
