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

    private Drain drain = new Drain(false, Integer.MAX_VALUE);
    private long now;
    private LocalTime timeOfDay = LocalTime.NOON;

    private Visit visit(Optional<Duration> lifetime, Optional<Duration> idleExit, Optional<Hours> hours) {
        return new Visit(
                new Stay(false, lifetime, idleExit, OptionalInt.empty(), hours), drain, () -> now, () -> timeOfDay);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private boolean leaves(Visit visit) {
        visit.look();
        return drain.begun();
    }

    private void take(Visit visit) {
        assertEquals(Optional.empty(), visit.pauseBeforeAsking());
        assertTrue(drain.askBegins());
        drain.askEnds(true);
    }

    @Test
    void withoutLimitsItStays() {
        Visit visit = visit(Optional.empty(), Optional.empty(), Optional.empty());
        pass(Duration.ofDays(400));
        take(visit);
        assertFalse(leaves(visit));
    }

    @Test
    void theLifetimeEndsAlsoWhileATaskRuns() {
        Visit visit = visit(Optional.of(MINUTE), Optional.empty(), Optional.empty());
        take(visit);
        pass(MINUTE.minusNanos(1));
        assertFalse(leaves(visit));
        pass(Duration.ofNanos(1));
        assertTrue(leaves(visit));
    }

    @Test
    void idleIsCountedFromTheLastLookAtWhichATaskRan() {
        Visit visit = visit(Optional.empty(), Optional.of(MINUTE), Optional.empty());
        take(visit);
        pass(Duration.ofHours(1));
        assertFalse(leaves(visit), "it runs one");
        drain.taskEnds();
        pass(MINUTE.minusNanos(1));
        assertFalse(leaves(visit));
        take(visit);
        drain.taskEnds();
        pass(Duration.ofNanos(1));
        assertFalse(leaves(visit), "one came and went in between");
        pass(MINUTE);
        assertTrue(leaves(visit));
    }

    @Test
    void neverMoreTasksAreAskedForThanItMayTake() {
        drain = new Drain(false, 2);
        Visit visit = visit(Optional.empty(), Optional.empty(), Optional.empty());
        assertTrue(drain.askBegins());
        assertTrue(drain.askBegins());
        assertFalse(drain.askBegins(), "two ask already");
        drain.askEnds(false);
        assertTrue(drain.askBegins(), "one got nothing");
        drain.askEnds(true);
        assertFalse(leaves(visit));
        drain.askEnds(true);
        assertTrue(leaves(visit));
        assertFalse(drain.askBegins());
    }

    @Test
    void outsideOfItsHoursItAsksForNothingAndStays() {
        Visit visit = visit(Optional.empty(), Optional.of(MINUTE), Optional.of(Hours.parse("18:00-07:00")));
        assertEquals(Optional.of(Duration.ofSeconds(30)), visit.pauseBeforeAsking(), "the clock may be set");
        pass(Duration.ofHours(5));
        assertFalse(leaves(visit), "it is not idle; it is closed");
        timeOfDay = LocalTime.of(17, 59, 55);
        assertEquals(Optional.of(Duration.ofSeconds(5)), visit.pauseBeforeAsking());
        timeOfDay = LocalTime.of(18, 0);
        assertEquals(Duration.ofSeconds(20), visit.whileOpen(Duration.ofSeconds(20)));
        take(visit);
        timeOfDay = LocalTime.of(6, 59, 57);
        assertEquals(Duration.ofSeconds(3), visit.whileOpen(Duration.ofSeconds(20)), "nothing comes after the hours");
    }
}
