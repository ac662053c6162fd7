package org.mutirao.master.handlers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.mutirao.group.blob.BlobExchange;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.master.clock.ClockRounds;
import org.mutirao.master.dispatch.Dispatcher;
import org.mutirao.master.dispatch.PendingRequest;
import org.mutirao.master.dispatch.WorkerProfile;
import org.mutirao.master.dispatch.WorkerSession;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.master.watch.LogTails;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.ScriptRun;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.DirectoryRequest;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.pack.ResultArchive;
import org.mutirao.protocol.pack.StrangerResult;
import org.mutirao.protocol.stranger.StrangerKind;
import org.mutirao.protocol.table.SealedFunction;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.SafeText;
import org.mutirao.protocol.units.Told;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.mutirao.protocol.wire.WireServer.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Workers' requests. Everything runs on the loop but the storing of results, which waits for the disk elsewhere. */
public final class WorkerHandler {
    private static final Logger log = LoggerFactory.getLogger(WorkerHandler.class);
    private static final Duration MAX_WAIT = Duration.ofSeconds(60);
    private static final int MAX_REASON = Ending.MAX_NOTE;
    /** How the ledger calls programs of other groups. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-f.]*:[0-9a-f:.]+(%.+)?");

    private static final Duration SOME_INTERVAL = Duration.ofSeconds(5);

    private static final SealedFunction<DirectoryRequest, WorkerHandler, Reply> DIRECTORY =
            SealedFunction.<DirectoryRequest, WorkerHandler, Reply>of(DirectoryRequest.class)
                    .row(DirectoryRequest.ListPeers.class, (list, handler) -> handler.peers(list))
                    .row(DirectoryRequest.GetPeerInfo.class, (get, handler) -> handler.peer(get.target()))
                    .build();

    private final Dispatcher dispatcher;
    private final BlobStore blobs;
    private final Executor loop;
    private final Executor disk;
    private final Supplier<Reply.Terms> terms;
    private final BlobExchange exchange;
    private final ForeignPeers foreignPeers;
    private final ForeignPackages foreignPackages;
    private final LogTails tails;
    private final ByteSize largestResult;
    private final ClockRounds clocks;
    private final Sessions sessions;
    private final Newcomers newcomers;

    /**
     * Answers from now on.
     *
     * @param exchange sees to it that a result is safe
     * @param terms what is offered to our own workers; all features
     * @param foreignPackages packs what goes to programs of other groups
     * @param sessions who may speak in whose name
     */
    public WorkerHandler(
            Dispatcher dispatcher,
            BlobStore blobs,
            BlobExchange exchange,
            Executor loop,
            Executor disk,
            Supplier<Reply.Terms> terms,
            DiscoveryLog discoveryLog,
            ForeignPackages foreignPackages,
            LogTails tails,
            ByteSize largestResult,
            ClockRounds clocks,
            Sessions sessions) {
        this.sessions = sessions;
        this.newcomers = new Newcomers(id ->
                dispatcher.worker(id).filter(worker -> worker.delivered() == 0).isPresent());
        this.clocks = clocks;
        this.tails = tails;
        this.largestResult = largestResult;
        this.foreignPeers = new ForeignPeers(discoveryLog);
        this.foreignPackages = foreignPackages;
        this.dispatcher = dispatcher;
        this.blobs = blobs;
        this.loop = loop;
        this.disk = disk;
        this.terms = terms;
        this.exchange = exchange;
    }

    Reply register(WorkerRequest.Register register, Connection from, Dialect dialect) {
        Optional<Reply> objection = sessions.objection(register, from);
        if (objection.isPresent()) {
            return objection.get();
        }
        if (!mayBeKnown(register.peer(), from)) {
            return refused(
                    Refusal.TRY_LATER,
                    "too many workers of your address have never delivered anything; try again later");
        }
        Optional<String> session = sessions.begin(register, from);
        String address = from.remote().getAddress().getHostAddress();
        WorkerProfile profile = register.offer()
                .map(offer -> new WorkerProfile(
                        printable(offer.name()),
                        "ours",
                        dialect.name(),
                        address,
                        register.port(),
                        StrangerKind.ANY,
                        offer.slots(),
                        offer.ahead(),
                        Optional.of(offer.heartbeat())))
                .orElseGet(() -> foreignPeers.profile(register, dialect.name(), address));
        dispatcher.onRegister(register.peer(), profile, register.offer().flatMap(WorkerRequest.Offer::held));
        return new Reply.Registered(register.offer().map(offer -> {
            Reply.Terms all = terms.get();
            List<Feature> common =
                    all.features().stream().filter(offer.features()::contains).toList();
            return new Reply.Terms(all.grid(), common, all.lease(), all.masters(), session);
        }));
    }

