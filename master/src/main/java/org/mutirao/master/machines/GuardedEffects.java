package org.mutirao.master.machines;

import java.time.Duration;
import java.util.function.BiConsumer;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.Effect;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Faults;

/**
 * Carries out the ledger's effects so that one which throws stops neither the others nor the log: it is said, and done again a little
 * later. An effect is safe to repeat. For the loop.
 */
public final class GuardedEffects implements LedgerMachine.Listener {
    private static final int MAX_TIMES = 8;

    private final BiConsumer<Effect, TaskLedger> effects;
    private final Later later;
    private final Faults faults = new Faults(Text.of("the master's loop"));

    /** Runs something on the loop in a while. */
    public interface Later {
        void execute(Duration delay, Runnable task);
    }

    public GuardedEffects(BiConsumer<Effect, TaskLedger> effects, Later later) {
        this.effects = effects;
        this.later = later;
    }

    @Override
    public void onApplied(Command command, Applied applied, TaskLedger ledger) {
        applied.effects().forEach(effect -> carryOut(effect, ledger, 1));
    }

    private void carryOut(Effect effect, TaskLedger ledger, int time) {
        try {
            effects.accept(effect, ledger);
        } catch (Throwable fault) { // whatever it is: the log's entry was applied, and the next one is waiting
            faults.report(Text.of("carrying out %s", effect.getClass().getSimpleName()), fault);
            if (time < MAX_TIMES) {
                later.execute(Duration.ofSeconds(1L << (time - 1)), () -> carryOut(effect, ledger, time + 1));
            }
        }
    }
}
