package org.mutirao.master.handlers;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.mutirao.master.dispatch.Dispatcher;
import org.mutirao.master.dispatch.HeldLeases;
import org.mutirao.master.dispatch.WorkerKind;
import org.mutirao.master.dispatch.WorkerProfile;
import org.mutirao.master.dispatch.WorkerSession;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.watch.LogTails;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.id.Admission;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.ClockMessage;
import org.mutirao.protocol.message.DirectoryRequest;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.stranger.StrangerKind;
import org.mutirao.protocol.table.SealedFunction;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.mutirao.protocol.wire.WireServer.Connection;

/** Workers' requests, all on the loop. Their results go to the {@link ResultHandler}. */
public final class WorkerHandler {
    private static final Duration MAX_WAIT = Duration.ofSeconds(60);
    /** How the ledger calls programs of other groups. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-f.]*:[0-9a-f:.]+(%.+)?");

    private static final Duration SOME_INTERVAL = Duration.ofSeconds(5);

    private static final SealedFunction<DirectoryRequest, WorkerHandler, Reply> DIRECTORY =
            SealedFunction.<DirectoryRequest, WorkerHandler, Reply>of(DirectoryRequest.class)
                    .row(DirectoryRequest.ListPeers.class, (list, handler) -> handler.peers(list))
                    .row(DirectoryRequest.GetPeerInfo.class, (get, handler) -> handler.peer(get.target()))
                    .build();

    private final Dispatcher dispatcher;
    private final PackageSender packages;
    private final Supplier<Reply.Terms> terms;
    private final ForeignPeers foreignPeers;
    private final LogTails tails;
    private final Function<WorkerRequest.Heartbeat, Optional<ClockMessage>> clocks;
    private final Sessions sessions;
    private final Newcomers newcomers;

    /**
     * Answers from now on.
     *
     * @param terms what is offered to our own workers; all features
     * @param clocks what is said to a worker about its clock
     * @param sessions who may speak in whose name
     */
    public WorkerHandler(
            Dispatcher dispatcher,
            PackageSender packages,
            Supplier<Reply.Terms> terms,
            DiscoveryLog discoveryLog,
            LogTails tails,
            Function<WorkerRequest.Heartbeat, Optional<ClockMessage>> clocks,
            Sessions sessions) {
        this.dispatcher = dispatcher;
        this.packages = packages;
        this.terms = terms;
        this.foreignPeers = new ForeignPeers(discoveryLog);
        this.tails = tails;
        this.clocks = clocks;
        this.sessions = sessions;
        this.newcomers = new Newcomers(id -> dispatcher
                .fleet()
                .find(id)
                .filter(worker -> worker.delivered() == 0)
                .isPresent());
    }

    /** @param key what the worker has proved to have */
    Reply register(WorkerRequest.Register register, Optional<WorkerKeys.Proven> key, Connection from, Dialect dialect) {
        Optional<Reply> objection = sessions.objection(register, key, from);
        if (objection.isPresent()) {
            return objection.get();
        }
        if (!mayBeKnown(register.peer(), from)) {
            return refused(
                    Refusal.TRY_LATER,
                    Text.of("too many workers of your address have never delivered anything; try again later"));
        }
        Optional<String> session = sessions.begin(register, key, from);
        String address = from.remote().getAddress().getHostAddress();
        WorkerProfile profile = register.offer()
                .map(offer -> new WorkerProfile(
                        WorkerText.printable(offer.name()),
                        WorkerKind.OURS,
                        dialect.name(),
                        address,
                        register.port(),
                        StrangerKind.ANY,
                        offer.slots(),
                        offer.ahead(),
                        Optional.of(offer.heartbeat())))
                .orElseGet(() -> foreignPeers.profile(register, dialect.name(), address));
        dispatcher.onCame(register.peer(), admission(from, dialect));
        dispatcher.onRegister(register.peer(), profile, register.offer().flatMap(WorkerRequest.Offer::held));
        return new Reply.Registered(register.offer().map(offer -> {
            Reply.Terms all = terms.get();
            List<Feature> common = all.features().stream()
                    .filter(offer.features()::contains)
                    .filter(feature -> feature != Feature.BOUND || key.isPresent())
                    .toList();
            return new Reply.Terms(all.grid(), common, all.lease(), all.masters(), session);
        }));
    }

    /** Whether it is known, or there is a place for one more of its address. */
    private boolean mayBeKnown(WorkerId peer, Connection from) {
        return dispatcher.fleet().find(peer).isPresent()
                || newcomers.admits(peer, from.remote().getAddress());
    }