    /** Whether it is known, or there is a place for one more of its address. */
    private boolean mayBeKnown(WorkerId peer, Connection from) {
        return dispatcher.worker(peer).isPresent()
                || newcomers.admits(peer, from.remote().getAddress());
    }

    Reply heartbeat(WorkerRequest.Heartbeat heartbeat, Connection from) {
        if (heartbeat.held().isPresent() && !dispatcher.knows(heartbeat.peer())) {
            // What it holds it says again when it registers; until then it may be anybody.
            return new Reply.Alive(List.of(), false);
        }
        if (!mayBeKnown(heartbeat.peer(), from)) {
            return new Reply.Alive(List.of(), true);
        }
        String id = heartbeat.peer().value();
        return new Reply.Alive(
                dispatcher.onHeartbeat(heartbeat.peer(), heartbeat.held()),
                true,
                heartbeat
                        .clock()
                        .map(told -> clocks.onReport(id, "worker " + dispatcher.nameOf(heartbeat.peer()), told)));
    }

    /**
     * Why something without a session is not carried out: another's lease, or a result of a worker of ours that has not registered here.
     *
     * @param relayed whether another master passes it on
     * @param isMaster whether a master is at an address
     */
    Optional<Reply> objection(WorkerRequest said, Connection from, boolean relayed, Predicate<String> isMaster) {
        if (said instanceof WorkerRequest.SubmitResult submit
                && submit.delivery().filter(this::isOfThisGrid).isPresent()
                && !dispatcher.knows(said.peer())) {
            return Optional.of(refused(Refusal.REGISTER_AGAIN, "this master does not know you; register first"));
        }
        String address = from.remote().getAddress().getHostAddress();
        boolean another = !relayed
                && !isOurs(said.peer())
                && dispatcher.holdsAs(said.peer()).stream()
                        .filter(ADDRESS.asMatchPredicate())
                        .anyMatch(given -> !given.equals(address) && !isMaster.test(given));
        return another ? Optional.of(elsewhere(said)) : Optional.empty();
    }

    /** What is said to one that speaks in the name of a program at another address. */
    static Reply elsewhere(WorkerRequest said) {
        return refused(
                Refusal.CONFLICT,
                said.peer().brief()
                        + " is at another address and was heard a moment ago; only from there it may speak");
    }

    /**
     * Why a registered worker may not deliver now what another one, that is not about, has done. When this master has just begun to
     * lead, the other one may be on its way to it.
     */
    Optional<Reply> objectionToOrphan(WorkerRequest.SubmitResult submit) {
        return dispatcher.hasLedLongEnough()
                ? Optional.empty()
                : Optional.of(refused(
                        Refusal.TRY_LATER,
                        "worker " + submit.peer().brief() + " may still register here; keep your copy"));
    }

    Reply giveBack(WorkerRequest.ReturnTask giveBack) {
        if (isOurs(giveBack.peer())) {
            dispatcher.onReturn(giveBack.peer(), giveBack.lease(), printable(giveBack.reason()));
        }
        return new Reply.Ok(false);
    }

    /** Only from who holds the task: nobody may write into another's log. */
    Reply log(WorkerRequest.SendLog part) {
        if (dispatcher.holds(part.peer(), part.lease())) {
            LogTails.Stream stream = part.stream().equals("stderr") ? LogTails.Stream.STDERR : LogTails.Stream.STDOUT;
            tails.append(
                    part.lease(), stream, part.offset(), part.end(), part.text().getBytes(StandardCharsets.UTF_8));
        }
        return new Reply.Ok(false);
    }

    Reply leave(WorkerRequest.Leave leave) {
        if (isOurs(leave.peer())) {
            dispatcher.onLeave(leave.peer());
        }
        return new Reply.Ok(false);
    }

    /** Only our workers give back or leave, and only after they registered. */
    private boolean isOurs(WorkerId peer) {
        return dispatcher
                .worker(peer)
                .filter(worker -> worker.registered() && worker.profile().listsLeases())
                .isPresent();
    }

    /**
     * A result that another worker has to deliver, which lives: this is a copy of its outbox, or a lie. Once the first one has delivered,
     * the copy is a duplicate like any other.
     */
    Reply copyOf(WorkerRequest.SubmitResult submit) {
        Optional<TaskState.Done> done = submit.delivery()
                .filter(delivery -> delivery.grid().equals(terms.get().grid()))
                .flatMap(delivery -> dispatcher.task(delivery.lease().task()))
                .map(TaskRecord::state)
                .filter(TaskState.Done.class::isInstance)
                .map(TaskState.Done.class::cast);
        if (done.isEmpty()) {
            return refused(
                    Refusal.TRY_LATER,
                    "worker " + submit.peer().brief() + " is here and delivers its results itself; keep your copy");
        }
        boolean same = done.get().result().hash().equals(submit.result().blob().hash());
        return same
                ? new Reply.Ok(true)
                : refused(Refusal.NOT_LEASED, "another worker delivered another result of that task");
    }

