package org.mutirao.master.registry;

import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/**
 * Where the rank of a name becomes durable. Never blocks, never throws. Completes on the loop, empty when there are too many names;
 * exceptionally when it is not known to have happened.
 */
@FunctionalInterface
public interface RankJournal {
    CompletableFuture<OptionalInt> propose(String name);
}
