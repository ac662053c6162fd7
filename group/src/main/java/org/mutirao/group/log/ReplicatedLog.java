package org.mutirao.group.log;

import java.util.concurrent.CompletableFuture;

/**
 * An ordered, durable list of commands.
 *
 * @param <C> command
 * @param <R> what applying a command returns
 */
public interface ReplicatedLog<C, R> extends AutoCloseable {
    /**
     * Appends. Never blocks, never throws. Completes on the state machine's own thread, with what {@link StateMachine#apply}
     * returned, once the command is durable on a majority and applied here; exceptionally with {@link ProposalFailed} when that
     * is not known to have happened. It may have happened all the same: propose an idempotent command again.
     */
    CompletableFuture<R> propose(C command);

    /** Stops; what is on disk stays. */
    @Override
    void close();

    /** What the log tells its owner, on the state machine's own thread. */
    interface Listener {
        /** This master leads from now on: everything that was ever committed is applied. */
        void onLeading();

        /** Another leads, or nobody. */
        void onFollowing();

        /** The log can't be written or has stopped: nothing more will be committed here. End the process. */
        void onBroken(String reason);
    }
}