    /** What group E's peers ask about one another. */
    Reply directory(DirectoryRequest request) {
        return DIRECTORY.apply(request, this);
    }

    private Reply peers(DirectoryRequest.ListPeers list) {
        return new Reply.PeerList(dispatcher.workers().stream()
                .map(WorkerSession::id)
                .filter(id -> !id.equals(list.peer()))
                .toList());
    }

    private Reply peer(WorkerId target) {
        return dispatcher
                .worker(target)
                .<Reply>map(worker -> new Reply.PeerInfo(
                        target, worker.profile().address(), worker.profile().port()))
                .orElseGet(Reply.NoSuchPeer::new);
    }

    /** A connection ended: what was asked on it is void. */
    void closed() {
        dispatcher.dropGone();
    }

    void disconnected(WorkerId worker) {
        dispatcher.onDisconnected(worker);
    }

    void requestTask(WorkerRequest.RequestTask ask, Answer answer, Connection from, Dialect dialect) {
        if (!mayBeKnown(ask.peer(), from)) {
            answer.send(new Reply.NoTask());
            return;
        }
        WorkerProfile guess = guess(from.remote().getAddress().getHostAddress(), dialect);
        if (!dispatcher.knows(ask.peer())) {
            dispatcher.assume(ask.peer(), guess);
        }
        // Looked up now: it may have left by the time that its lease is durable, and must be answered all the same.
        WorkerProfile worker =
                dispatcher.worker(ask.peer()).map(WorkerSession::profile).orElse(guess);
        Duration patience = ask.patience().compareTo(MAX_WAIT) > 0 ? MAX_WAIT : ask.patience();
        dispatcher.onRequest(ask.peer(), patience, new PendingRequest() {
            @Override
            public CompletionStage<Void> deliver(TaskRecord task, Lease lease) {
                if (!worker.listsLeases()) {
                    return foreignPackages.send(task, worker, answer);
                }
                Reply.Assignment assignment = new Reply.Assignment(
                        terms.get().grid(), lease, terms.get().lease());
                if (blobs.look(task.taskPackage()) != BlobStore.Presence.WHOLE) {
                    answer.send(new Reply.NoTask()); // gone since it was looked for
                    return CompletableFuture.failedFuture(new IOException("the package is gone"));
                }
                return answer.send(
                        new Reply.TaskPackage(task.name(), blobs.payload(task.taskPackage()), Optional.of(assignment)));
            }

            @Override
            public void empty() {
                answer.send(new Reply.NoTask());
            }

            @Override
            public boolean isClosed() {
                // One of ours never ends its side while it waits. Others may, and still read the answer.
                return dialect.equals(Dialects.own()) ? from.inputEnded() : !from.isOpen();
            }
        });
    }

    /** Of ours it must wait until it registers again, since what it holds is told there. */
    private WorkerProfile guess(String address, Dialect dialect) {
        return dialect.equals(Dialects.own())
                ? new WorkerProfile(
                        address, "ours", dialect.name(), address, 0, StrangerKind.ANY, 0, 0, Optional.of(SOME_INTERVAL))
                : foreignPeers.guess(dialect.name(), address);
    }

    /**
     * Called on a network thread. The lease is looked for first, then the file. The answer comes only when the result would survive a
     * power cut.
     *
     * @param objection why it is not taken from who sends it; asked on the loop
     */
    void submit(WorkerRequest.SubmitResult submit, Supplier<Optional<Reply>> objection, Answer answer) {
        if (submit.result().blob().size() > largestResult.bytes()) {
            refuse(
                    submit,
                    answer,
                    refused(
                            Refusal.BAD_REQUEST,
                            "the payload was refused: more than the " + largestResult + " allowed here"));
            return;
        }
        loop.execute(answer.orRefuse(() -> {
            Optional<? extends Reply> fault = objection.get().or(() -> faultOf(submit));
            if (fault.isPresent()) {
                refuse(submit, answer, fault.get());
            } else {
                store(submit, answer);
            }
        }));
    }

    private void refuse(WorkerRequest.SubmitResult submit, Answer answer, Reply reply) {
        disk.execute(answer.orRefuse(() -> {
            blobs.discard(submit.result());
            answer.send(reply);
        }));
    }

    private boolean isOfThisGrid(WorkerRequest.Delivery delivery) {
        return delivery.grid().equals(terms.get().grid());
    }