    Reply heartbeat(WorkerRequest.Heartbeat heartbeat, Connection from) {
        if (heartbeat.held().isPresent() && !dispatcher.fleet().knows(heartbeat.peer())) {
            // What it holds it says again when it registers; until then it may be anybody.
            return new Reply.Alive(List.of(), false);
        }
        if (!mayBeKnown(heartbeat.peer(), from)) {
            return new Reply.Alive(List.of(), true);
        }
        List<Lease> others = othersOf(heartbeat.peer(), heartbeat.held().orElse(List.of()));
        others.forEach(
                lease -> dispatcher.held().holderOf(lease).ifPresent(holder -> sessions.onImpostor(holder, from)));
        Set<Lease> drop = new LinkedHashSet<>(others);
        drop.addAll(dispatcher.onHeartbeat(heartbeat.peer(), heartbeat.held()));
        dispatcher.fleet().takesNone(heartbeat.peer(), heartbeat.notNow().map(WorkerText::brief));
        return new Reply.Alive(List.copyOf(drop), true, clocks.apply(heartbeat), sessions.noticeFor(heartbeat.peer()));
    }

    /**
     * Why something without a session is not carried out: another's lease, or a result of a worker of ours that has not registered here.
     *
     * @param relayed whether another master passes it on
     * @param isMaster whether a master is at an address
     */
    Optional<Reply> objection(WorkerRequest said, Connection from, boolean relayed, Predicate<String> isMaster) {
        if (said instanceof WorkerRequest.SubmitResult submit
                && submit.delivery()
                        .filter(delivery -> delivery.grid().equals(terms.get().grid()))
                        .isPresent()
                && !dispatcher.fleet().knows(said.peer())) {
            return Optional.of(
                    refused(Refusal.REGISTER_AGAIN, Text.of("this master does not know you; register first")));
        }
        String address = from.remote().getAddress().getHostAddress();
        boolean another = !relayed
                && !isOurs(said.peer())
                && dispatcher.held().namesOf(said.peer()).stream()
                        .filter(ADDRESS.asMatchPredicate())
                        .anyMatch(given -> !given.equals(address) && !isMaster.test(given));
        return another ? Optional.of(elsewhere(said)) : Optional.empty();
    }

    /** What is said to one that speaks in the name of a program at another address. */
    static Reply elsewhere(WorkerRequest said) {
        return refused(
                Refusal.CONFLICT,
                Text.of(
                        "%s is at another address and was heard a moment ago; only from there it may speak",
                        said.peer().brief()));
    }

    /** Why a result is not taken from who has not proved that it knows the room's key: its job wants trusted workers. */
    Optional<Reply> distrust(WorkerRequest.SubmitResult submit, Connection from, Dialect dialect) {
        boolean isWanted = admission(from, dialect) != Admission.PROVEN
                && dispatcher
                        .held()
                        .leaseOfResult(submit.peer(), submit.delivery().map(WorkerRequest.Delivery::lease))
                        .flatMap(lease -> dispatcher.task(lease.task()))
                        .filter(task -> task.needs().trusted())
                        .isPresent();
        return isWanted
                ? Optional.of(refused(
                        Refusal.NOT_LEASED,
                        Text.of("that job wants trusted workers, and you did not prove that you know the room's key")))
                : Optional.empty();
    }

    /** A master that passes on what others ask speaks their dialect; it proved its own right, not theirs. */
    private static Admission admission(Connection from, Dialect dialect) {
        return from.admission() == Admission.PROVEN && !dialect.equals(Dialects.own())
                ? Admission.WITHOUT_KEY
                : from.admission();
    }

