package org.mutirao.worker.link;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.mutirao.protocol.discovery.LanAddress;
import org.mutirao.protocol.discovery.MasterFinder;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.identity.WorkerKey;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Activity;
import org.mutirao.protocol.threads.GuardedLoop;
import org.mutirao.protocol.threads.GuardedPool;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.protocol.units.SafeText;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.protocol.wire.WireClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the worker registered: looks for a master until there is one, tells it regularly that we live, looks again when it is
 * gone. Has a thread and connections of its own, so that neither transfers nor tasks can delay a heartbeat.
 */
public final class MasterLink implements Sessions, AutoCloseable {
    /**
     * What the worker is called and can do.
     *
     * @param slots how many tasks it runs at a time
     * @param ahead how many leases it wants to hold besides
     * @param key with which it proves who it is
     * @param instance which process it is
     * @param facts what is known by now of its machine
     */
    public record Identity(
            WorkerId id,
            String name,
            int slots,
            int ahead,
            Duration heartbeat,
            WorkerRequest.Instance instance,
            WorkerKey key,
            Supplier<Optional<WorkerFacts>> facts) {}

    private static final Logger log = LoggerFactory.getLogger(MasterLink.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(10);
    /** A person begins to wonder by then. */
    private static final Duration LONG_SEARCH = Duration.ofSeconds(10);

    private static final int MAX_NOTICE = 500;
    private static final Duration OVERDUE = Duration.ofMinutes(10);
    /** In a group another can be asked, so there is no use in waiting for long. */
    private static final Duration PATIENCE_IN_GROUP = Duration.ofSeconds(2);

    private static final Duration FIRST_PAUSE_IN_GROUP = Duration.ofMillis(60);
    private static final Duration MAX_PAUSE_IN_GROUP = Duration.ofMillis(400);
    private static final Duration ASK_OTHERS = Duration.ofMillis(600);

    private final Identity identity;
    private final Search search;
    private final LinkListener listener;
    private final LongSupplier nanos;
    private final HeartbeatPart part;
    private final WireClient client;
    private final LeaderLocator locator;
    private final GuardedLoop thread;
    private final Activity activity;
    private Session session;
    private final Semaphore doubts = new Semaphore(0);
    private final Timing timing;
    private final MasterChoice masters;
    private final FactsTeller facts;
    /** A master of ours that was found while another group's was served, and has registered us already. */
    private Optional<Session> better = Optional.empty();

    private volatile long lastWork;
    private long lastLook;
    private long lastAll;
    private boolean first = true;

    /**
     * Has no master until started.
     *
     * @param part what else travels with heartbeats to masters of ours
     * @param activity told what the link's thread is at
     */
    public MasterLink(
            Identity identity,
            Search search,
            LinkListener listener,
            LongSupplier nanos,
            HeartbeatPart part,
            Timing timing,
            Activity activity) {
        this.timing = timing;
        this.activity = activity;
        this.thread = new GuardedLoop("link", this::round, activity);
        this.client = new WireClient(1, Spool.none(), search.pass());
        this.locator = new LeaderLocator(client, new GuardedPool("compass", LeaderLocator.MAX_MASTERS));
        this.masters = new MasterChoice(identity, listener, locator, client, timing.answer(), activity);
        this.facts = new FactsTeller(client, identity.facts());
        this.part = part;
        this.identity = identity;
        this.search = search;
        this.listener = listener;
        this.nanos = nanos;
    }

    public void start() {
        thread.start();
    }

    @Override
    public synchronized Session await() throws InterruptedException {
        while (session == null) {
            wait();
        }
        return session;
    }

    /** The master, if there is one now. */
    public synchronized Optional<Session> now() {
        return Optional.ofNullable(session);
    }

    @Override
    public synchronized void doubt(Session suspect) {
        if (suspect.equals(session)) {
            doubts.release();
        }
    }

    /** One master, from finding it to losing it. Whatever goes wrong unexpectedly, the next round looks for one again. */
    private void round() throws InterruptedException {
        Session found = better.isPresent() ? better.get() : look();
        better = Optional.empty();
        lastWork = nanos.getAsLong();
        lastLook = lastWork;
        lastAll = lastWork;
        facts.tellAnew(found, patience()); // before it asks for work
        masters.served();
        listener.onConnected(found, first);
        first = false;
        publish(found);
        String reason;
        try {
            reason = stay(found);
        } finally {
            publish(null);
        }
        listener.onLost(found, reason);
    }

    private Duration patience() {
        return locator.knowsGroup() ? PATIENCE_IN_GROUP : timing.answer();
    }

    /** Something else is known of this machine: the master is told soon. */
    public void factsChanged() {
        doubts.release();
    }

    private synchronized void publish(Session newSession) {
        session = newSession;
        notifyAll();
    }

    /** Asks and asks, ever more slowly, and never at the same moment as a roomful of other workers. */
    private Session look() throws InterruptedException {
        Duration pause = locator.knowsGroup() ? FIRST_PAUSE_IN_GROUP : FIRST_PAUSE;
        boolean told = false;
        boolean advised = false;
        long start = nanos.getAsLong();
        while (true) {
            activity.doing(Text.of("looking for a master"));
            Optional<InetSocketAddress> leader = locator.leader();
            Optional<Session> there =
                    leader.isPresent() ? masters.register(List.of(Candidate.ours(leader.get()))) : Optional.empty();
            if (there.isEmpty()) {
                there = masters.register(candidates());
            }
            if (there.isPresent()) {
                return there.get();
            }
            if (!told) {
                listener.onSearching(search.where());
                told = true;
            }
            if (!advised && !masters.isRefused() && nanos.getAsLong() - start >= LONG_SEARCH.toNanos()) {
                listener.onStillSearching(search.advice(LanAddress.all()));
                advised = true;
            }
            long millis = pause.toMillis();
            Thread.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis));
            pause = pause.multipliedBy(2);
            Duration longest = locator.knowsGroup() ? MAX_PAUSE_IN_GROUP : MAX_PAUSE;
            pause = pause.compareTo(longest) > 0 ? longest : pause;
        }
    }

    private List<Candidate> candidates() {
        try {
            if (!search.masters().isEmpty()) {
                List<Candidate> candidates = new ArrayList<>();
                for (HostPort place : search.masters()) {
                    candidates.add(Candidate.named(place.resolved()));
                }
                return candidates;
            }
            return Candidate.of(new MasterFinder(search.discovery(), masters.self(), nanos)
                    .inRoom(search.secret())
                    .find(timing.discovery(), timing.collect()));
        } catch (IOException e) {
            log.debug("Looking for a master failed: {}", e.getMessage());
            return List.of();
        }
    }

    /** A master of another group gave us a task: it is not idle. */
    public void worked() {
        lastWork = nanos.getAsLong();
    }

    /**
     * While a master of another group is served: whether one of ours is there now. At the same address too, since only a sign tells one
     * from the other, and signs may have been wrong.
     */
    private Optional<Session> oursInstead(Session current) throws InterruptedException {
        long now = nanos.getAsLong();
        boolean idle = now - lastWork >= timing.idle().toNanos()
                && now - lastLook >= timing.idle().toNanos();
        boolean due = idle || now - lastLook >= timing.again().toNanos();
        if (current.stranger().isEmpty() || !due || listener.owesStrangers()) {
            return Optional.empty();
        }
        lastLook = now;
        boolean all = now - lastAll >= timing.again().toNanos();
        lastAll = all ? now : lastAll;
        List<Candidate> candidates = new ArrayList<>(candidates());
        candidates.add(Candidate.ours(current.endpoint().address()));
        for (Candidate candidate : candidates) {
            if (!all && masters.isForeign(candidate.address())) {
                continue;
            }
            activity.doing(Text.of("asking the master at %s whether it is one of ours", candidate.address()));
            Optional<Session> session = masters.registerAtOurs(candidate);
            if (session.isPresent() && !listener.owesStrangers()) {
                return session;
            }
        }
        return Optional.empty();
    }

    /** Heartbeats until one fails or another master leads; returns why. */
    private String stay(Session current) throws InterruptedException {
        Duration patience = patience();
        while (true) {
            activity.doing(
                    Text.of("waiting for the next heartbeat"),
                    identity.heartbeat().plus(OVERDUE));
            Optional<InetSocketAddress> moved = pause(current);
            activity.doing(Text.of("telling the master that this worker lives"));
            facts.tell(current, patience);
            if (moved.isPresent()) {
                return Text.of("the master at %s leads now", moved.get());
            }
            better = oursInstead(current);
            if (better.isPresent()) {
                return Text.of(
                        "a Mutirão master is at %s", better.get().endpoint().address());
            }
            try {
                Optional<List<Lease>> held = current.terms().map(terms -> listener.held(Optional.of(terms.grid())));
                WorkerRequest.Heartbeat bare = new WorkerRequest.Heartbeat(current.self(), held);
                WorkerRequest.Heartbeat heartbeat = current.terms().isPresent() ? part.addTo(bare) : bare;
                long sent = nanos.getAsLong();
                Reply reply = client.ask(current.endpoint(), heartbeat, patience);
                if (reply instanceof Reply.NotLeader elsewhere) {
                    locator.hint(elsewhere.leader(), current.endpoint().address());
                    return elsewhere.message();
                }
                if (reply instanceof Reply.Failure failure && failure.refusal() == Refusal.REGISTER_AGAIN) {
                    return Text.of("the master does not know this session");
                }
                if (!(reply instanceof Reply.Alive alive)) {
                    return Text.of("the master did not confirm a heartbeat");
                }
                part.onAnswer(alive, sent);
                alive.notice().ifPresent(said -> listener.onNotice(Text.again(SafeText.of(said, ' ', MAX_NOTICE))));
                if (!alive.drop().isEmpty()) {
                    listener.onDrop(alive.drop());
                }
                if (!alive.known()) {
                    return Text.of("the master was started anew");
                }
            } catch (IOException e) {
                return e.getMessage();
            }
        }
    }

    /**
     * Until the next heartbeat is due, or somebody doubts that the master lives. In a group the other masters are asked meanwhile: one
     * that is frozen or cut off can't say itself that it no longer leads.
     */
    private Optional<InetSocketAddress> pause(Session current) throws InterruptedException {
        long step = locator.knowsGroup() ? ASK_OTHERS.toMillis() : Long.MAX_VALUE;
        for (long left = identity.heartbeat().toMillis(); left > 0; left -= step) {
            if (doubts.tryAcquire(Math.min(step, left), TimeUnit.MILLISECONDS)) {
                doubts.drainPermits();
                return Optional.empty();
            }
            Optional<InetSocketAddress> moved =
                    step < left ? locator.movedFrom(current.endpoint().address()) : Optional.empty();
            if (moved.isPresent()) {
                return moved;
            }
        }
        return Optional.empty();
    }

    /** Tells the master that we leave, if there is one, and ends. */
    public void leave() throws InterruptedException {
        Optional<Session> current = now();
        thread.close(); // waits a little; a link that does not move is no reason to stay
        if (current.isPresent() && current.get().terms().isPresent()) {
            try {
                client.ask(
                        current.get().endpoint(),
                        new WorkerRequest.Leave(current.get().self()),
                        Duration.ofSeconds(2));
            } catch (IOException e) {
                log.debug("The master did not hear that we leave: {}", e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        thread.close();
        locator.close();
        client.close();
    }
}