    /** Before anybody looks into a result: whoever sends one must have been handed a task. */
    private Optional<Reply> faultOf(WorkerRequest.SubmitResult submit) {
        Optional<WorkerRequest.Delivery> delivery = submit.delivery();
        if (!dispatcher.leads()) {
            return Optional.of(new Reply.Failure(Refusal.TRY_LATER, "this master does not lead at present"));
        }
        if (delivery.isPresent() && !isOfThisGrid(delivery.get())) {
            return Optional.of(new Reply.Failure(Refusal.NOT_LEASED, "this result belongs to another grid"));
        }
        return dispatcher
                        .leaseOfResult(submit.peer(), delivery.map(WorkerRequest.Delivery::lease))
                        .isPresent()
                ? Optional.empty()
                : Optional.of(new Reply.Failure(
                        Refusal.NOT_LEASED,
                        delivery.isPresent()
                                ? "that task was not handed to you, so this result belongs to none"
                                : "no task was handed to you, so this result belongs to none"));
    }

    private void store(WorkerRequest.SubmitResult submit, Answer answer) {
        disk.execute(answer.orRefuse(() -> {
            try {
                if (!ResultArchive.looksWhole(submit.result().file())) {
                    blobs.discard(submit.result());
                    answer.send(refused(Refusal.BAD_REQUEST, "the result is no whole ZIP file"));
                    return;
                }
                if (submit.delivery().isEmpty() && neverRan(submit)) {
                    blobs.discard(submit.result());
                    loop.execute(() -> answer.send(lost(submit.peer())));
                    return;
                }
                Blob stored = blobs.store(submit.result());
                byte[] inlineBytes = exchange.inlineBytes(stored);
                exchange.replicate(stored, inlineBytes)
                        .whenCompleteAsync(
                                (nothing, failure) -> {
                                    if (failure == null) {
                                        complete(submit, stored, inlineBytes, answer);
                                    } else {
                                        blobs.unpin(stored.hash());
                                        answer.send(refused(
                                                Refusal.TRY_LATER,
                                                Told.of(failure, "it could not be stored safely; try again later")));
                                    }
                                },
                                loop);
            } catch (IOException e) {
                blobs.discard(submit.result());
                log.warn(
                        "A result of worker {} can't be stored now: {}",
                        submit.peer().brief(),
                        e.getMessage());
                answer.send(
                        refused(Refusal.TRY_LATER, "the result could not be stored here; keep it and try again later"));
            }
        }));
    }

    /** What is no readable ZIP in other ways is stored as it was sent. */
    private static boolean neverRan(WorkerRequest.SubmitResult submit) {
        try {
            return StrangerResult.neverRan(submit.result().file());
        } catch (IOException e) {
            log.debug("The result of {} can't be looked into: {}", submit.peer().brief(), e.getMessage());
            return false;
        }
    }

    /** The task was not even begun: that is no result. */
    private Reply lost(WorkerId worker) {
        dispatcher.onNeverRun(worker, "its Python never found main.py");
        return refused(Refusal.BAD_REQUEST, "your Python never found main.py, so this is no result; the task goes on");
    }

    private void complete(WorkerRequest.SubmitResult submit, Blob stored, byte[] inlineBytes, Answer answer) {
        Optional<WorkerRequest.Delivery> delivery = submit.delivery();
        Optional<Lease> lease =
                delivery.map(WorkerRequest.Delivery::lease).or(() -> dispatcher.leaseOfStranger(submit.peer()));
        if (lease.isEmpty()) {
            release(stored);
            answer.send(refused(Refusal.NOT_LEASED, "no task was handed to you, so this result belongs to none"));
            return;
        }
        Ending ending = delivery.map(WorkerRequest.Delivery::ending)
                .map(told -> told.with(printable(told.note())))
                .orElseGet(Ending.Unreported::new);
        ScriptRun run = delivery.map(
                        told -> new ScriptRun(told.startedAt(), told.runTime().toMillis()))
                .orElse(ScriptRun.UNKNOWN);
        dispatcher
                .onResult(submit.peer(), lease.get(), stored, inlineBytes, ending, run)
                .whenComplete((applied, failure) -> {
                    if (failure == null) {
                        release(stored);
                    } else {
                        blobs.unpin(stored.hash()); // the entry may be on the log all the same
                    }
                    answer.send(
                            failure == null ? replyTo(applied) : refused(Refusal.TRY_LATER, "the log did not take it"));
                });
    }

    private static Reply replyTo(Applied applied) {
        if (applied.verdict() instanceof Verdict.Refused) {
            return refused(Refusal.NOT_LEASED, "that task was not handed to you, so this result belongs to none");
        }
        return new Reply.Ok(applied.verdict() instanceof Verdict.Duplicate);
    }

    /** Nobody waits for the ledger to refer to it any more. */
    private void release(Blob stored) {
        blobs.unpin(stored.hash(), dispatcher.refersTo(stored.hash()));
    }

    private static Reply refused(Refusal refusal, String message) {
        return new Reply.Failure(refusal, message);
    }

    /** What a worker says of itself may end in a table or a log line. */
    private static String printable(String text) {
        return SafeText.of(text, ' ', MAX_REASON).strip();
    }
}
