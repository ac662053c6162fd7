package org.mutirao.worker.link;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.InvalidKeyException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.mutirao.protocol.dialect.BadMessage;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.dialect.EnvelopeDialect;
import org.mutirao.protocol.dialect.OwnDialect;
import org.mutirao.protocol.identity.SessionKey;
import org.mutirao.protocol.identity.WorkerKey;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.WorkerRequest.Register;
import org.mutirao.protocol.stranger.StrangerKind;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;
import org.mutirao.protocol.wire.ClosedWithoutAnswer;
import org.mutirao.protocol.wire.NotOfThisRoom;
import org.mutirao.protocol.wire.WireClient;
import org.mutirao.protocol.wire.WireClient.Endpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers the worker at one address. Always in our own words first: our masters announce themselves in everybody's wording, and masters
 * of groups A to E read our words as theirs. Group F's dialect needs a sign that it is spoken there: our words were answered in others, or
 * the connection was closed in good order. Silence, a refusal or a reset proves nothing. A master that was ours once is never taken for
 * another's.
 */
final class Registrar {
    /** What came of it. */
    sealed interface Outcome {
        record Registered(Session session) implements Outcome {}

        /** It is ours, and another leads. */
        record Elsewhere(Reply.NotLeader where) implements Outcome {}

        /** It is ours, and another process has our id there. */
        record IdInUse(String message) implements Outcome {}

        /** It said why it does not take us. Anybody's text, in safe characters. */
        record Refused(String why) implements Outcome {}

        /**
         * It did not register us.
         *
         * @param speaksOtherwise whether it showed that it does not know our words
         */
        record Nothing(String why, boolean speaksOtherwise) implements Outcome {}
    }

    /** Writes the registration. */
    interface Writer {
        Register of(InetSocketAddress master, Dialect dialect) throws IOException;
    }

    private static final Logger log = LoggerFactory.getLogger(Registrar.class);
    private static final Dialect OWN = new OwnDialect();
    private static final int MAX_OURS = 64;
    private static final int MAX_TOLD = 300;

    private final WireClient client;
    private final Duration patience;
    private final Writer writer;
    private final Supplier<WorkerKey> key;
    private final Set<InetSocketAddress> ours = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetSocketAddress, Boolean> eldest) {
            return size() > MAX_OURS;
        }
    });

    /** @param key the worker's at the moment */
    Registrar(WireClient client, Duration patience, Writer writer, Supplier<WorkerKey> key) {
        this.key = key;
        this.client = client;
        this.patience = patience;
        this.writer = writer;
    }

    /** In whatever dialect the other side proves to speak. */
    Outcome register(Candidate candidate) throws InterruptedException {
        Outcome own = inOwnWords(candidate);
        boolean strange = own instanceof Outcome.Nothing nothing && nothing.speaksOtherwise();
        if (!strange || !candidate.envelope() || ours.contains(candidate.address())) {
            return own;
        }
        Outcome envelope = ask(candidate, new EnvelopeDialect());
        if (!(envelope instanceof Outcome.Registered)) {
            return envelope;
        }
        // Ours understands both. One that was just being stopped or started understands our words by now.
        Outcome again = inOwnWords(candidate);
        return again instanceof Outcome.Nothing nothing && nothing.speaksOtherwise() ? envelope : again;
    }

    /** In our own words only. */
    Outcome inOwnWords(Candidate candidate) throws InterruptedException {
        Outcome outcome = ask(candidate, OWN);
        boolean isOurs = outcome instanceof Outcome.Elsewhere
                || outcome instanceof Outcome.IdInUse
                || (outcome instanceof Outcome.Registered registered
                        && registered.session().terms().isPresent());
        if (isOurs) {
            ours.add(candidate.address());
        }
        return outcome;
    }

    private Outcome ask(Candidate candidate, Dialect dialect) throws InterruptedException {
        InetSocketAddress address = candidate.address();
        try {
            Register registration = writer.of(address, dialect);
            Reply reply = client.ask(new Endpoint(address, dialect, true), registration, patience);
            Optional<SessionKey> agreed = Optional.empty();
            if (reply instanceof Reply.ProveKey prove) {
                agreed = Optional.of(key.get().agree(prove.key(), prove.nonce()));
                Dialect proving = OwnDialect.proving(agreed.get(), prove.nonce());
                reply = client.ask(new Endpoint(address, proving, true), registration, patience);
            }
            if (reply instanceof Reply.Registered registered) {
                return new Outcome.Registered(session(candidate, dialect, registered, registration, agreed));
            }
            if (reply instanceof Reply.NotLeader elsewhere) {
                log.debug("{} says: {}", address, elsewhere.message());
                return new Outcome.Elsewhere(elsewhere);
            }
            if (reply instanceof Reply.Failure failure && failure.refusal() == Refusal.ID_IN_USE) {
                return new Outcome.IdInUse(failure.message());
            }
            if (reply instanceof Reply.Failure failure && !failure.message().isBlank()) {
                return new Outcome.Refused(SafeText.of(failure.message(), '?', MAX_TOLD));
            }
            log.debug("{} did not register us: {}", address, reply);
            return new Outcome.Nothing(Text.of("it answered with something else"), false);
        } catch (InvalidKeyException e) {
            return new Outcome.Nothing(Text.of("its key can't be used"), false);
        } catch (IOException e) {
            if (e.getCause() instanceof NotOfThisRoom) {
                return new Outcome.Refused(e.getMessage());
            }
            log.debug("{} did not register us: {}", address, e.getMessage());
            boolean sign = e.getCause() instanceof ClosedWithoutAnswer || e.getCause() instanceof BadMessage;
            return new Outcome.Nothing(e.getMessage(), sign);
        }
    }

    private static Session session(
            Candidate candidate,
            Dialect dialect,
            Reply.Registered registered,
            Register registration,
            Optional<SessionKey> agreed) {
        InetSocketAddress address = candidate.address();
        if (registered.terms().isPresent()) {
            Dialect proving = OwnDialect.inSession(registered.terms().get().session(), agreed);
            return new Session(
                    new Endpoint(address, proving, true), registered.terms(), Optional.empty(), registration.peer());
        }
        boolean unknown = candidate.discoveryPort().isEmpty();
        Dialect spoken = !dialect.equals(OWN) ? dialect : unknown ? Dialects.common() : candidate.dialect();
        StrangerKind kind = StrangerKind.ofMaster(spoken.name(), candidate.discoveryPort(), address.getPort());
        return new Session(
                new Endpoint(address, spoken, false), Optional.empty(), Optional.of(kind), registration.peer());
    }
}
