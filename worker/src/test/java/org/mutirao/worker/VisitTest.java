package org.mutirao.worker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.LocalTime;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.mutirao.worker.stay.Hours;
import org.mutirao.worker.stay.MachineWatch;
import org.mutirao.worker.stay.Senses;
import org.mutirao.worker.stay.Stay;
import org.mutirao.worker.stay.WorkTimes;

class VisitTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private Drain drain = new Drain(false, Integer.MAX_VALUE);
    private long now;
    private LocalTime timeOfDay = LocalTime.NOON;

    private static final class NoSenses implements Senses {
        @Override
        public Optional<Duration> idle() {
            return Optional.empty();
        }

        @Override
        public Optional<Boolean> onBattery() {
            return Optional.empty();
        }
    }

    private Visit visit(Optional<Duration> lifetime, Optional<Duration> idleExit, Optional<Hours> hours) {
        WorkTimes times = WorkTimes.of(hours);
        return new Visit(
                new Stay(false, lifetime, idleExit, OptionalInt.empty(), times),
                drain,
                () -> now,
                new MachineWatch(times, new NoSenses(), () -> timeOfDay));
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
    void aQuestionIsAnsweredWhenTheLifetimeEndsAndCutOffWhenNoAnswerComes() throws Exception {
        Visit visit = visit(Optional.of(MINUTE), Optional.empty(), Optional.empty());
        Duration patience = Duration.ofSeconds(20);
        assertEquals(patience, visit.whileOpen(patience));
        pass(Duration.ofSeconds(57));
        assertEquals(Duration.ofSeconds(3), visit.whileOpen(patience), "it waits no longer than the lifetime");
        BlockingQueue<String> answers = new SynchronousQueue<>();
        FutureTask<Optional<String>> first = asks(answers);
        FutureTask<Optional<String>> second = asks(answers);
        pass(Duration.ofSeconds(3));
        assertTrue(leaves(visit));
        assertEquals(Optional.empty(), drain.whileAsking(() -> "asked"), "nobody asks any more");
        assertTrue(answers.offer("a task", 60, TimeUnit.SECONDS), "it is not lost");
        await().until(() -> first.isDone() || second.isDone());
        pass(Duration.ofSeconds(10));
        visit.look();
        assertEquals(
                Set.of(Optional.of("a task"), Optional.empty()),
                Set.of(first.get(60, TimeUnit.SECONDS), second.get(60, TimeUnit.SECONDS)));
    }

    /** A slot that has asked, and waits. */
    private FutureTask<Optional<String>> asks(BlockingQueue<String> answers) throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        FutureTask<Optional<String>> asking = new FutureTask<>(() -> drain.whileAsking(() -> {
            asked.countDown();
            return answers.take();
        }));
        new Thread(asking, "asks").start();
        asked.await();
        return asking;
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
