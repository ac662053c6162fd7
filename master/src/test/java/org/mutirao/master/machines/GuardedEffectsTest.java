package org.mutirao.master.machines;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.Effect;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.TaskId;

/** An effect that throws stops neither the log nor the effects after it. */
class GuardedEffectsTest {
    private static final Effect BAD = new Effect.PublishResult(new TaskId(1));
    private static final Effect GOOD = new Effect.PublishResult(new TaskId(2));

    private final List<Effect> tried = new ArrayList<>();
    private final List<Long> delays = new ArrayList<>();
    private final Deque<Runnable> later = new ArrayDeque<>();
    private int failures;

    private final GuardedEffects effects = new GuardedEffects(
            (effect, state) -> {
                tried.add(effect);
                if (effect.equals(BAD) && failures-- > 0) {
                    throw new NoClassDefFoundError("a bug");
                }
            },
            (delay, task) -> {
                delays.add(delay.toSeconds());
                later.add(task);
            });

    private void carryOut(Effect... all) {
        Command any = new Command.Cancel(new TaskId(1), 1);
        effects.onApplied(any, new Applied(new Verdict.Granted(Lease.of(1, 1)), List.of(all)), new TaskLedger());
    }

    @Test
    void theNextEffectIsCarriedOutAndTheBadOneIsDoneAgainUntilItWorks() {
        failures = 2;
        carryOut(BAD, GOOD);
        while (!later.isEmpty()) {
            later.remove().run();
        }
        assertEquals(List.of(BAD, GOOD, BAD, BAD), tried);
        assertEquals(List.of(1L, 2L), delays);
    }

    @Test
    void oneThatNeverWorksIsGivenUp() {
        failures = Integer.MAX_VALUE;
        carryOut(BAD);
        while (!later.isEmpty()) {
            later.remove().run();
        }
        assertEquals(8, tried.size());
        assertEquals(127, delays.stream().mapToLong(Long::longValue).sum());
    }
}