    Reply giveBack(WorkerRequest.ReturnTask giveBack) {
        if (!isOurs(giveBack.peer())) {
            return unknown();
        }
        dispatcher.onReturn(
                giveBack.peer(),
                giveBack.lease(),
                giveBack.counts() ? WorkerText.printable(giveBack.reason()) : WorkerText.brief(giveBack.reason()),
                giveBack.environment(),
                giveBack.counts());
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

    /** Only for who holds a task of that job, and came as that job wants. */
    void shared(WorkerRequest.FetchShared fetch, Answer answer, Connection from, Dialect dialect) {
        Admission admission = admission(from, dialect);
        Optional<TaskRecord> task = dispatcher.holds(fetch.peer(), fetch.lease())
                ? dispatcher
                        .task(fetch.lease().task())
                        .filter(each -> each.part().isPresent())
                        .filter(each -> !each.needs().trusted() || admission == Admission.PROVEN)
                : Optional.empty();
        if (task.isPresent()) {
            packages.sendShared(task.get(), fetch.shared(), answer);
        } else {
            answer.send(refused(Refusal.NOT_LEASED, Text.of("you hold no such task of a job")));
        }
    }

    /** Only for our workers. */
    void wheel(WorkerRequest.FetchWheel fetch, Answer answer) {
        if (isOurs(fetch.peer())) {
            packages.sendWheel(fetch.name(), answer);
        } else {
            answer.send(unknown());
        }
    }

    /** Only our workers tell. */
    Reply facts(WorkerRequest.TellFacts tell) {
        if (isOurs(tell.peer())) {
            dispatcher.onFacts(tell.peer(), tell.facts());
        }
        return new Reply.Ok(false);
    }

    Reply leave(WorkerRequest.Leave leave) {
        if (isOurs(leave.peer())) {
            dispatcher.onLeave(leave.peer());
        }
        return new Reply.Ok(false);
    }

    private static Reply unknown() {
        return refused(Refusal.REGISTER_AGAIN, Text.of("this master does not know you; register first"));
    }

    /** Only our workers give back or leave, and only after they registered. */
    private boolean isOurs(WorkerId peer) {
        return dispatcher
                .fleet()
                .find(peer)
                .filter(worker -> worker.registered() && worker.profile().listsLeases())
                .isPresent();
    }

    /** What group E's peers ask about one another. */
    Reply directory(DirectoryRequest request) {
        return DIRECTORY.apply(request, this);
    }

    private Reply peers(DirectoryRequest.ListPeers list) {
        return new Reply.PeerList(dispatcher.fleet().all().stream()
                .map(WorkerSession::id)
                .filter(id -> !id.equals(list.peer()))
                .toList());
    }

    private Reply peer(WorkerId target) {
        return dispatcher
                .fleet()
                .find(target)
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
        Admission admission = admission(from, dialect);
        dispatcher.onCame(ask.peer(), admission);
        WorkerProfile guess = guess(from.remote().getAddress().getHostAddress(), dialect);
        if (!dispatcher.fleet().knows(ask.peer())) {
            dispatcher.assume(ask.peer(), guess);
        }
        // Looked up now: it may have left by the time that its lease is durable, and must be answered all the same.
        WorkerProfile worker =
                dispatcher.fleet().find(ask.peer()).map(WorkerSession::profile).orElse(guess);
        Duration patience = ask.patience().compareTo(MAX_WAIT) > 0 ? MAX_WAIT : ask.patience();
        // One of ours never ends its side while it waits. Others may, and still read the answer.
        BooleanSupplier isClosed = dialect.equals(Dialects.own()) ? from::inputEnded : () -> !from.isOpen();
        dispatcher.onRequest(
                ask.peer(), patience, packages.request(worker, ask.parts(), answer, isClosed, Optional.of(again -> {
                    dispatcher.onCame(ask.peer(), admission);
                    dispatcher.onRequest(ask.peer(), patience, again);
                })));
    }

    /** Of these leases, those that another worker holds now, which is about. */
    private List<Lease> othersOf(WorkerId peer, List<Lease> named) {
        return named.stream()
                .filter(lease -> otherHolder(peer, lease).isPresent())
                .toList();
    }

    /** Another worker that holds it now, and is about. */
    private Optional<WorkerId> otherHolder(WorkerId peer, Lease lease) {
        HeldLeases held = dispatcher.held();
        return held.has(peer, lease)
                ? Optional.empty() // as ever with honest ones, and found without a look at the task
                : held.holderOf(lease).filter(holder -> !holder.equals(peer) && sessions.isHeard(holder));
    }

    /** A worker speaks for a task that another one has, which is about: it is refused further on, and both are told. */
    void noteTheft(WorkerRequest said, Optional<Lease> lease, Connection from) {
        lease.flatMap(named -> otherHolder(said.peer(), named)).ifPresent(holder -> sessions.onImpostor(holder, from));
    }

    /** Of ours it must wait until it registers again, since what it holds is told there. */
    private WorkerProfile guess(String address, Dialect dialect) {
        return dialect.equals(Dialects.own())
                ? new WorkerProfile(
                        address,
                        WorkerKind.OURS,
                        dialect.name(),
                        address,
                        0,
                        StrangerKind.ANY,
                        0,
                        0,
                        Optional.of(SOME_INTERVAL))
                : foreignPeers.guess(dialect.name(), address);
    }

    private static Reply refused(Refusal refusal, String message) {
        return new Reply.Failure(refusal, message);
    }
}
