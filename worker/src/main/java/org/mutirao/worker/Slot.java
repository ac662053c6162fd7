package org.mutirao.worker;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.TaskPackage;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Activity;
import org.mutirao.protocol.wire.WireClient;
import org.mutirao.worker.link.MasterLink;
import org.mutirao.worker.link.Session;
import org.mutirao.worker.outbox.Outbox;
import org.mutirao.worker.run.OutputWatcher;
import org.mutirao.worker.run.TaskRunner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One task at a time: ask, unpack, run when it is its turn, put the result into the outbox, ask again. */
final class Slot implements Crew.Job {
    private static final Logger log = LoggerFactory.getLogger(Slot.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofSeconds(5);
    private static final Duration SAME_AGAIN = Duration.ofSeconds(30);
    private static final Duration SHORTLY = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofMillis(100);
    /** With the package's bytes, which may be many and come slowly. A connection on which nothing moves ends long before. */
    private static final Duration RECEIVING = Duration.ofHours(6);

    /** Until the first byte comes of what the master may have to compose. */
    private static final Duration COMPOSING = Duration.ofMinutes(2);

    private static final Duration KEEPING = Duration.ofHours(1);
    private static final Duration NO_ROOM = Duration.ofSeconds(5);
    private static final int MAX_UNDELIVERED = 256;

    /** What all slots of a worker share. */
    record Shared(
            MasterLink link,
            WireClient client,
            TaskRunner runner,
            Outbox outbox,
            Holdings holdings,
            Drain drain,
            SlotPermits permits,
            RunTimeEstimate runTimes,
            LogShipper logs) {}

    /**
     * What a slot is there for.
     *
     * @param first whether it is the one that serves masters of other groups
     * @param ahead whether it only fetches packages while the others run
     */
    record Kind(boolean first, boolean ahead) {}

    private final Shared shared;
    private final Visit visit;
    private final FolderCheck folders;
    private final SharedParts parts;
    private final Kind kind;
    private final Activity activity;
    private final Runnable leave;
    private Optional<Sha256> lastOfStranger = Optional.empty();

    private volatile HeldTask held;

    /**
     * Has no task yet.
     *
     * @param visit says when it may take one
     * @param parts what tasks of jobs share
     */
    Slot(
            Shared shared,
            Visit visit,
            FolderCheck folders,
            SharedParts parts,
            Kind kind,
            Activity activity,
            Runnable leave) {
        this.shared = shared;
        this.visit = visit;
        this.folders = folders;
        this.parts = parts;
        this.kind = kind;
        this.activity = activity;
        this.leave = leave;
    }

    @Override
    public void step() throws InterruptedException {
        if (shared.drain().begun()) {
            leave.run();
            return;
        }
        Duration pause = next();
        activity.idle();
        shared.drain().pause(pause);
    }

    @Override
    public void onFault(Throwable fault) {
        HeldTask task = held;
        if (task != null) {
            giveBackQuietly(task, unexpected(fault));
        }
    }

    @Override
    public void onReplaced(String reason) {
        HeldTask task = held;
        if (task != null) {
            giveBackQuietly(task, Text.of("at the worker %s", reason));
        }
    }

    private static void giveBackQuietly(HeldTask task, String reason) {
        try {
            task.giveBack(reason);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // we are leaving; the lease runs out
        }
    }

    private record Answer(Session session, Optional<Reply> reply) {
        Optional<TaskPackage> task() {
            return reply.filter(TaskPackage.class::isInstance).map(TaskPackage.class::cast);
        }
    }

    /** One round; returns how long to pause before the next. */
    private Duration next() throws InterruptedException {
        if (kind.ahead() && !shared.runTimes().isQuick()) {
            return SHORTLY; // a package that waits here for long is better run elsewhere
        }
        if (shared.outbox().size() >= MAX_UNDELIVERED) {
            return SHORTLY; // the master does not take results; more work would only pile up
        }
        if (!folders.areThere()) {
            return NO_ROOM; // whatever it took would be lost
        }
        Optional<Duration> notNow = visit.pauseBeforeAsking();
        if (notNow.isPresent()) {
            return notNow.get();
        }
        Drain drain = shared.drain();
        Optional<Answer> answer = Optional.empty();
        if (!drain.askBegins()) {
            return SHORTLY;
        }
        try {
            answer = drain.whileAsking(() -> {
                Session session = shared.link().await();
                // A peer of another group's master has one task at a time.
                return new Answer(
                        session, kind.first() || session.terms().isPresent() ? ask(session) : Optional.empty());
            });
        } finally {
            drain.askEnds(answer.flatMap(Answer::task).isPresent());
        }
        if (answer.flatMap(Answer::task).isEmpty()) {
            folders.doubt();
        }
        if (answer.isEmpty() || answer.get().reply().isEmpty()) {
            return PAUSE;
        }
        Session session = answer.get().session();
        Optional<TaskPackage> task = answer.get().task();
        if (task.isPresent()) {
            return work(new HeldTask(shared, session, task.get()));
        }
        drain.nothingToDo(shared.outbox().size() == 0);
        if (drain.once()) {
            return SHORTLY;
        }
        // A master that held the question back has let the time pass already.
        return session.has(Feature.WAIT) ? Duration.ZERO : POLL;
    }

    private Optional<Reply> ask(Session session) throws InterruptedException {
        Duration wait = session.has(Feature.WAIT) && !shared.drain().once() ? visit.whileOpen(WAIT) : Duration.ZERO;
        boolean strange = session.stranger().isPresent();
        shared.holdings().foreignPeers(strange ? 1 : 0);
        activity.doing(Text.of("asking for work"), RECEIVING);
        try {
            WorkerRequest request = new WorkerRequest.RequestTask(session.self(), wait, session.has(Feature.PARTS));
            Reply reply = shared.client().ask(session.endpoint(), request, wait.plus(TIMEOUT));
            if (reply instanceof Reply.NotLeader || reply instanceof Reply.Failure) {
                shared.link().doubt(session); // it may want us to register again
                return Optional.empty();
            }
            if (reply instanceof TaskPackage task) {
                // Before anything else: from now on our heartbeats name it.
                task.assignment().ifPresent(shared.holdings()::begin);
                shared.holdings().foreignPeers(strange ? 1 : 0);
            }
            return Optional.of(reply);
        } catch (IOException e) {
            log.debug("No answer to a request for work: {}", e.getMessage());
            shared.link().doubt(session);
            boolean reached = !(e.getCause() instanceof ConnectException);
            // Group A's master says nothing at all when it has no work, and C's closes the connection.
            return strange && reached ? Optional.of(new Reply.NoTask()) : Optional.empty();
        } finally {
            activity.idle();
            shared.holdings().foreignPeers(strange ? -1 : 0);
        }
    }

    private Duration work(HeldTask task) throws InterruptedException {
        FolderCheck.Round round = folders.begin();
        held = task;
        TaskPackage received = task.task();
        TaskPackage taskPackage = received;
        if (task.session().stranger().isPresent()) {
            shared.link().worked();
        }
        try {
            taskPackage = complete(task);
            TaskRunner.Outcome outcome = shared.runner()
                    .run(
                            taskPackage,
                            task,
                            task::isUnwanted,
                            task.assignment().map(shared.logs()::of).orElse(OutputWatcher.NOBODY),
                            activity);
            shared.runTimes().add(outcome.runTime());
            keep(task, outcome);
            round.wasSound();
        } catch (TaskRunner.NotRun e) {
            task.giveBack(e);
        } catch (TaskRunner.Recalled e) {
            if (task.isRecalled()) {
                log.info("Stopped {}: the master has no more use for it", task.described());
            } else {
                task.giveBackUncounted();
            }
        } catch (RuntimeException | Error fault) {
            giveBackQuietly(task, unexpected(fault));
            throw fault;
        } finally {
            task.settle();
            held = null;
            delete(taskPackage.taskPackage());
            delete(received.taskPackage());
        }
        return task.assignment().isPresent()
                ? Duration.ZERO
                : pauseIfAgain(taskPackage.taskPackage().blob().hash());
    }

    /** The whole package of a task that came without what it shares with the others of its job. */
    private TaskPackage complete(HeldTask task) throws TaskRunner.NotRun, InterruptedException {
        TaskPackage received = task.task();
        Optional<Blob> part = task.assignment().flatMap(Reply.Assignment::shared);
        if (part.isEmpty()) {
            return received;
        }
        activity.doing(Text.of("putting together %s", task.described()), RECEIVING);
        try {
            Payload whole = parts.complete(part.get(), received.taskPackage(), () -> fetch(task, part.get()));
            return new TaskPackage(received.name(), whole, received.assignment());
        } catch (IOException e) {
            log.debug("The package of {} can't be put together", task.described(), e);
            throw new TaskRunner.NotRun(
                    Text.of("what the tasks of its job share could not be fetched or kept here"), e);
        }
    }

    private Payload fetch(HeldTask task, Blob part) throws IOException, InterruptedException {
        Session session = task.session();
        Reply reply = shared.client()
                .ask(
                        session.endpoint(),
                        new WorkerRequest.FetchShared(
                                session.self(), task.assignment().orElseThrow().lease(), part.hash()),
                        COMPOSING);
        if (reply instanceof Reply.BlobData data) {
            return data.blob();
        }
        throw new IOException(Text.of("the master does not give it"));
    }

    private static void delete(Payload payload) {
        try {
            payload.delete();
        } catch (IOException e) {
            log.warn("A package that was run can't be deleted ({}); the next start does that", e.getMessage());
        }
    }

    /** Puts the result into the outbox. Whatever stands in the way, the run is not thrown away: with less of it, or when there is room. */
    private void keep(HeldTask task, TaskRunner.Outcome outcome) throws InterruptedException {
        boolean told = false;
        while (!task.isRecalled()) {
            activity.doing(Text.of("keeping the result of %s", task.described()), KEEPING);
            try {
                Ending ending = put(task, outcome);
                log.info(
                        "Ran {} in {} ms: {}",
                        task.described(),
                        outcome.runTime().toMillis(),
                        ending.inWords());
                return;
            } catch (IOException | RuntimeException | Error e) {
                if (!told) {
                    log.error(
                            "The result of {} can't be kept on this disk now ({}); it waits for room, and the master is told that it is here",
                            task.described(),
                            e.getClass().getSimpleName());
                }
                told = true;
            }
            Thread.sleep(NO_ROOM.toMillis());
        }
    }

    private Ending put(HeldTask task, TaskRunner.Outcome outcome) throws IOException {
        Optional<Payload> packed =
                outcome.packed().filter(result -> result.bytes().isPresent() || Files.exists(result.file()));
        if (packed.isPresent()) {
            shared.outbox()
                    .put(
                            task.session().self(),
                            task.task().name(),
                            packed.get(),
                            delivery(task, outcome, outcome.ending()));
            return outcome.ending();
        }
        String why = Text.of(
                "the result's file could not be kept at the worker: no room on its disk, or it was" + " removed");
        String note = outcome.ending().note();
        Ending ending = outcome.ending()
                .with(
                        note.contains(Text.of("not packed: %s", ""))
                                ? note
                                : note + (note.isEmpty() ? "" : "; ") + Text.of("not packed: all files (%s)", why));
        shared.outbox()
                .put(
                        task.session().self(),
                        task.task().name(),
                        outcome.spare().zip(why),
                        delivery(task, outcome, ending));
        return ending;
    }

    private static String unexpected(Throwable fault) {
        return Text.of(
                "the worker failed unexpectedly while it ran this (%s)",
                fault.getClass().getSimpleName());
    }

    private static Optional<WorkerRequest.Delivery> delivery(HeldTask task, TaskRunner.Outcome outcome, Ending ending) {
        return task.assignment()
                .map(a -> new WorkerRequest.Delivery(
                        a.grid(),
                        a.lease(),
                        ending,
                        outcome.runTime(),
                        outcome.started().toEpochMilli(),
                        outcome.used()));
    }

    /** Masters of groups C and D hand out the same package without end. */
    private Duration pauseIfAgain(Sha256 content) {
        boolean again = lastOfStranger.equals(Optional.of(content));
        lastOfStranger = Optional.of(content);
        return again ? SAME_AGAIN : Duration.ZERO;
    }
}
