package org.mutirao.master.inbox;

import java.util.concurrent.CompletableFuture;
import org.mutirao.protocol.id.Sha256;

/** Whether the ledger has a task that was handed in with this key and these bytes. */
public interface TaskKeys {
    CompletableFuture<Boolean> has(String key, Sha256 content);
}
