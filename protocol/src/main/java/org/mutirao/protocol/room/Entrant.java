package org.mutirao.protocol.room;

import java.util.Optional;
import org.mutirao.protocol.id.Admission;

/**
 * Who came in.
 *
 * @param badge whose secret was proven; empty for the room's own, and where none was
 * @param older the label of the room's secret from which it came, if that is one from before; see {@link RoomSecret#label}
 */
public record Entrant(Admission admission, Optional<Badge> badge, Optional<String> older) {
    /** The room has no key, and everybody comes in. */
    public static final Entrant ANYBODY = new Entrant(Admission.OPEN_ROOM, Optional.empty(), Optional.empty());
    /** It knows the room's own secret. */
    public static final Entrant MEMBER = new Entrant(Admission.PROVEN, Optional.empty(), Optional.empty());
    /** A person named its address. */
    public static final Entrant GUEST = new Entrant(Admission.WITHOUT_KEY, Optional.empty(), Optional.empty());

    /** It knows the secret of a badge. */
    public static Entrant of(Badge badge) {
        return new Entrant(Admission.PROVEN, Optional.of(badge), Optional.empty());
    }

    /** The same, by a secret that the room had before. */
    public Entrant byOlder(String label) {
        return new Entrant(admission, badge, Optional.of(label));
    }

    /** Whether it may do everything that a person may, and be a master. */
    public boolean isWhole() {
        return admission != Admission.WITHOUT_KEY && badge.isEmpty();
    }

    /** In a word: {@code anybody}, {@code secret}, {@code guest}, or as in {@code submitter-3}. */
    public String word() {
        return switch (admission) {
            case OPEN_ROOM -> "anybody";
            case WITHOUT_KEY -> "guest";
            case PROVEN -> badge.map(Badge::toString).orElse("secret");
        };
    }
}
