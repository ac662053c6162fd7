package org.mutirao.master.machines;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.mutirao.group.log.ReplicatedLog;

/** What the log says of this master's lead, told to those who act on it. On the loop. */
public final class Leadership implements ReplicatedLog.Listener {
    private final LedgerMachine tasks;
    private final EffectHandler effects;
    private final List<Runnable> onFollowing;
    private final Consumer<String> onBroken;
    private final CompletableFuture<Void> first = new CompletableFuture<>();

    /**
     * Tells these.
     *
     * @param onFollowing run when this master does not lead any more
     * @param onBroken told in words when the log can't be written any more
     */
    public Leadership(
            LedgerMachine tasks, EffectHandler effects, List<Runnable> onFollowing, Consumer<String> onBroken) {
        this.tasks = tasks;
        this.effects = effects;
        this.onFollowing = List.copyOf(onFollowing);
        this.onBroken = onBroken;
    }

    /** Completes when this master leads for the first time. */
    public CompletableFuture<Void> first() {
        return first;
    }

    @Override
    public void onLeading() {
        effects.onLeading(tasks.ledger());
        first.complete(null);
    }

    @Override
    public void onFollowing() {
        effects.onFollowing();
        onFollowing.forEach(Runnable::run);
    }

    @Override
    public void onRestored() {
        effects.onRestored(tasks.ledger());
    }

    @Override
    public void onBroken(String reason) {
        onBroken.accept(reason);
    }
}
