package org.mutirao.worker;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Assignment;
import org.mutirao.protocol.message.Reply.TaskPackage;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;
import org.mutirao.worker.link.Session;
import org.mutirao.worker.run.RunPermits;
import org.mutirao.worker.run.TaskRunner;
import org.mutirao.worker.stay.Pausing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One task that a slot has taken, from its package to its result in the outbox. It is settled once: by the slot, or by who replaces a slot
 * that does not move. Safe for both.
 */
final class HeldTask implements RunPermits {
    private static final Logger log = LoggerFactory.getLogger(HeldTask.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** Masters that fail over take less. What nobody hears costs an attempt. */
    private static final int TRIES = 10;

    private final Slot.Shared shared;
    private final Session session;
    private final TaskPackage task;
    private final AtomicBoolean settled = new AtomicBoolean();
    private final AtomicBoolean runs = new AtomicBoolean();

    HeldTask(Slot.Shared shared, Session session, TaskPackage task) {
        this.shared = shared;
        this.session = session;
        this.task = task;
    }

    Session session() {
        return session;
    }

    TaskPackage task() {
        return task;
    }

    Optional<Assignment> assignment() {
        return task.assignment();
    }

    String described() {
        return SafeText.of(task.name(), '?')
                + assignment()
                        .map(Assignment::lease)
                        .map(lease -> Text.of(" (task %s attempt %s)", lease.task(), lease.attempt()))
                        .orElse("");
    }

    @Override
    public boolean begin() throws InterruptedException {
        boolean begins = false;
        while (!begins && !isUnwanted()) {
            begins = shared.permits().begin(LOOK);
        }
        runs.set(begins);
        if (isRecalled()) {
            end();
        }
        return runs.get();
    }

    @Override
    public void end() {
        if (runs.compareAndSet(true, false)) {
            shared.permits().end();
        }
    }

    @Override
    public boolean suspends() {
        return shared.permits()
                .pausing()
                .filter(pausing -> pausing == Pausing.SUSPEND
                        || (pausing == Pausing.GIVE_BACK && assignment().isEmpty()))
                .isPresent();
    }

    /** It is not to run on here: nobody wants its result, or another worker gets it. */
    boolean isUnwanted() {
        return isRecalled() || isToGiveBack();
    }

    /**
     * Whether it goes back to the master while the worker may not work: always, or if it would stand still and loses nothing or nobody would let
     * it go on. A master of another group can't be given anything back.
     */
    private boolean isToGiveBack() {
        Optional<Pausing> pausing = shared.permits().pausing();
        if (pausing.isEmpty() || assignment().isEmpty()) {
            return false;
        }
        return switch (pausing.get()) {
            case GIVE_BACK -> true;
            case SUSPEND -> !runs.get() || shared.drain().begun();
            case FINISH -> false;
        };
    }

    /** Nobody wants its result, because the master said so or because another slot took this one's place. */
    boolean isRecalled() {
        return settled.get() || assignment().map(shared.holdings()::isRecalled).orElse(false);
    }

    /** Frees what it took, if nobody has. */
    void settle() {
        if (claim()) {
            free();
        }
    }

    /** Returns whether this was the first call: what becomes of it is decided once. */
    private boolean claim() {
        boolean first = settled.compareAndSet(false, true);
        end();
        return first;
    }

    private void free() {
        assignment().ifPresent(shared.holdings()::end);
        shared.holdings().foreignPeers(session.stranger().isPresent() ? -1 : 0);
        shared.drain().taskEnds();
    }

    /** Settles it and tells the master, with a reason for people, so that another worker gets it. */
    void giveBack(String reason) throws InterruptedException {
        giveBack(reason, Optional.empty(), true);
    }

    /** The same while the worker may not work on its machine, which is not the task's fault. */
    void giveBackUncounted() throws InterruptedException {
        String reason = shared.permits().reason();
        log.info("Giving back {}: {}", described(), reason);
        giveBack(reason, Optional.empty(), false);
    }

    /** The same where it could not be run. */
    void giveBack(TaskRunner.NotRun why) throws InterruptedException {
        log.warn("Could not run {}: {}", described(), why.getMessage());
        giveBack(why.getMessage(), why.environment(), true);
    }

    private void giveBack(String reason, Optional<String> environment, boolean counts) throws InterruptedException {
        if (!claim()) {
            return;
        }
        Optional<Assignment> assignment = assignment();
        try {
            for (int tries = 0; assignment.isPresent() && tries < TRIES; tries++) {
                if (isHeard(assignment.get(), reason, environment, counts)) {
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
            }
        } finally {
            free(); // not before: by a heartbeat that does not name it any more it would be lost, and that counts
        }
    }

    /** The master that leads now is told, which may be another than the one that gave the task. */
    private boolean isHeard(Assignment given, String reason, Optional<String> environment, boolean counts)
            throws InterruptedException {
        Session now = shared.link()
                .now()
                .filter(any -> any.terms()
                        .filter(terms -> terms.grid().equals(given.grid()))
                        .isPresent())
                .orElse(session);
        try {
            Reply reply = shared.client()
                    .ask(
                            now.endpoint(),
                            new WorkerRequest.ReturnTask(now.self(), given.lease(), reason, environment, counts),
                            TIMEOUT);
            if (reply instanceof Reply.Ok) {
                return true;
            }
            log.debug("The lease was not given back yet: {}", reply);
        } catch (IOException e) {
            log.debug("The lease was not given back yet: {}", e.getMessage());
        }
        shared.link().doubt(now);
        return false;
    }
}
