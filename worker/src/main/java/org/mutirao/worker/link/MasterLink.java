package org.mutirao.worker.link;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.mutirao.protocol.clock.ClockFollower;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.dialect.EnvelopeDialect;
import org.mutirao.protocol.dialect.OwnDialect;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.discovery.FacingAddress;
import org.mutirao.protocol.discovery.MasterFinder;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.ClockReport;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.stranger.StrangerKind;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.protocol.wire.WireClient;
import org.mutirao.protocol.wire.WireClient.Endpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the worker registered: looks for a master until there is one, tells it regularly that we live, looks again when it is
 * gone. Has a thread and connections of its own, so that neither transfers nor tasks can delay a heartbeat.
 */
public final class MasterLink implements AutoCloseable {
    /**
     * What the worker is called and can do.
     *
     * @param slots how many tasks it runs at a time
     * @param ahead how many leases it wants to hold besides
     */
    public record Identity(WorkerId id, String name, int slots, int ahead, Duration heartbeat) {}

    private static final Logger log = LoggerFactory.getLogger(MasterLink.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LISTEN = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** In a group another can be asked, so there is no use in waiting for long. */
    private static final Duration PATIENCE_IN_GROUP = Duration.ofSeconds(2);

    private static final Duration FIRST_PAUSE_IN_GROUP = Duration.ofMillis(60);
    private static final Duration LONGEST_PAUSE_IN_GROUP = Duration.ofMillis(400);
    private static final Duration ASK_OTHERS = Duration.ofMillis(600);
    private static final Dialect OWN = new OwnDialect();
    /** Before it is known whose master it is: group D's reads 1024 bytes. More is told by the first heartbeat. */
    private static final int MOST_HELD_AT_FIRST = 10;

    private final Identity identity;
    private final List<HostPort> fixed;
    private final DiscoveryPorts ports;
    private final LinkListener listener;
    private final LongSupplier nanos;
    private final ClockFollower clock;
    private final WireClient client = new WireClient(1, Spool.none());
    private final Compass compass = new Compass(client);
    private final Thread thread = new Thread(this::run, "link");
    private Session session;
    private final Semaphore doubts = new Semaphore(0);
    /** Whether the candidate just asked is one of ours, which must not be spoken to as a stranger. */
    private boolean oursButNotLeading;

    private volatile boolean closed;

    /**
     * Has no master until started.
     *
     * @param fixed the masters to talk to, whatever others answer; empty to look for one
     */
    public MasterLink(
            Identity identity,
            List<HostPort> fixed,
            DiscoveryPorts ports,
            LinkListener listener,
            LongSupplier nanos,
            ClockFollower clock) {
        this.clock = clock;
        this.identity = identity;
        this.fixed = fixed;
        this.ports = ports;
        this.listener = listener;
        this.nanos = nanos;
    }

    public void start() {
        thread.start();
    }

    /** The master, as soon as there is one. */
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

    /** A request to this master failed: find out at once whether it still lives. */
    public synchronized void doubt(Session suspect) {
        if (suspect.equals(session)) {
            doubts.release();
        }
    }

    private void run() {
        boolean first = true;
        try {
            while (!closed) {
                Session found = look();
                listener.onConnected(found, first);
                first = false;
                publish(found);
                String reason = stay(found);
                publish(null);
                listener.onLost(found, reason);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void publish(Session newSession) {
        session = newSession;
        notifyAll();
    }

    /** Asks and asks, ever more slowly, and never at the same moment as a roomful of other workers. */
    private Session look() throws InterruptedException {
        Duration pause = compass.knowsGroup() ? FIRST_PAUSE_IN_GROUP : FIRST_PAUSE;
        boolean told = false;
        while (true) {
            Optional<InetSocketAddress> leader = compass.leader();
            Optional<Session> there = leader.isPresent() ? register(ours(leader.get())) : Optional.empty();
            if (there.isPresent()) {
                return there.get();
            }
            for (Candidate candidate : candidates()) {
                Optional<Session> found = register(candidate);
                if (found.isPresent()) {
                    return found.get();
                }
            }
            if (!told) {
                listener.onSearching(fixed.isEmpty() ? "UDP " + ports : text(fixed));
                told = true;
            }
            long millis = pause.toMillis();
            Thread.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis));
            pause = pause.multipliedBy(2);
            Duration longest = compass.knowsGroup() ? LONGEST_PAUSE_IN_GROUP : LONGEST_PAUSE;
            pause = pause.compareTo(longest) > 0 ? longest : pause;
        }
    }

    private static String text(List<HostPort> addresses) {
        return String.join(", ", addresses.stream().map(HostPort::toString).toList());
    }

    private static Candidate ours(InetSocketAddress address) {
        return new Candidate(address, OWN, OptionalInt.empty());
    }

    /** Somebody who may be a master, and what is known of it. */
    private record Candidate(InetSocketAddress address, Dialect dialect, OptionalInt discoveryPort) {}

    private List<Candidate> candidates() {
        try {
            if (!fixed.isEmpty()) {
                List<Candidate> candidates = new ArrayList<>();
                for (HostPort place : fixed) {
                    // Nobody said which dialect: if our own and so the flat one is not understood, it may be this.
                    candidates.add(new Candidate(place.resolved(), new EnvelopeDialect(), OptionalInt.empty()));
                }
                return candidates;
            }
            return new MasterFinder(ports, identity.id(), nanos)
                    .find(LISTEN)
                    .map(MasterLink::candidates)
                    .orElse(List.of());
        } catch (IOException e) {
            log.debug("Looking for a master failed: {}", e.getMessage());
            return List.of();
        }
    }

    private static List<Candidate> candidates(MasterFinder.Found found) {
        return found.addresses().stream()
                .map(address -> new Candidate(address, found.dialect(), OptionalInt.of(found.discoveryPort())))
                .toList();
    }

    /**
     * In our own words first, since our masters announce themselves in everybody's; masters of groups A to E read them as theirs,
     * and F's closes the connection.
     */
    private Optional<Session> register(Candidate candidate) throws InterruptedException {
        oursButNotLeading = false;
        Optional<Session> session = register(candidate, OWN);
        return session.isPresent()
                        || oursButNotLeading
                        || !candidate.dialect().name().equals("envelope")
                ? session
                : register(candidate, candidate.dialect());
    }

    private Optional<Session> register(Candidate candidate, Dialect dialect) throws InterruptedException {
        InetSocketAddress address = candidate.address();
        try {
            Reply reply = client.ask(new Endpoint(address, dialect, true), registration(address, dialect), PATIENCE);
            if (reply instanceof Reply.Registered registered) {
                Session session = session(candidate, dialect, registered);
                session.terms().ifPresent(terms -> compass.learn(terms.masters(), address));
                return Optional.of(session);
            }
            if (reply instanceof Reply.NotLeader elsewhere) {
                log.debug("{} says: {}", address, elsewhere.message());
                compass.hint(elsewhere.leader(), address);
                oursButNotLeading = true;
                return Optional.empty();
            }
            log.debug("{} did not register us: {}", address, reply);
        } catch (IOException e) {
            log.debug("{} did not register us: {}", address, e.getMessage());
        }
        return Optional.empty();
    }

    private static Session session(Candidate candidate, Dialect dialect, Reply.Registered registered) {
        InetSocketAddress address = candidate.address();
        if (registered.terms().isPresent()) {
            return new Session(new Endpoint(address, dialect, true), registered.terms(), Optional.empty());
        }
        boolean unknown = candidate.discoveryPort().isEmpty();
        Dialect spoken = !dialect.equals(OWN) ? dialect : unknown ? Dialects.common() : candidate.dialect();
        StrangerKind kind = StrangerKind.ofMaster(spoken.name(), candidate.discoveryPort(), address.getPort());
        return new Session(new Endpoint(address, spoken, false), Optional.empty(), Optional.of(kind));
    }

    private WorkerRequest registration(InetSocketAddress master, Dialect dialect) throws IOException {
        List<Lease> held = listener.held(Optional.empty());
        return new WorkerRequest.Register(
                identity.id(),
                FacingAddress.towards(master).getHostAddress(),
                dialect.equals(OWN) ? 0 : EnvelopeDialect.SOME_PORT,
                Optional.of(new WorkerRequest.Offer(
                        List.of(Feature.values()),
                        identity.name(),
                        identity.slots(),
                        identity.ahead(),
                        identity.heartbeat(),
                        held.size() > MOST_HELD_AT_FIRST ? Optional.empty() : Optional.of(held))));
    }

    /** Heartbeats until one fails or another master leads; returns why. */
    private String stay(Session current) throws InterruptedException {
        Duration patience = compass.knowsGroup() ? PATIENCE_IN_GROUP : PATIENCE;
        while (true) {
            Optional<InetSocketAddress> moved = pause(current);
            if (moved.isPresent()) {
                return "the master at " + moved.get() + " leads now";
            }
            try {
                Optional<List<Lease>> held = current.terms().map(terms -> listener.held(Optional.of(terms.grid())));
                Optional<ClockReport> told = current.terms().map(terms -> clock.report());
                long sent = nanos.getAsLong();
                Reply reply = client.ask(
                        current.endpoint(), new WorkerRequest.Heartbeat(identity.id(), held, told), patience);
                if (reply instanceof Reply.NotLeader elsewhere) {
                    compass.hint(elsewhere.leader(), current.endpoint().address());
                    return elsewhere.message();
                }
                if (!(reply instanceof Reply.Alive alive)) {
                    return "the master did not confirm a heartbeat";
                }
                alive.clock().ifPresent(word -> clock.onWord(word, sent));
                if (!alive.drop().isEmpty()) {
                    listener.onDrop(alive.drop());
                }
                if (!alive.known()) {
                    return "the master was started anew";
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
        long step = compass.knowsGroup() ? ASK_OTHERS.toMillis() : Long.MAX_VALUE;
        for (long left = identity.heartbeat().toMillis(); left > 0; left -= step) {
            if (doubts.tryAcquire(Math.min(step, left), TimeUnit.MILLISECONDS)) {
                doubts.drainPermits();
                return Optional.empty();
            }
            Optional<InetSocketAddress> moved =
                    step < left ? compass.movedFrom(current.endpoint().address()) : Optional.empty();
            if (moved.isPresent()) {
                return moved;
            }
        }
        return Optional.empty();
    }

    /** Tells the master that we leave, if there is one, and ends. */
    public void leave() throws InterruptedException {
        Optional<Session> current = now();
        thread.interrupt();
        thread.join();
        if (current.isPresent() && current.get().terms().isPresent()) {
            try {
                client.ask(current.get().endpoint(), new WorkerRequest.Leave(identity.id()), Duration.ofSeconds(2));
            } catch (IOException e) {
                log.debug("The master did not hear that we leave: {}", e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        compass.close();
        client.close();
    }
}
