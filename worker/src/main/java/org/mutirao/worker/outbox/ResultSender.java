package org.mutirao.worker.outbox;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.stranger.StrangerKind;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Activity;
import org.mutirao.protocol.threads.GuardedLoop;
import org.mutirao.protocol.units.SafeText;
import org.mutirao.protocol.wire.Transport;
import org.mutirao.worker.link.Session;
import org.mutirao.worker.link.Sessions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the outbox's letters to the master, one after the other, and never gives up one that may still arrive. */
public final class ResultSender {
    private static final String WITHOUT_FILES = "without its files, which are in %s: the master says %s";

    private static final Logger log = LoggerFactory.getLogger(ResultSender.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** Many bytes may go slowly; a connection on which nothing moves ends long before. */
    private static final Duration DELIVERING = Duration.ofHours(6);

    private static final Duration STRANGERS_TIMEOUT = Duration.ofSeconds(10);
    /** How often a master of another group is tried with as much as it should be able to read. */
    private static final int FULL_SIZE_TRIES = 3;

    private static final int ONE_PACKET_TRIES = 2;
    private static final int MAX_TRIES = 8;

    private final Outbox outbox;
    private final Sessions sessions;
    private final Transport transport;
    private final String host;
    private final Activity activity;
    private final GuardedLoop.Pause pause;
    private final AtomicReference<PendingResult> underWay = new AtomicReference<>();

    /**
     * Delivers nothing yet.
     *
     * @param host this machine's name, for a person who looks for the whole of a result
     * @param pause how it waits before it tries again
     */
    public ResultSender(
            Outbox outbox,
            Sessions sessions,
            Transport transport,
            String host,
            Activity activity,
            GuardedLoop.Pause pause) {
        this.activity = activity;
        this.pause = pause;
        this.host = host;
        this.outbox = outbox;
        this.sessions = sessions;
        this.transport = transport;
    }

    /** Waits for a letter and delivers it, or puts it back. */
    public void step() throws InterruptedException {
        activity.idle();
        Session session = sessions.await();
        PendingResult pending = outbox.take(candidate -> belongsTo(candidate, session));
        underWay.set(pending);
        activity.doing(Text.of("delivering the result of %s", SafeText.of(pending.taskName(), '?')), DELIVERING);
        boolean held = true;
        try {
            held = deliver(pending, session);
        } finally {
            if (held) {
                letGo();
            } else {
                underWay.set(null);
            }
        }
        if (held) {
            activity.idle();
            pause.sleep(PAUSE);
        }
    }

    /** Leaves the letter that it has to another; called when this one does not move, too. */
    public void letGo() {
        PendingResult pending = underWay.getAndSet(null);
        if (pending != null) {
            outbox.later(pending);
        }
    }

    /** A result of one grid means nothing to another; one without a lease goes to masters of other groups. */
    private static boolean belongsTo(PendingResult pending, Session session) {
        return pending.delivery()
                .map(WorkerRequest.Delivery::grid)
                .equals(session.terms().map(Reply.Terms::grid));
    }

    /** Returns whether the letter is to be kept for later. */
    private boolean deliver(PendingResult pending, Session session) throws InterruptedException {
        Optional<String> flaw = outbox.flawOf(pending);
        if (flaw.isPresent()) {
            lose(pending, flaw.get(), session);
            return false;
        }
        return session.stranger().isPresent()
                ? deliverToStranger(pending, session, session.stranger().get())
                : deliverToOurs(pending, session);
    }

    private boolean deliverToOurs(PendingResult pending, Session session) throws InterruptedException {
        try {
            Reply reply = transport.ask(session.endpoint(), pending.message(), TIMEOUT);
            if (reply instanceof Reply.Ok) {
                outbox.delivered(pending);
                return false;
            }
            boolean registerAgain =
                    reply instanceof Reply.Failure failure && failure.refusal() == Refusal.REGISTER_AGAIN;
            if (reply instanceof Reply.NotLeader || registerAgain) {
                sessions.doubt(session);
                return true;
            }
            if (reply instanceof Reply.Failure failure && failure.refusal() != Refusal.TRY_LATER) {
                return afterRefusal(pending, failure, session);
            }
            log.warn("The master can't take the result of {} now; trying again", pending.taskName());
        } catch (IOException e) {
            log.debug("The result of {} was not delivered: {}", pending.taskName(), e.getMessage());
            Optional<String> flaw = outbox.flawOf(pending);
            if (flaw.isPresent()) {
                lose(pending, flaw.get(), session); // it went while it was being sent
                return false;
            }
            sessions.doubt(session);
        }
        return true;
    }

    /** The file may be damaged, which only reading it shows; or it is too large, and then a part of it is better than nothing. */
    private boolean afterRefusal(PendingResult pending, Reply.Failure failure, Session session)
            throws InterruptedException {
        if (failure.refusal() == Refusal.BAD_REQUEST) {
            Optional<String> flaw = outbox.deepFlawOf(pending);
            if (flaw.isPresent()) {
                lose(pending, flaw.get(), session);
                return false;
            }
            if (madeSmaller(pending, failure.message())) {
                return false;
            }
        }
        refuse(pending, failure, session);
        return false;
    }

    private static String untilFirstGap(String pattern) {
        return pattern.substring(0, pattern.indexOf('%'));
    }

    private boolean madeSmaller(PendingResult pending, String why) {
        try {
            Optional<byte[]> smaller = SmallerResult.of(pending.result(), why, place(pending));
            if (smaller.isEmpty()) {
                return false;
            }
            String before =
                    pending.delivery().map(known -> known.ending().note()).orElse("");
            String note = before.contains(untilFirstGap(Text.pattern(WITHOUT_FILES)))
                    ? before
                    : before + (before.isEmpty() ? "" : "; ") + Text.of(WITHOUT_FILES, place(pending), why);
            log.warn(
                    "The master did not take the result of {} ({}); sending it without its files",
                    pending.taskName(),
                    why);
            outbox.replaceBySmaller(pending, smaller.get(), note);
            return true;
        } catch (IOException e) {
            log.debug("No smaller result of {} could be made", pending.taskName(), e);
            return false;
        }
    }

    private void lose(PendingResult pending, String flaw, Session session) throws InterruptedException {
        log.error("The result of {} is lost: {}. Its task will be run again", pending.taskName(), flaw);
        outbox.lost(pending);
        Optional<WorkerRequest.Delivery> delivery = pending.delivery();
        if (delivery.isPresent()) {
            giveBack(pending.peer(), delivery.get(), Text.of("the worker %s lost its result: %s", host, flaw), session);
        }
    }

    /** Its master reads a few kilobytes with one recv, and answers with an error or not at all when that was not enough. */
    private boolean deliverToStranger(PendingResult pending, Session session, StrangerKind kind)
            throws InterruptedException {
        int failures = outbox.failuresOf(pending);
        int limit = limit(kind, failures);
        try {
            FittedResult fitted = FittedResult.of(pending, session.endpoint().dialect(), limit, place(pending));
            Reply reply = transport.ask(session.endpoint(), pending.messageWith(fitted.payload()), STRANGERS_TIMEOUT);
            if (reply instanceof Reply.Ok) {
                settle(pending, fitted);
                return false;
            }
            log.debug("The master did not take the result of {}: {}", pending.taskName(), reply);
        } catch (IOException e) {
            log.debug("The result of {} was not delivered: {}", pending.taskName(), e.getMessage());
            sessions.doubt(session);
            if (e.getCause() instanceof ConnectException) {
                return true;
            }
        }
        outbox.failed(pending);
        if (failures + 1 < MAX_TRIES) {
            return true;
        }
        refuse(pending, Text.of("it answered %s times with something else than OK", MAX_TRIES));
        return false;
    }

    /** What was not taken may have arrived in pieces, or the master may read less than it seemed. */
    private static int limit(StrangerKind kind, int failures) {
        if (failures < FULL_SIZE_TRIES) {
            return kind.resultLimit();
        }
        int surer = failures < FULL_SIZE_TRIES + ONE_PACKET_TRIES ? StrangerKind.ONE_PACKET : StrangerKind.LEAST;
        return Math.min(kind.resultLimit(), surer);
    }

    private void settle(PendingResult pending, FittedResult fitted) throws IOException {
        if (fitted.isWhole()) {
            outbox.delivered(pending);
        } else {
            log.warn(
                    "The master can read only a part of the result of {}; the whole is kept as {}",
                    pending.taskName(),
                    outbox.wholeOf(pending));
            outbox.deliveredInPart(pending);
        }
    }

    private String place(PendingResult pending) {
        Path whole = outbox.wholeOf(pending);
        int names = whole.getNameCount();
        return Text.of("%s on %s", whole.subpath(Math.max(0, names - 4), names), host);
    }

    private void refuse(PendingResult pending, String reason) {
        try {
            Path kept = outbox.refuse(pending);
            log.warn("The master refused the result of {} ({}); it is kept as {}", pending.taskName(), reason, kept);
        } catch (IOException e) {
            log.warn("The master refused the result of {} ({})", pending.taskName(), reason);
        }
    }

    private void refuse(PendingResult pending, Reply.Failure failure, Session session) throws InterruptedException {
        refuse(pending, failure.message());
        Optional<WorkerRequest.Delivery> delivery = pending.delivery();
        if (delivery.isPresent() && failure.refusal() == Refusal.BAD_REQUEST) {
            giveBack(
                    pending.peer(),
                    delivery.get(),
                    Text.of("the master refused its result: %s", failure.message()),
                    session);
        }
    }

    private void giveBack(WorkerId peer, WorkerRequest.Delivery delivery, String reason, Session session)
            throws InterruptedException {
        try {
            transport.ask(session.endpoint(), new WorkerRequest.ReturnTask(peer, delivery.lease(), reason), TIMEOUT);
        } catch (IOException e) {
            log.debug("The lease was not given back ({}); it will run out", e.getMessage());
        }
    }
}
