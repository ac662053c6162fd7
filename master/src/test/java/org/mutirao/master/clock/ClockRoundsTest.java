package org.mutirao.master.clock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.mutirao.master.clock.ClockRounds.Setting;
import org.mutirao.protocol.clock.ApplicationClock;
import org.mutirao.protocol.clock.ClockFollower;
import org.mutirao.protocol.message.ClockReport;
import org.mutirao.protocol.message.ServerRow.ClockRow;

/** Berkeley rounds over clocks that start wrong and drift, on simulated machines and a simulated network. */
class ClockRoundsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long SECOND = 1_000_000; // all times here are in microseconds
    private static final long HEARTBEAT = 5 * SECOND;

    private final Random random = new Random(42);
    private final List<String> said = new ArrayList<>();
    private long now;

    /** A machine whose clock was set wrong and runs too fast or too slow. */
    private final class Machine {
        private final String name;
        private final long wrong;
        private final double drift;
        private final ApplicationClock clock = new ApplicationClock(() -> START.plusNanos(own() * 1000));
        private final ClockFollower follower = new ClockFollower(clock, () -> now * 1000);

        Machine(String name, long wrong, double drift) {
            this.name = name;
            this.wrong = wrong;
            this.drift = drift;
        }

        private long own() {
            return wrong + (long) (now * (1 + drift));
        }

        long shows() {
            return clock.micros();
        }
    }

    private final Machine leader = new Machine("leader", 0, 30e-6);
    private final ClockRounds rounds = new ClockRounds(leader.clock, () -> now * 1000, said::add);

    private long delay() {
        return 100L + random.nextInt(20_000);
    }

    private void heartbeat(Machine machine) {
        long sent = now;
        ClockReport report = machine.follower.report();
        now += delay();
        var word = rounds.onReport(machine.name, machine.name, report);
        now += delay();
        machine.follower.onWord(word, sent * 1000);
    }

    private void live(List<Machine> machines, Duration howLong) {
        long end = now + howLong.toNanos() / 1000;
        while (now < end) {
            long next = now + HEARTBEAT;
            machines.forEach(this::heartbeat);
            rounds.tick(true);
            now = Math.max(now, next);
        }
    }

    private static void assertNear(long expected, long actual) {
        assertTrue(Math.abs(expected - actual) < SECOND / 20, "expected about " + expected + ", but was " + actual);
    }

    @Test
    void driftingClocksStayTogetherWithinTheStatedError() {
        List<Machine> machines = List.of(
                new Machine("a", 2 * SECOND, 100e-6),
                new Machine("b", -1 * SECOND, -100e-6),
                new Machine("c", SECOND / 2, 0),
                new Machine("d", -3 * SECOND / 2, 60e-6));
        live(machines, Duration.ofSeconds(60));
        for (int turn = 0; turn < 100; turn++) {
            live(machines, Duration.ofSeconds(40));
            for (Machine machine : machines) {
                ClockRow row = rounds.row(machine.name).orElseThrow();
                long away = machine.shows() - leader.shows();
                assertTrue(
                        Math.abs(away - row.aheadUs()) <= row.errorUs(),
                        machine.name + " is ahead by " + away + ", stated " + row);
                assertTrue(Math.abs(away) < SECOND / 20, machine.name + " is ahead by " + away + " in turn " + turn);
                assertTrue(row.errorUs() < SECOND / 20, "a bound that says something: " + row);
            }
        }
        assertEquals(List.of(), said);
    }

    @Test
    void theAverageIsOfAllWhoCountAndNotTheLeadersAlone() {
        List<Machine> machines = List.of(new Machine("a", 2 * SECOND, 0), new Machine("b", 4 * SECOND, 0));
        live(machines, Duration.ofSeconds(60));
        assertNear(2 * SECOND, leader.clock.offset());
    }

    @Test
    void aClockAnHourOffIsNotCountedSaidSoAndPutRight() {
        Machine off = new Machine("off", 3600 * SECOND, 0);
        List<Machine> machines = List.of(new Machine("a", SECOND, 0), new Machine("b", -SECOND, 0), off);
        live(machines, Duration.ofSeconds(20));
        assertEquals(1, said.size(), said.toString());
        assertTrue(said.get(0).startsWith("The clock of off is 3600 s ahead of the others"), said.get(0));
        live(machines, Duration.ofSeconds(60));
        assertNear(0, leader.clock.offset());
        assertNear(leader.shows(), off.shows());
        assertNear(-3600 * SECOND, off.clock.offset());
        assertTrue(rounds.row("off").orElseThrow().counted(), "once put right, it counts again");
        assertEquals(1, said.size(), said.toString());
    }

    @Test
    void aLeaderThatIsTheOneWhoIsWrongFollowsTheOthers() {
        List<Machine> machines = List.of(new Machine("a", 3600 * SECOND, 0), new Machine("b", 3602 * SECOND, 0));
        live(machines, Duration.ofSeconds(20));
        assertNear(3_601_000_000L, leader.clock.offset());
        assertTrue(said.get(0).startsWith("The clock of this master is 3601 s behind the others"), said.get(0));
    }

    @Test
    void whoSaysThatItIsAnotherYearCantMakeItOne() {
        long year = 365L * 24 * 3600 * SECOND;
        List<Machine> machines =
                List.of(new Machine("a", year, 0), new Machine("b", year, 0), new Machine("c", year, 0));
        live(machines, Duration.ofMinutes(2));
        long day = 24L * 3600 * SECOND;
        assertNear(day, leader.clock.offset());
        machines.forEach(machine -> assertNear(leader.shows(), machine.shows()));
    }

    @Test
    void aClockThatSomebodySetsIsSetAndThenCorrected() {
        Machine a = new Machine("a", 0, 0);
        Machine b = new Machine("b", 0, 0);
        List<Machine> machines = List.of(a, b);
        live(machines, Duration.ofSeconds(20));
        assertEquals(Setting.DONE, rounds.set(Optional.of("a"), a.shows() + 600 * SECOND));
        assertEquals(Setting.UNKNOWN, rounds.set(Optional.of("nobody"), 0));
        machines.forEach(this::heartbeat);
        machines.forEach(this::heartbeat);
        assertNear(600 * SECOND, a.shows() - b.shows());
        live(machines, Duration.ofSeconds(40));
        assertNear(a.shows(), b.shows());
        assertEquals(Setting.DONE, rounds.set(Optional.empty(), leader.shows() - SECOND));
        assertNear(SECOND, b.shows() - leader.shows());
        live(machines, Duration.ofSeconds(40));
        assertNear(b.shows(), leader.shows());
    }

    @Test
    void howeverOftenItIsSetTheLeadersClockMovesByADayInAll() {
        long hour = 3600 * SECOND;
        assertEquals(Setting.DONE, rounds.set(Optional.empty(), leader.shows() + 20 * hour));
        assertEquals(Setting.TOO_FAR, rounds.set(Optional.empty(), leader.shows() + 20 * hour));
        assertEquals(20 * hour, leader.clock.offset());
        List<Machine> machines = List.of(new Machine("a", 100 * hour, 0), new Machine("b", 100 * hour, 0));
        live(machines, Duration.ofSeconds(20));
        assertNear(24 * hour, leader.clock.offset());
        assertEquals(Setting.DONE, rounds.set(Optional.empty(), leader.shows() - 24 * hour));
    }

    @Test
    void moreInventedClocksThanThereMayBeAreAnsweredAndNotKept() {
        ClockReport report = new ClockReport(0, 0, 0, 0);
        for (int each = 0; each < ClockRounds.MAX_PARTICIPANTS; each++) {
            rounds.onReport("invented-" + each, "invented", report);
        }
        long round = rounds.onReport("late", "late", report).round();
        rounds.onReport("late", "late", new ClockReport(round, 0, 0, 0));
        assertEquals(Optional.empty(), rounds.row("late"));
        rounds.onReport("invented-0", "invented", new ClockReport(round, 0, 0, 0));
        assertTrue(rounds.row("invented-0").isPresent(), "who was there before is still heard");
    }

    @Test
    void anAnswerThatWasLostIsToldAgainAndFollowedOnce() {
        Machine a = new Machine("a", 2 * SECOND, 0);
        heartbeat(a);
        heartbeat(a);
        now += ClockRounds.ROUND.toNanos() / 1000;
        rounds.tick(true);
        rounds.onReport("a", "a", a.follower.report()); // the answer does not arrive
        heartbeat(a);
        assertNear(leader.shows(), a.shows());
        heartbeat(a);
        heartbeat(a);
        assertNear(leader.shows(), a.shows());
    }

    @Test
    void whoStartsAnewOrComesToAnotherLeaderIsNotToldWhatWasMeantForAnother() {
        Machine before = new Machine("a", 2 * SECOND, 0);
        heartbeat(before);
        heartbeat(before);
        now += ClockRounds.ROUND.toNanos() / 1000;
        rounds.tick(true);
        Machine after = new Machine("a", 0, 0);
        heartbeat(after);
        assertEquals(0, after.clock.offset());
    }

    @Test
    void whoFallsSilentIsForgottenAndWhoDoesNotLeadKnowsNobody() {
        heartbeat(new Machine("a", 0, 0));
        now += ClockRounds.GONE.toNanos() / 1000 + SECOND;
        rounds.tick(true);
        assertEquals(Optional.empty(), rounds.row("a"));
        Machine b = new Machine("b", 0, 0);
        heartbeat(b);
        heartbeat(b);
        assertTrue(rounds.row("b").isPresent());
        rounds.tick(false);
        assertEquals(Optional.empty(), rounds.row("b"));
    }

    @Test
    void theLargestGroupCountsAndOnesOwnIfThereAreTwoOfASize() {
        assertEquals(new Berkeley(0, 0, 0), Berkeley.of(new long[0], 5));
        assertEquals(new Berkeley(0, 0, 0), Berkeley.of(new long[] {100}, 5));
        assertEquals(new Berkeley(101, 100, 102), Berkeley.of(new long[] {100, 102}, 5));
        assertEquals(new Berkeley(2, 0, 4), Berkeley.of(new long[] {4, 100, 102}, 5));
        assertEquals(
                Long.MIN_VALUE / 4,
                Berkeley.of(new long[] {Long.MIN_VALUE / 4, Long.MIN_VALUE / 4}, 5)
                        .average());
    }
}
