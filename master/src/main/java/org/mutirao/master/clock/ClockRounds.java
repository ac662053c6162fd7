package org.mutirao.master.clock;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.mutirao.protocol.clock.ApplicationClock;
import org.mutirao.protocol.clock.ClockFollower;
import org.mutirao.protocol.message.ClockMessage;
import org.mutirao.protocol.message.ClockReport;
import org.mutirao.protocol.message.ServerRow.ClockRow;
import org.mutirao.protocol.text.Text;

/**
 * The Berkeley rounds that the leader holds over all masters and workers. Each measures itself against the leader with every heartbeat
 * and reports that; now and then the leader averages what was reported, follows the average itself, and tells each its own
 * adjustment with its next heartbeat. For the loop.
 */
public final class ClockRounds {
    static final Duration ROUND = Duration.ofSeconds(15);
    /** How far two clocks that count may be apart; what people set by hand or a time server is nearer. */
    static final Duration TOLERANCE = Duration.ofSeconds(5);
    /** A clock that is silent for longer takes part no more. */
    static final Duration GONE = Duration.ofSeconds(60);

    static final Duration FARTHEST = Duration.ofDays(1);
    /** As many as there may be workers; who comes later is told the time and not counted. */
    static final int MAX_PARTICIPANTS = 50_000;

    private final ApplicationClock clock;
    private final LongSupplier nanos;
    private final Consumer<String> voice;
    private final Map<String, Participant> participants = new HashMap<>();
    private long round;
    private long nextAt;
    private boolean ownCounted = true;
    /** How far others have moved this master's clock since it leads, by their reports or by setting it. */
    private long moved;

    /** One other clock. */
    private static final class Participant {
        private final String name;
        /** The surest report of its round. */
        private Optional<ClockReport> sample = Optional.empty();

        private ClockReport last = new ClockReport(0, 0, 0, 0);
        /** How far the leader's clock had been moved when it reported last. */
        private long movedThen;

        private long heardAt;
        private boolean counted = true;
        /** What it is to be told, if it reports by the round before the present one. */
        private long adjust;

        private long toldOfRound;
        /** How far ahead of the leader's somebody wants it to be. */
        private OptionalLong wanted = OptionalLong.empty();

        Participant(String name) {
            this.name = name;
        }

        Optional<ClockReport> sampleOf(long round) {
            return sample.filter(report -> report.round() == round);
        }

        /** It may have followed an adjustment that it has not reported yet. */
        void knowLess(long lessSure) {
            last = new ClockReport(last.round(), last.aheadUs(), last.errorUs() + lessSure, last.offsetUs());
        }
    }

    /**
     * Nobody takes part yet.
     *
     * @param voice told in words of a clock that is far from the others, once
     */
    public ClockRounds(ApplicationClock clock, LongSupplier nanos, Consumer<String> voice) {
        this.clock = clock;
        this.nanos = nanos;
        this.voice = voice;
        this.round = Math.max(1, clock.millis()); // other leaders' rounds had other numbers
        this.nextAt = nanos.getAsLong() + ROUND.toNanos();
    }

    /**
     * Somebody's heartbeat.
     *
     * @param key for ever the same one's
     * @param name for people
     */
    public ClockMessage onReport(String key, String name, ClockReport report) {
        if (participants.size() >= MAX_PARTICIPANTS && !participants.containsKey(key)) {
            return new ClockMessage(round, clock.micros(), 0);
        }
        Participant who = participants.computeIfAbsent(key, unheard -> new Participant(name));
        who.heardAt = nanos.getAsLong();
        long adjust = 0;
        if (report.round() == round) {
            who.last = report;
            who.movedThen = moved;
            Optional<ClockReport> before = who.sampleOf(round);
            if (before.isEmpty() || report.errorUs() <= before.get().errorUs()) {
                who.sample = Optional.of(report);
            }
            if (who.wanted.isPresent()) {
                adjust = who.wanted.getAsLong() - report.aheadUs();
                who.wanted = OptionalLong.empty();
                plan(who, round, adjust);
                begin(); // so that it knows the adjustment for a new one
            }
        } else if (report.round() != 0 && report.round() == who.toldOfRound) {
            adjust = who.adjust; // again and again, until it reports by the present round
        }
        return new ClockMessage(round, clock.micros(), adjust);
    }

    /**
     * Holds a round if it is due; returns when to ask again.
     *
     * @param leads whether this master leads; if not, it has nobody to tell
     */
    public Duration tick(boolean leads) {
        long now = nanos.getAsLong();
        if (!leads) {
            participants.clear();
            ownCounted = true;
            moved = 0;
            nextAt = now + ROUND.toNanos();
        } else if (now - nextAt >= 0) {
            nextAt = now + ROUND.toNanos();
            participants.values().removeIf(who -> now - who.heardAt > GONE.toNanos());
            hold();
        }
        return Duration.ofMillis(500);
    }

