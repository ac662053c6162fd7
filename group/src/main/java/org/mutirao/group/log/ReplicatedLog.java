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
    default CompletableFuture<R> propose(C command) {
        return propose(command, NO_BYTES);
    }

    /**
     * The same with bytes that travel and are kept with the command: every other master has given them to {@link StateMachine#keep} before
     * it applies the command.
     *
     * @param bytes at most {@link #MAX_BYTES}; who proposes them holds them until the outcome is known
     */
    default CompletableFuture<R> propose(C command, byte[] bytes) {
        CompletableFuture<R> result = new CompletableFuture<>();
        propose(command, bytes, result);
        return result;
    }

    /** The same with a future that the caller made, which is completed in place of another. */
    void propose(C command, byte[] bytes, CompletableFuture<R> result);

    /** What a command may carry. */
    int MAX_BYTES = 32 * 1024;

    /** Nothing to carry. */
    byte[] NO_BYTES = {};

    /** Stops; what is on disk stays. */
    @Override
    void close();

    /** What the log tells its owner, on the state machine's own thread. */
    interface Listener {
        /** This master leads from now on, with a majority behind it: everything that was ever committed is applied. */
        void onLeading();

        /** Another leads, or nobody. */
        void onFollowing();

        /** The state was replaced as a whole by a snapshot, this master's own at its start or another's. */
        default void onRestored() {}

        /** The log can't be written or has stopped: nothing more will be committed here. End the process. */
        void onBroken(String reason);
    }
}
