package org.mutirao.worker;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Optional;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Assignment;
import org.mutirao.protocol.message.Reply.TaskPackage;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.wire.WireClient;
import org.mutirao.worker.link.MasterLink;
import org.mutirao.worker.link.Session;
import org.mutirao.worker.outbox.Outbox;
import org.mutirao.worker.run.OutputWatcher;
import org.mutirao.worker.run.TaskRunner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One task at a time: ask, unpack, run when it is its turn, put the result into the outbox, ask again. */
final class Slot implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Slot.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofSeconds(5);
    private static final Duration SAME_AGAIN = Duration.ofSeconds(30);
    private static final Duration SHORTLY = Duration.ofMillis(500);
    private static final Duration A_MOMENT = Duration.ofMillis(100);
    private static final int MOST_UNDELIVERED = 256;

    private final MasterLink link;
    private final WireClient client;
    private final TaskRunner runner;
    private final Outbox outbox;
    private final Holdings holdings;
    private final Drain drain;
    private final Pace pace;
    private final LogShipper logs;
    private final boolean first;
    private final boolean ahead;
    private Optional<Sha256> lastOfStranger = Optional.empty();

    Slot(
            MasterLink link,
            WireClient client,
            TaskRunner runner,
            Outbox outbox,
            Holdings holdings,
            Drain drain,
            Pace pace,
            LogShipper logs,
            boolean first,
            boolean ahead) {
        this.link = link;
        this.client = client;
        this.runner = runner;
        this.outbox = outbox;
        this.holdings = holdings;
        this.drain = drain;
        this.pace = pace;
        this.logs = logs;
        this.first = first;
        this.ahead = ahead;
    }

    @Override
    public void run() {
        try {
            while (!drain.begun()) {
                drain.pause(next());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Answer(Session session, Optional<Reply> reply) {
        Optional<TaskPackage> task() {
            return reply.filter(TaskPackage.class::isInstance).map(TaskPackage.class::cast);
        }
    }

    /** One round; returns how long to pause before the next. */
    private Duration next() throws InterruptedException {
        if (ahead && !pace.isQuick()) {
            return SHORTLY; // a package that waits here for long is better run elsewhere
        }
        if (outbox.size() >= MOST_UNDELIVERED) {
            return SHORTLY; // the master does not take results; more work would only pile up
        }
        Optional<Answer> answer = Optional.empty();
        drain.askBegins();
        try {
            answer = drain.whileIdle(() -> {
                Session session = link.await();
                // A peer of another group's master has one task at a time.
                return new Answer(session, first || session.terms().isPresent() ? ask(session) : Optional.empty());
            });
        } finally {
            drain.askEnds(answer.flatMap(Answer::task).isPresent());
        }
        if (answer.isEmpty() || answer.get().reply().isEmpty()) {
            return A_MOMENT;
        }
        Session session = answer.get().session();
        Optional<TaskPackage> task = answer.get().task();
        if (task.isPresent()) {
            try {
                return work(session, task.get());
            } finally {
                drain.taskEnds();
            }
        }
        drain.nothingToDo(outbox.size() == 0);
        if (drain.once()) {
            return SHORTLY;
        }
        // A master that held the question back has let the time pass already.
        return session.has(Feature.WAIT) ? Duration.ZERO : POLL;
    }

    private Optional<Reply> ask(Session session) throws InterruptedException {
        Duration wait = session.has(Feature.WAIT) && !drain.once() ? WAIT : Duration.ZERO;
        boolean strange = session.stranger().isPresent();
        holdings.strangers(strange ? 1 : 0);
        try {
            WorkerRequest request = new WorkerRequest.RequestTask(session.self(), wait);
            Reply reply = client.ask(session.endpoint(), request, wait.plus(PATIENCE));
            if (reply instanceof Reply.NotLeader || reply instanceof Reply.Failure) {
                link.doubt(session); // it may want us to register again
                return Optional.empty();
            }
            if (reply instanceof TaskPackage task) {
                // Before anything else: from now on our heartbeats name it.
                task.assignment().ifPresent(holdings::begin);
                holdings.strangers(strange ? 1 : 0);
            }
            return Optional.of(reply);
        } catch (IOException e) {
            log.debug("No answer to a request for work: {}", e.getMessage());
            link.doubt(session);
            boolean reached = !(e.getCause() instanceof ConnectException);
            // Group A's master says nothing at all when it has no work, and C's closes the connection.
            return strange && reached ? Optional.of(new Reply.NoTask()) : Optional.empty();
        } finally {
            holdings.strangers(strange ? -1 : 0);
        }
    }

    private Duration work(Session session, TaskPackage task) throws InterruptedException {
        Optional<Assignment> assignment = task.assignment();
        Sha256 content = task.taskPackage().blob().hash();
        if (session.stranger().isPresent()) {
            link.worked();
        }
        try {
            TaskRunner.Outcome outcome = runner.run(
                    task,
                    pace,
                    () -> assignment.map(holdings::isRecalled).orElse(false),
                    assignment.map(logs::of).orElse(OutputWatcher.NOBODY));
            pace.ran(outcome.runTime());
            outbox.put(
                    session.self(),
                    task.name(),
                    outcome.result(),
                    assignment.map(a -> new WorkerRequest.Delivery(
                            a.grid(),
                            a.lease(),
                            outcome.ending(),
                            outcome.runTime(),
                            outcome.started().toEpochMilli())));
            log.info(
                    "Ran {} in {} ms: {}",
                    task.name(),
                    outcome.runTime().toMillis(),
                    outcome.ending().inWords());
        } catch (TaskRunner.NotRun | IOException e) {
            log.warn("Could not run {}: {}", task.name(), e.getMessage());
            if (assignment.isPresent()) {
                giveBack(session, assignment.get(), e.getMessage());
            }
        } catch (TaskRunner.Recalled e) {
            log.info("Stopped {}: the master has no more use for it", task.name());
        } finally {
            assignment.ifPresent(holdings::end);
            holdings.strangers(session.stranger().isPresent() ? -1 : 0);
            DurableFiles.deleteTree(task.taskPackage().file());
        }
        return assignment.isPresent() ? Duration.ZERO : pauseIfAgain(content);
    }

    /** Masters of groups C and D hand out the same package without end. */
    private Duration pauseIfAgain(Sha256 content) {
        boolean again = lastOfStranger.equals(Optional.of(content));
        lastOfStranger = Optional.of(content);
        return again ? SAME_AGAIN : Duration.ZERO;
    }

    private void giveBack(Session session, Assignment assignment, String reason) throws InterruptedException {
        try {
            client.ask(
                    session.endpoint(),
                    new WorkerRequest.ReturnTask(session.self(), assignment.lease(), reason),
                    PATIENCE);
        } catch (IOException e) {
            log.debug("The lease was not given back ({}); it will run out", e.getMessage());
        }
    }
}
