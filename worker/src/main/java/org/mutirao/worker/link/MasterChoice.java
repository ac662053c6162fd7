package org.mutirao.worker.link;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.dialect.EnvelopeDialect;
import org.mutirao.protocol.discovery.FacingAddress;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.identity.WorkerKey;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.Reply.Terms;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Activity;
import org.mutirao.protocol.wire.WireClient;

/**
 * Registers the worker at one of several masters: ours go before those of other groups. Remembers under which id it is known, and where
 * other groups' masters are. For the link's thread.
 */
final class MasterChoice {
    private static final int MAX_NEW_IDS = 3;
    private static final int MAX_STRANGERS = 256;
    /** Before it is known whose master it is: group D's reads 1024 bytes. More is told by the first heartbeat. */
    private static final int MAX_HELD_AT_FIRST = 10;

    private final MasterLink.Identity identity;
    private final LinkListener listener;
    private final LeaderLocator locator;
    private final Activity activity;
    private final Registrar registrar;
    /** Addresses where masters of other groups registered us. */
    private final Set<InetSocketAddress> foreignPeers = new HashSet<>();

    /** What was told of masters that do not take us, since the last one that did. */
    private final Set<String> refusals = new HashSet<>();

    private WorkerId self;
    private WorkerKey key;

    /**
     * Has registered nowhere.
     *
     * @param patience how long a master has for an answer
     * @param activity told what the link's thread is at
     */
    MasterChoice(
            MasterLink.Identity identity,
            LinkListener listener,
            LeaderLocator locator,
            WireClient client,
            Duration patience,
            Activity activity) {
        this.identity = identity;
        this.listener = listener;
        this.locator = locator;
        this.activity = activity;
        this.registrar = new Registrar(client, patience, this::registration, () -> key);
        this.self = identity.id();
        this.key = identity.key();
    }

    /** As whom it registers. */
    WorkerId self() {
        return self;
    }

    /** Whether a master of another group registered us there. */
    boolean isForeign(InetSocketAddress address) {
        return foreignPeers.contains(address);
    }

    /** Whether a master was there that does not take us, since the last one that did. */
    boolean isRefused() {
        return !refusals.isEmpty();
    }

    /** One took us, and is served now. */
    void served() {
        refusals.clear();
    }

    /** Only if a master of ours is there. */
    Optional<Session> registerAtOurs(Candidate candidate) throws InterruptedException {
        return settle(candidate, registrar.inOwnWords(candidate))
                .filter(session -> session.terms().isPresent());
    }

    /** At the first of ours, else at the first of others, of all those that answer. */
    Optional<Session> register(List<Candidate> candidates) throws InterruptedException {
        Optional<Session> stranger = Optional.empty();
        for (Candidate candidate : candidates) {
            if (stranger.isPresent() && foreignPeers.contains(candidate.address())) {
                continue;
            }
            activity.doing(Text.of("registering with the master at %s", candidate.address()));
            Optional<Session> session = settle(candidate, registrar.register(candidate));
            if (session.isPresent() && session.get().terms().isPresent()) {
                return session;
            }
            stranger = stranger.isPresent() ? stranger : session;
        }
        return stranger;
    }

    private Optional<Session> settle(Candidate candidate, Registrar.Outcome outcome) throws InterruptedException {
        Registrar.Outcome last = outcome;
        for (int tries = 0; tries < MAX_NEW_IDS && last instanceof Registrar.Outcome.IdInUse taken; tries++) {
            key = self.equals(key.id()) ? WorkerKey.random() : key; // an id that a person gave has no key of its own
            self = key.id();
            listener.onNewId(key, taken.message());
            last = registrar.inOwnWords(candidate);
        }
        InetSocketAddress address = candidate.address();
        if (last instanceof Registrar.Outcome.Elsewhere elsewhere) {
            locator.hint(elsewhere.where().leader(), address);
        }
        if (last instanceof Registrar.Outcome.Refused refused
                && refusals.size() < MAX_STRANGERS
                && refusals.add(address + refused.why())) {
            listener.onRefused(address, refused.why());
        }
        if (!(last instanceof Registrar.Outcome.Registered registered)) {
            return Optional.empty();
        }
        Optional<Terms> terms = registered.session().terms();
        if (terms.isPresent()) {
            foreignPeers.remove(address);
            locator.learn(terms.get().masters(), address);
        } else if (foreignPeers.size() < MAX_STRANGERS) {
            foreignPeers.add(address);
        }
        return Optional.of(registered.session());
    }

    private WorkerRequest.Register registration(InetSocketAddress master, Dialect dialect) throws IOException {
        List<Lease> held = listener.held(Optional.empty());
        return new WorkerRequest.Register(
                self,
                FacingAddress.towards(master).getHostAddress(),
                dialect.name().equals("envelope") ? EnvelopeDialect.SOME_PORT : 0,
                Optional.of(new WorkerRequest.Offer(
                        List.of(Feature.values()),
                        identity.name(),
                        identity.slots(),
                        identity.ahead(),
                        identity.heartbeat(),
                        held.size() > MAX_HELD_AT_FIRST ? Optional.empty() : Optional.of(held),
                        Optional.of(identity.instance()),
                        Optional.of(new WorkerRequest.Key(key.open(), Optional.empty())))));
    }
}
