package org.mutirao.master.dispatch;

import java.util.concurrent.CompletionStage;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.Lease;

/** A worker's open REQUEST_TASK. Exactly one of the two answers is given, on the loop. */
public interface PendingRequest {
    /** Sends the package, or something else if it can't be read. Completes, on any thread, when the package is on its way; exceptionally when it never will be. */
    CompletionStage<Void> deliver(TaskRecord task, Lease lease);

    /** There is no work now. */
    void empty();

    /** Whether the connection is closed, so that an answer would be lost. */
    boolean isClosed();
}
