package org.mutirao.master.dispatch;

import java.util.concurrent.CompletableFuture;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;

/**
 * Where commands become durable. Never blocks, never throws. Completes on the loop, once the command is applied; exceptionally
 * when that is not known to have happened.
 */
@FunctionalInterface
public interface Journal {
    CompletableFuture<Applied> propose(Command command);
}
