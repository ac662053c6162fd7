package org.mutirao.master.machines;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.mutirao.group.log.ReplicatedLog;
import org.mutirao.master.handlers.ChannelHandler;

/** What the log says of this master's lead, told to those who act on it. On the loop. */
public final class Leadership implements ReplicatedLog.Listener {
    private final LedgerMachine tasks;
    private final EffectHandler effects;
    private final ChannelHandler channel;
    private final Consumer<String> onBroken;
    private final CompletableFuture<Void> first = new CompletableFuture<>();

    /** @param onBroken told in words when the log can't be written any more */
    public Leadership(LedgerMachine tasks, EffectHandler effects, ChannelHandler channel, Consumer<String> onBroken) {
        this.tasks = tasks;
        this.effects = effects;
        this.channel = channel;
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
        channel.onFollowing();
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
