package org.mutirao.master.inbox;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;

/**
 * What came of a package that is no bad one.
 *
 * @param text how it was understood, for the one who handed it in; empty if it is one task like any
 * @param after the jobs that it waits for, by name
 */
public record Taken(Applied applied, Optional<String> text, List<String> after) {
    public Taken {
        after = List.copyOf(after);
    }

    public Verdict verdict() {
        return applied.verdict();
    }

    /** Whether it waits for a job that nobody handed in. */
    public boolean waitsForNobody() {
        return verdict() instanceof Verdict.Refused refused && refused.why() == Verdict.Why.NO_SUCH_JOB;
    }

    /** Whether the grid has as many unfinished tasks as it takes. */
    public boolean findsNoRoom() {
        return verdict() instanceof Verdict.Refused refused && refused.why() == Verdict.Why.LEDGER_FULL;
    }

    /** Why it is refused if it {@link #waitsForNobody}. */
    public RefusedPackage refusal() {
        String names =
                after.stream().map(name -> "'" + SafeText.of(name, '?') + "'").collect(Collectors.joining(", "));
        return new RefusedPackage(
                after.size() == 1
                        ? Text.of("it is to begin after %s, and no job is called so", names)
                        : Text.of("it is to begin after %s, and not all of these are names of jobs", names),
                Text.of("Look for the name in the list of jobs, or hand that job in first."));
    }
}
