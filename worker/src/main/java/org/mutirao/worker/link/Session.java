package org.mutirao.worker.link;

import java.util.Optional;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.Reply.Terms;
import org.mutirao.protocol.stranger.StrangerKind;
import org.mutirao.protocol.wire.WireClient.Endpoint;

/**
 * A master that took our registration.
 *
 * @param terms empty when it is a master of another group
 * @param stranger which group's it seems to be; empty when it is ours
 * @param self under which id the worker is registered there
 */
public record Session(Endpoint endpoint, Optional<Terms> terms, Optional<StrangerKind> stranger, WorkerId self) {
    public boolean has(Feature feature) {
        return terms.map(agreed -> agreed.features().contains(feature)).orElse(false);
    }
}
