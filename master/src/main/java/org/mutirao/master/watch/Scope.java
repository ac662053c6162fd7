package org.mutirao.master.watch;

import java.util.OptionalInt;
import java.util.function.Supplier;
import org.mutirao.master.access.Access;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.room.Entrant;
import org.mutirao.protocol.room.Role;

/**
 * Which jobs somebody sees and may change. Safe for any thread; equal for the same person.
 *
 * @param owner the serial number of the badge whose jobs they are; empty for all jobs
 * @param access knows whose each job is
 */
public record Scope(OptionalInt owner, Supplier<Access> access) {
    /** Every job there is. */
    public static final Scope ALL = new Scope(OptionalInt.empty(), Access::new);

    /** That of one who came in so. */
    public static Scope of(Entrant entrant, Supplier<Access> access) {
        return entrant.badge()
                .filter(badge -> badge.role() == Role.SUBMITTER)
                .map(Badge::serial)
                .map(serial -> ofOwner(serial, access))
                .orElse(ALL);
    }

    /** The jobs of one badge. */
    public static Scope ofOwner(int serial, Supplier<Access> access) {
        return new Scope(OptionalInt.of(serial), access);
    }

    /** Whether this job is one of them. */
    public boolean has(JobId job) {
        return isAll() || access.get().ownerOf(job.number()).equals(owner);
    }

    /** Whether all jobs are. */
    public boolean isAll() {
        return owner.isEmpty();
    }
}
