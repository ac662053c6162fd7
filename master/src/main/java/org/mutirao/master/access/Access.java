package org.mutirao.master.access;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.room.Entrant;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.table.SealedFunction;

/**
 * Who has a badge, whose each job is, and what was done. The same commands in the same order make the same state on every master. Changed by
 * one thread; {@link #standing} and {@link #ownerOf} are for any.
 */
public final class Access {
    static final int MOST_BADGES = 10_000;
    static final int MOST_OWNED = 100_000;
    static final int MOST_NOTES = 10_000;

    private static final SealedFunction<AccessCommand, Access, Optional<Issued>> COMMANDS =
            SealedFunction.<AccessCommand, Access, Optional<Issued>>of(AccessCommand.class)
                    .row(AccessCommand.Issue.class, (issue, access) -> access.issue(issue))
                    .row(AccessCommand.TakeBack.class, (back, access) -> access.takeBack(back))
                    .row(AccessCommand.Own.class, (own, access) -> access.own(own.job(), own.serial()))
                    .row(AccessCommand.Noted.class, (noted, access) -> access.note(noted.note()))
                    .row(AccessCommand.Retire.class, (retire, access) -> access.retire(retire.label()))
                    .build();

    private final SortedMap<Integer, Issued> badges = new TreeMap<>();
    private final Set<String> retired = new TreeSet<>();
    private final NavigableMap<Long, Integer> owners = new ConcurrentSkipListMap<>();
    private final Deque<AuditNote> notes = new ArrayDeque<>();
    /** How many notes there ever were. */
    private long noted;

    private volatile Standing standing = new Standing(Map.of(), Set.of());

    /**
     * Which secrets count. Immutable.
     *
     * @param badges by serial number
     * @param retired labels of secrets of the room that don't
     */
    public record Standing(Map<Integer, Issued> badges, Set<String> retired) {
        /** Whether what one came in with still counts. */
        public boolean isValid(Entrant entrant) {
            return entrant.badge().map(this::isValid).orElse(true)
                    && entrant.older().filter(retired::contains).isEmpty();
        }

        /** Those of some secrets of the room that were not retired. */
        public List<RoomSecret> inForce(List<RoomSecret> secrets) {
            return secrets.stream()
                    .filter(secret -> !retired.contains(secret.label()))
                    .toList();
        }

        /** Whether this badge was issued, and not taken back. */
        public boolean isValid(Badge badge) {
            return Optional.ofNullable(badges.get(badge.serial()))
                    .filter(issued -> issued.badge().equals(badge) && issued.isValid())
                    .isPresent();
        }
    }

    /**
     * Does it.
     *
     * @return the badge that it is about; empty when there is none, or there are too many
     */
    public Optional<Issued> apply(AccessCommand command) {
        return COMMANDS.apply(command, this);
    }

    private Optional<Issued> issue(AccessCommand.Issue issue) {
        if (badges.size() >= MOST_BADGES) {
            return Optional.empty();
        }
        int serial = badges.size() + 1;
        Issued issued = new Issued(new Badge(issue.role(), serial), issue.holder(), issue.at(), OptionalLong.empty());
        put(issued);
        return Optional.of(issued);
    }

    private Optional<Issued> takeBack(AccessCommand.TakeBack back) {
        Optional<Issued> issued = Optional.ofNullable(badges.get(back.serial()));
        Optional<Issued> now = issued.map(badge -> badge.isValid() ? badge.takenBack(back.at()) : badge);
        now.ifPresent(this::put);
        return now;
    }

    private void put(Issued issued) {
        badges.put(issued.badge().serial(), issued);
        publish();
    }

    private Optional<Issued> retire(String label) {
        retired.add(label);
        publish();
        return Optional.empty();
    }

    private void publish() {
        standing = new Standing(Map.copyOf(badges), Set.copyOf(retired));
    }

    private Optional<Issued> own(long job, int serial) {
        owners.putIfAbsent(job, serial);
        if (owners.size() > MOST_OWNED) {
            owners.pollFirstEntry();
        }
        return Optional.ofNullable(badges.get(serial));
    }

    private Optional<Issued> note(AuditNote note) {
        keep(note);
        noted++;
        if (notes.size() > MOST_NOTES) {
            notes.remove();
        }
        return Optional.empty();
    }

    private void keep(AuditNote note) {
        notes.add(notes.isEmpty() ? note : note.sharing(notes.getLast()));
    }

    /** Which secrets count. */
    public Standing standing() {
        return standing;
    }

    /** All badges that were ever given, by serial number. */
    public SortedMap<Integer, Issued> badges() {
        return Collections.unmodifiableSortedMap(badges);
    }

    /** The serial number of the badge whose job this is; empty if it is nobody's, or too old. */
    public OptionalInt ownerOf(long job) {
        Integer serial = owners.get(job);
        return serial == null ? OptionalInt.empty() : OptionalInt.of(serial);
    }

    /** The jobs that have an owner, with the serial numbers of the badges. */
    public NavigableMap<Long, Integer> owners() {
        return Collections.unmodifiableNavigableMap(owners);
    }

    Set<String> retired() {
        return Collections.unmodifiableSet(retired);
    }

    /** How many notes there ever were; the last one has this number. */
    public long noted() {
        return noted;
    }

    /**
     * Notes by number, the oldest first.
     *
     * @param after only those with a higher number
     */
    public List<AuditNote> notes(long after, int limit) {
        long first = noted - notes.size();
        Iterator<AuditNote> all = notes.iterator();
        List<AuditNote> found = new ArrayList<>();
        for (long number = first + 1; all.hasNext() && found.size() < limit; number++) {
            AuditNote note = all.next();
            if (number > after) {
                found.add(note);
            }
        }
        return found;
    }

    /** The number of the oldest note that is still there, less one. */
    public long forgotten() {
        return noted - notes.size();
    }

    /** Is as a snapshot says. */
    void restore(
            List<Issued> issued, Set<String> labels, Map<Long, Integer> owned, List<AuditNote> kept, long everNoted) {
        issued.forEach(badge -> badges.put(badge.badge().serial(), badge));
        retired.addAll(labels);
        owners.putAll(owned);
        kept.forEach(this::keep);
        noted = everNoted;
        publish();
    }
}
