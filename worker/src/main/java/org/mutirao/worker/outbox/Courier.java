package org.mutirao.worker.outbox;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.wire.WireClient;
import org.mutirao.worker.link.MasterLink;
import org.mutirao.worker.link.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the outbox's letters to the master, one after the other, and never gives up one that may still arrive. */
public final class Courier implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Courier.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Outbox outbox;
    private final MasterLink link;
    private final WireClient client;

    public Courier(Outbox outbox, MasterLink link, WireClient client) {
        this.outbox = outbox;
        this.link = link;
        this.client = client;
    }

    /** Until interrupted. */
    @Override
    public void run() {
        try {
            while (true) {
                Session session = link.await();
                Letter letter = outbox.take(candidate -> belongsTo(candidate, session));
                boolean held = true;
                try {
                    held = deliver(letter, session);
                } finally {
                    if (held) {
                        outbox.later(letter);
                    }
                }
                if (held) {
                    Thread.sleep(PAUSE.toMillis());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A result of one grid means nothing to another; one without a lease goes to masters of other groups. */
    private static boolean belongsTo(Letter letter, Session session) {
        return letter.delivery()
                .map(WorkerRequest.Delivery::grid)
                .equals(session.terms().map(Reply.Terms::grid));
    }

    /** Returns whether the letter is to be kept for later. */
    private boolean deliver(Letter letter, Session session) throws InterruptedException {
        try {
            Reply reply = client.ask(session.endpoint(), letter.message(), PATIENCE);
            if (reply instanceof Reply.Ok) {
                outbox.delivered(letter);
                return false;
            }
            if (reply instanceof Reply.Failure failure && failure.refusal() != Refusal.TRY_LATER) {
                refuse(letter, failure, session);
                return false;
            }
            log.warn("The master can't take the result of {} now; trying again", letter.taskName());
        } catch (IOException e) {
            log.debug("The result of {} was not delivered: {}", letter.taskName(), e.getMessage());
            link.doubt(session);
        }
        return true;
    }

    private void refuse(Letter letter, Reply.Failure failure, Session session) throws InterruptedException {
        try {
            Path kept = outbox.refuse(letter);
            log.warn(
                    "The master refused the result of {} ({}); it is kept as {}",
                    letter.taskName(),
                    failure.message(),
                    kept);
        } catch (IOException e) {
            log.warn("The master refused the result of {} ({})", letter.taskName(), failure.message());
        }
        Optional<WorkerRequest.Delivery> delivery = letter.delivery();
        if (delivery.isPresent() && failure.refusal() == Refusal.BAD_REQUEST) {
            giveBack(letter.peer(), delivery.get(), "the master refused its result: " + failure.message(), session);
        }
    }

    private void giveBack(WorkerId peer, WorkerRequest.Delivery delivery, String reason, Session session)
            throws InterruptedException {
        try {
            client.ask(session.endpoint(), new WorkerRequest.ReturnTask(peer, delivery.lease(), reason), PATIENCE);
        } catch (IOException e) {
            log.debug("The lease was not given back ({}); it will run out", e.getMessage());
        }
    }
}