    private void hold() {
        List<Participant> heard = participants.values().stream()
                .filter(who -> who.sampleOf(round).isPresent())
                .toList();
        if (heard.isEmpty()) {
            return;
        }
        long[] ahead = heard.stream()
                .mapToLong(who -> who.sampleOf(round).orElseThrow().aheadUs())
                .toArray();
        Berkeley result = Berkeley.of(ahead, TOLERANCE.toNanos() / 1000);
        long before = round;
        long average = within(result.average());
        begin();
        for (int each = 0; each < ahead.length; each++) {
            Participant who = heard.get(each);
            long own = ahead[each];
            who.counted = tell(Optional.of(who.name), own - result.average(), result.counts(own), who.counted);
            plan(who, before, average - own);
        }
        ownCounted = tell(Optional.empty(), -result.average(), result.counts(0), ownCounted);
        move(average);
    }

    /**
     * However many say so and however often, a day is the most that others may move this clock while it leads: too far, and what is
     * young seems old.
     */
    private long within(long micros) {
        long most = FARTHEST.toNanos() / 1000;
        return Math.max(-most - moved, Math.min(most - moved, micros));
    }

    /** Puts this master's own clock forward; the others are then less ahead of it. */
    private void move(long micros) {
        clock.adjust(micros);
        moved += micros;
    }

    private void begin() {
        round++;
    }

    private static void plan(Participant who, long before, long adjust) {
        who.adjust = adjust;
        who.toldOfRound = before;
        who.knowLess(Math.abs(adjust)); // until it reports, it may have followed or not
    }

    private boolean tell(Optional<String> name, long away, boolean counts, boolean counted) {
        if (counted && !counts) {
            long seconds = Math.round(Math.abs(away) / 1e6);
            voice.accept(name.map(other -> otherIsOff(other, away > 0, seconds))
                    .orElseGet(() -> ownIsOff(away > 0, seconds)));
        }
        return counts;
    }

    private static String otherIsOff(String name, boolean ahead, long seconds) {
        return ahead
                ? Text.kept(
                        "The clock of %s is %d s ahead of the others; it is not counted, and its application clock follows theirs",
                        name, seconds)
                : Text.kept(
                        "The clock of %s is %d s behind the others; it is not counted, and its application clock follows theirs",
                        name, seconds);
    }

    private static String ownIsOff(boolean ahead, long seconds) {
        return ahead
                ? Text.kept(
                        "The clock of this master is %d s ahead of the others; it is not counted, and its application clock follows theirs",
                        seconds)
                : Text.kept(
                        "The clock of this master is %d s behind the others; it is not counted, and its application clock follows theirs",
                        seconds);
    }

    /**
     * Sets an application clock. Another's is told with its next heartbeat or the one after; the next round corrects it again.
     *
     * @param key whose; empty for this master's own
     * @param timeMicros since 1970
     */
    public Setting set(Optional<String> key, long timeMicros) {
        long ahead = timeMicros - clock.micros();
        if (key.isEmpty()) {
            if (within(ahead) != ahead) {
                return Setting.TOO_FAR;
            }
            move(ahead);
            begin(); // what was reported was measured by the clock before
            return Setting.DONE;
        }
        Participant who = participants.get(key.get());
        if (who == null) {
            return Setting.UNKNOWN;
        }
        who.wanted = OptionalLong.of(ahead);
        who.knowLess(Math.abs(ahead - aheadNow(who)));
        return Setting.DONE;
    }

    /** What came of setting a clock. */
    public enum Setting {
        DONE,
        /** It does not take part. */
        UNKNOWN,
        /** With all that moved it before, it would be more than a day off. */
        TOO_FAR
    }

    private long aheadNow(Participant who) {
        return who.last.aheadUs() - (moved - who.movedThen);
    }

    /** How a clock stands, if it takes part. */
    public Optional<ClockRow> row(String key) {
        return Optional.ofNullable(participants.get(key))
                .filter(who -> who.last.round() != 0)
                .map(who -> new ClockRow(aheadNow(who), error(who), who.last.offsetUs(), who.counted));
    }

    private long error(Participant who) {
        double silent = (nanos.getAsLong() - who.heardAt) / 1e3;
        return who.last.errorUs() + (long) (silent * ClockFollower.DRIFT);
    }

    /** How this master's own stands. */
    public ClockRow own() {
        return new ClockRow(0, 0, clock.offset(), ownCounted);
    }
}
