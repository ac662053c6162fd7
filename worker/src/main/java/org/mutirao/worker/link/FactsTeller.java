package org.mutirao.worker.link;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.wire.WireClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells masters of ours what this machine is and has: once each, and again when that has changed. Other groups' masters, and ours of earlier
 * versions, are told nothing. Used on the link's thread.
 */
final class FactsTeller {
    private static final Logger log = LoggerFactory.getLogger(FactsTeller.class);

    private final WireClient client;
    private final Supplier<Optional<WorkerFacts>> facts;
    private Optional<WorkerFacts> told = Optional.empty();

    FactsTeller(WireClient client, Supplier<Optional<WorkerFacts>> facts) {
        this.client = client;
        this.facts = facts;
    }

    /** To a master that has just registered us. */
    void tellAnew(Session session, Duration patience) throws InterruptedException {
        told = Optional.empty();
        tell(session, patience);
    }

    /** Unless there is nothing new. What is not heard is said again next time. */
    void tell(Session session, Duration patience) throws InterruptedException {
        Optional<WorkerFacts> now = facts.get();
        if (now.isEmpty() || (told.isPresent() && now.equals(told)) || !session.has(Feature.FACTS)) {
            return;
        }
        try {
            Reply reply =
                    client.ask(session.endpoint(), new WorkerRequest.TellFacts(session.self(), now.get()), patience);
            if (reply instanceof Reply.Ok) {
                told = now;
            } else if (reply instanceof Reply.Failure failure && failure.refusal() == Refusal.BAD_REQUEST) {
                told = now; // it would not take it the next time either
                log.warn("The master does not take what this worker tells of its machine: {}", failure.message());
            }
        } catch (IOException e) {
            log.debug("The master did not hear what this machine is: {}", e.getMessage());
        }
    }
}
