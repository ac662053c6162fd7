package org.mutirao.master.channel;

import java.util.concurrent.CompletableFuture;

/**
 * Where the channel's commands become durable. Never blocks, never throws. Completes on the loop, once the command is applied;
 * exceptionally when that is not known to have happened.
 */
public interface ChannelJournal {
    CompletableFuture<ChannelOutcome> propose(ChannelCommand command);
}
