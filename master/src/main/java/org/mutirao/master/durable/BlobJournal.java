package org.mutirao.master.durable;

import java.util.concurrent.CompletableFuture;
import org.mutirao.master.dispatch.Journal;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;

/** A {@link Journal} whose entries also hold the bytes of a small blob. */
@FunctionalInterface
public interface BlobJournal {
    /**
     * Proposes a command, as {@link Journal#propose} does.
     *
     * @param inlineBytes of the blob that the command names, so that they need not travel by themselves; or nothing
     */
    CompletableFuture<Applied> propose(Command command, byte[] inlineBytes);
}
