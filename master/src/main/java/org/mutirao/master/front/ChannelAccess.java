package org.mutirao.master.front;

import java.util.concurrent.CompletableFuture;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.wire.WireServer.Connection;

/**
 * Asks the channel for somebody who does not speak our own protocol, here or at the master that leads. Never blocks. What the channel
 * refuses is a {@link Reply.Failure}; fails when nobody could be asked.
 */
@FunctionalInterface
public interface ChannelAccess {
    /**
     * Asks once.
     *
     * @param from over which connection it came; null for none that could break
     */
    CompletableFuture<Reply> ask(ChannelRequest request, Connection from);
}
