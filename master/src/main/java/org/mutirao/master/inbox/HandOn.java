package org.mutirao.master.inbox;

import java.util.concurrent.CompletableFuture;
import org.mutirao.protocol.message.OperatorRequest;

/** Where packages go that were dropped at a master that does not lead. */
public interface HandOn {
    /** Whether another master leads, or nobody. */
    boolean isElsewhere();

    /** Gives it to the leader; completes as if it had been accepted here, exceptionally with a
     * {@link org.mutirao.protocol.pack.RefusedPackage} when the leader refuses it. The payload's file stays the caller's. */
    CompletableFuture<Taken> submit(OperatorRequest.SubmitTask task);
}
