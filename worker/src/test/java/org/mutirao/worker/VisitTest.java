package org.mutirao.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.LocalTime;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.mutirao.worker.stay.Hours;
import org.mutirao.worker.stay.Stay;

class VisitTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Drain drain = new Drain(false);
    private long now;
    private LocalTime timeOfDay = LocalTime.NOON;

    private Visit visit(
            Optional<Duration> lifetime, Optional<Duration> idleExit, OptionalInt maxTasks, Optional<Hours> hours) {
        return new Visit(new Stay(false, lifetime, idleExit, maxTasks, hours), drain, () -> now, () -> timeOfDay);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private boolean leaves(Visit visit) {
        visit.look();
        return drain.begun();
    }

    private static void take(Visit visit) {
        assertEquals(Optional.empty(), visit.pauseBeforeAsking());
        visit.asked(true);
    }

    @Test
    void withoutLimitsItStays() {
        Visit visit = visit(Optional.empty(), Optional.empty(), OptionalInt.empty(), Optional.empty());
        pass(Duration.ofDays(400));
        take(visit);
        assertFalse(leaves(visit));
    }

    @Test
    void theLifetimeEndsAlsoWhileATaskRuns() {
        Visit visit = visit(Optional.of(MINUTE), Optional.empty(), OptionalInt.empty(), Optional.empty());
        take(visit);
        pass(MINUTE.minusNanos(1));
        assertFalse(leaves(visit));
        pass(Duration.ofNanos(1));
        assertTrue(leaves(visit));
    }

    @Test
    void idleIsCountedFromTheEndOfTheLastTask() {
        Visit visit = visit(Optional.empty(), Optional.of(MINUTE), OptionalInt.empty(), Optional.empty());
        take(visit);
        pass(Duration.ofHours(1));
        assertFalse(leaves(visit), "it runs one");
        visit.ended();
        pass(MINUTE.minusNanos(1));
        assertFalse(leaves(visit));
        pass(Duration.ofNanos(1));
        assertTrue(leaves(visit));
    }

    @Test
    void neverMoreTasksAreAskedForThanItMayTake() {
        Visit visit = visit(Optional.empty(), Optional.empty(), OptionalInt.of(2), Optional.empty());
        assertEquals(Optional.empty(), visit.pauseBeforeAsking());
        assertEquals(Optional.empty(), visit.pauseBeforeAsking());
        assertTrue(visit.pauseBeforeAsking().isPresent(), "two ask already");
        visit.asked(false);
        assertEquals(Optional.empty(), visit.pauseBeforeAsking(), "one got nothing");
        visit.asked(true);
        assertFalse(leaves(visit));
        visit.asked(true);
        assertTrue(leaves(visit));
        assertTrue(visit.pauseBeforeAsking().isPresent());
    }

    @Test
    void outsideOfItsHoursItAsksForNothingAndStays() {
        Visit visit =
                visit(Optional.empty(), Optional.empty(), OptionalInt.empty(), Optional.of(Hours.parse("18:00-07:00")));
        assertEquals(Optional.of(Duration.ofSeconds(30)), visit.pauseBeforeAsking(), "the clock may be set");
        timeOfDay = LocalTime.of(17, 59, 55);
        assertEquals(Optional.of(Duration.ofSeconds(5)), visit.pauseBeforeAsking());
        assertFalse(leaves(visit));
        timeOfDay = LocalTime.of(18, 0);
        take(visit);
    }
}
