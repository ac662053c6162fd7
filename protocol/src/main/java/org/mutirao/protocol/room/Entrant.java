package org.mutirao.protocol.room;

import java.util.Optional;
import org.mutirao.protocol.id.Admission;

/**
 * Who came in.
 *
 * @param badge whose secret was proven; empty for the room's own, and where none was
 */
public record Entrant(Admission admission, Optional<Badge> badge) {
    /** The room has no key, and everybody comes in. */
    public static final Entrant ANYBODY = new Entrant(Admission.OPEN_ROOM, Optional.empty());
    /** It knows the room's own secret. */
    public static final Entrant MEMBER = new Entrant(Admission.PROVEN, Optional.empty());
    /** A person named its address. */
    public static final Entrant GUEST = new Entrant(Admission.WITHOUT_KEY, Optional.empty());

    /** It knows the secret of a badge. */
    public static Entrant of(Badge badge) {
        return new Entrant(Admission.PROVEN, Optional.of(badge));
    }

    /** Whether it may do everything that a person may, and be a master. */
    public boolean isWhole() {
        return equals(ANYBODY) || equals(MEMBER);
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
