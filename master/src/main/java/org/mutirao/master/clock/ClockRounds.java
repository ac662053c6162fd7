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
import org.mutirao.protocol.message.ClockReport;
import org.mutirao.protocol.message.ClockWord;
import org.mutirao.protocol.message.ServerRow.ClockRow;

/**
 * The Berkeley rounds that the leader holds over all masters and workers. Each measures itself against the leader with every heartbeat
 * and reports that; now and then the leader averages what was reported, follows the average itself, and tells each its own
 * adjustment with its next heartbeat. For the loop.
 */
public final class ClockRounds {
    static final Duration ROUND = Duration.ofSeconds(15);
    /** How far two clocks that count may be apart; what people set by hand or a time server is nearer. */
    static final Duration TOLERANCE = Duration.ofSeconds(5);
    /** Whoever is silent for longer takes part no more. */
    static final Duration GONE = Duration.ofSeconds(60);

    static final Duration FARTHEST = Duration.ofDays(1);

    private final ApplicationClock clock;
    private final LongSupplier nanos;
    private final Consumer<String> voice;
    private final Map<String, Participant> participants = new HashMap<>();
    private long round;
    private long nextAt;
    private boolean ownCounted = true;
    /** How far it has followed others since it leads. */
    private long followed;

    /** One other clock. */
    private static final class Participant {
        private final String name;
        private Optional<ClockReport> sample = Optional.empty();
        private ClockReport last = new ClockReport(0, 0, 0, 0);
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

        /** Something has changed that it has not reported yet. */
        void know(long moreAhead, long lessSure) {
            last = new ClockReport(
                    last.round(), last.aheadUs() + moreAhead, last.errorUs() + lessSure, last.offsetUs());
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
    public ClockWord onReport(String key, String name, ClockReport report) {
        Participant who = participants.computeIfAbsent(key, unheard -> new Participant(name));
        who.heardAt = nanos.getAsLong();
        long adjust = 0;
        if (report.round() == round) {
            who.last = report;
            boolean better =
                    who.sample.isEmpty() || report.errorUs() <= who.sample.get().errorUs();
            who.sample = better ? Optional.of(report) : who.sample;
            if (who.wanted.isPresent()) {
                adjust = who.wanted.getAsLong() - report.aheadUs();
                who.wanted = OptionalLong.empty();
                plan(who, round, adjust);
                begin(); // so that it knows the adjustment for a new one
            }
        } else if (report.round() != 0 && report.round() == who.toldOfRound) {
            adjust = who.adjust; // again and again, until it reports by the present round
        }
        return new ClockWord(round, clock.micros(), adjust);
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
            followed = 0;
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
                .filter(who -> who.sample.isPresent())
                .toList();
        if (heard.isEmpty()) {
            return;
        }
        long[] ahead =
                heard.stream().mapToLong(who -> who.sample.get().aheadUs()).toArray();
        Berkeley result = Berkeley.of(ahead, TOLERANCE.toNanos() / 1000);
        long before = round;
        long average = within(result.average());
        begin();
        for (int each = 0; each < ahead.length; each++) {
            Participant who = heard.get(each);
            long own = ahead[each];
            who.counted = tell(who.name, own - result.average(), result.counts(own), who.counted);
            plan(who, before, average - own);
        }
        ownCounted = tell("this master", -result.average(), result.counts(0), ownCounted);
        followed += average;
        move(average);
    }

    /** However many say so, a day is the most that others may move this clock while it leads: too far, and what is young seems old. */
    private long within(long average) {
        long most = FARTHEST.toNanos() / 1000;
        return Math.max(-most - followed, Math.min(most - followed, average));
    }

    /** Puts this master's own clock forward; the others are then less ahead of it. */
    private void move(long micros) {
        clock.adjust(micros);
        participants.values().forEach(who -> who.know(-micros, 0));
    }

    private void begin() {
        round++;
        participants.values().forEach(who -> who.sample = Optional.empty());
    }

    private static void plan(Participant who, long before, long adjust) {
        who.adjust = adjust;
        who.toldOfRound = before;
        who.know(0, Math.abs(adjust)); // until it reports, it may have followed or not
    }

    private boolean tell(String name, long away, boolean counts, boolean counted) {
        if (counted && !counts) {
            voice.accept("The clock of " + name + " is " + Math.round(Math.abs(away) / 1e6) + " s "
                    + (away > 0 ? "ahead of" : "behind")
                    + " the others; it is not counted, and its application clock follows theirs");
        }
        return counts;
    }

    /**
     * Sets an application clock. Another's is told with its next heartbeat or the one after; the next round corrects it again.
     *
     * @param key whose; empty for this master's own
     * @param timeMicros since 1970
     * @return false when that clock does not take part
     */
    public boolean set(Optional<String> key, long timeMicros) {
        if (key.isEmpty()) {
            move(timeMicros - clock.micros());
            begin(); // what was reported was measured by the clock before
            return true;
        }
        Participant who = participants.get(key.get());
        if (who == null) {
            return false;
        }
        long ahead = timeMicros - clock.micros();
        who.wanted = OptionalLong.of(ahead);
        who.know(0, Math.abs(ahead - who.last.aheadUs()));
        return true;
    }

    /** How a clock stands, if it takes part. */
    public Optional<ClockRow> row(String key) {
        return Optional.ofNullable(participants.get(key))
                .filter(who -> who.last.round() != 0)
                .map(who -> new ClockRow(who.last.aheadUs(), error(who), who.last.offsetUs(), who.counted));
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
