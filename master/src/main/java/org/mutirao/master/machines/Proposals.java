package org.mutirao.master.machines;

import java.util.concurrent.CompletableFuture;
import org.mutirao.group.log.ProposalFailed;
import org.mutirao.group.log.ReplicatedLog;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Faults;
import org.mutirao.protocol.threads.GuardedFuture;

/** The way of every state machine's commands to the one log. Fails until the log runs. */
public final class Proposals {
    private final Faults faults = new Faults(Text.of("the master's loop"));
    private final String acting = Text.of("acting on what the log took");
    private final CompletableFuture<? extends ReplicatedLog<Entry, Object>> log;

    /** @param log completes when it runs */
    public Proposals(CompletableFuture<? extends ReplicatedLog<Entry, Object>> log) {
        this.log = log;
    }

    /**
     * Never blocks, never throws. Completes on the loop, once the command is applied; exceptionally when that is not known to have
     * happened.
     *
     * @param <R> what its machine returns, which nobody checks here
     */
    public <R> CompletableFuture<R> propose(Object command) {
        return propose(command, ReplicatedLog.NO_BYTES);
    }

    /** The same with bytes that travel with the command. */
    public <R> CompletableFuture<R> propose(Object command, byte[] inlineBytes) {
        // What is done with an outcome must not fail unseen.
        CompletableFuture<R> result = GuardedFuture.open(faults, acting);
        ReplicatedLog<Entry, Object> running = log.getNow(null);
        if (running == null) {
            result.completeExceptionally(new ProposalFailed(Text.of("this master has no group yet"), null));
        } else {
            running.propose(new Entry(command), inlineBytes, untyped(result));
        }
        return result;
    }

    @SuppressWarnings("unchecked") // all commands share one log
    private static <R> CompletableFuture<Object> untyped(CompletableFuture<R> result) {
        return (CompletableFuture<Object>) result;
    }
}
