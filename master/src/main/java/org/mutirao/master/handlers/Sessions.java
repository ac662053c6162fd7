package org.mutirao.master.handlers;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.message.WorkerRequest.Instance;
import org.mutirao.protocol.message.WorkerRequest.Offer;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;
import org.mutirao.protocol.wire.WireServer.Connection;

/**
 * Who may speak in the name of a worker of ours: only the process that registered it, which proves it by the session it was told then.
 * A second process under the same id is refused while the first one lives. Safe for any number of threads; memory only, so that a new
 * leader asks everybody to register again.
 */
public final class Sessions {
    /** What came of looking at one request. */
    enum Right {
        /** It may. */
        GRANTED,
        /** Its sender is registered, but the worker that it speaks for is another, which lives. */
        ANOTHERS,
        /** It names a session that is not of this master. */
        UNKNOWN,
        /** It names none, and the worker that it speaks for has one. */
        UNPROVEN,
        /** Nobody has a session, and the one that it speaks for is at another address. */
        ELSEWHERE,
        /** Its sender is registered, and the worker that it speaks for is not about. */
        ORPHANED
    }

    private static final int MAX_KNOWN = 50_000;
    private static final int MAX_WARNED = 1_000;
    private static final int TOKEN_BYTES = 18;
    private static final int MAX_NAME = 64;

    private static final class Known {
        private final String token;
        private final String instance;
        private final String name;
        private volatile Connection lifeline;
        private volatile long heard;

        Known(String token, String instance, String name, Connection lifeline, long heard) {
            this.token = token;
            this.instance = instance;
            this.name = name;
            this.lifeline = lifeline;
            this.heard = heard;
        }

        String place() {
            return Text.of("%s at %s", name, lifeline.remote().getAddress().getHostAddress());
        }
    }

    private final Map<WorkerId, Known> byWorker = new ConcurrentHashMap<>();
    private final Map<String, Known> byToken = new ConcurrentHashMap<>();
    private final Map<String, Boolean> warned = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MAX_WARNED;
        }
    };
    private final SecureRandom random = new SecureRandom();
    private final LongSupplier nanos;
    private final Duration silence;
    private final Consumer<String> warnings;
    private final PeerHomes homes;

    /**
     * Knows nobody yet.
     *
     * @param nanos monotonic
     * @param silence after that long without a message a worker counts as gone
     * @param discoveryLog who was heard first under which name
     * @param warnings told in words, once for two places, when two processes use one id
     */
    public Sessions(LongSupplier nanos, Duration silence, DiscoveryLog discoveryLog, Consumer<String> warnings) {
        this.homes = new PeerHomes(nanos, silence, discoveryLog::firstAddressOf);
        this.nanos = nanos;
        this.silence = silence;
        this.warnings = warnings;
    }

    /** Why a process can't be registered under this id; empty if it can. */
    Optional<Reply> objection(WorkerRequest.Register register, Connection from) {
        Known first = byWorker.get(register.peer());
        if (first == null || !isHeard(first) || !first.lifeline.isOpen()) {
            return Optional.empty();
        }
        Optional<Instance> second = register.offer().flatMap(Offer::instance);
        boolean same = second.map(
                        now -> now.own().equals(first.instance) || now.after().equals(Optional.of(first.instance)))
                .orElse(false);
        if (same) {
            return Optional.empty();
        }
        String place =
                Text.of("%s at %s", name(register), from.remote().getAddress().getHostAddress());
        if (isNew(register.peer() + " " + first.place() + " " + place)) {
            String id = register.peer().brief();
            warnings.accept(
                    second.isPresent()
                            ? Text.of(
                                    "Two workers use the id %s: %s has it, %s gets one of its own. Was a work folder copied? "
                                            + "Copy a worker without it.",
                                    id, first.place(), place)
                            : Text.of(
                                    "Two workers use the id %s: %s has it, %s is refused. Was a work folder copied? "
                                            + "Copy a worker without it.",
                                    id, first.place(), place));
        }
        return Optional.of(new Reply.Failure(
                Refusal.ID_IN_USE,
                Text.of(
                        "worker %s is here already, %s; take another id",
                        register.peer().brief(), first.place())));
    }

    /**
     * Whether a peer without a session may speak from where it does.
     *
     * @param relayed whether that is another master, which passes it on
     */
    boolean isAtHome(WorkerId peer, Connection from, boolean relayed) {
        return homes.admits(peer, from.remote().getAddress(), relayed);
    }

    private boolean isNew(String pair) {
        synchronized (warned) {
            return warned.put(pair, true) == null;
        }
    }

    private static String name(WorkerRequest.Register register) {
        return register.offer()
                .map(offer -> SafeText.of(offer.name(), ' ', MAX_NAME).strip())
                .filter(name -> !name.isEmpty())
                .orElseGet(() -> Text.of("a program"));
    }

    /** Registers a process; returns its session, empty for one that names no instance. */
    Optional<String> begin(WorkerRequest.Register register, Connection from) {
        Optional<Instance> instance = register.offer().flatMap(Offer::instance);
        if (byWorker.size() >= MAX_KNOWN) {
            byWorker.forEach((worker, known) -> {
                if (!isHeard(known)) {
                    forget(worker);
                }
            });
        }
        forget(register.peer());
        if (instance.isEmpty() || byWorker.size() >= MAX_KNOWN) {
            return Optional.empty();
        }
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Known known = new Known(token, instance.get().own(), name(register), from, nanos.getAsLong());
        homes.forget(register.peer());
        byWorker.put(register.peer(), known);
        byToken.put(token, known);
        return Optional.of(token);
    }

    private void forget(WorkerId worker) {
        Known gone = byWorker.remove(worker);
        if (gone != null) {
            byToken.remove(gone.token);
        }
    }

    /**
     * Whether a request may be carried out.
     *
     * @param session as the request names it
     * @param relayed whether another master passes it on
     */
    Right rightOf(Optional<String> session, WorkerRequest said, Connection from, boolean relayed) {
        Known meant = byWorker.get(said.peer());
        if (session.isEmpty()) {
            if (meant != null && isHeard(meant)) {
                return Right.UNPROVEN;
            }
            return isAtHome(said.peer(), from, relayed) ? Right.GRANTED : Right.ELSEWHERE;
        }
        Known sender = byToken.get(session.get());
        if (sender == null) {
            return Right.UNKNOWN;
        }
        sender.heard = nanos.getAsLong();
        if (said instanceof WorkerRequest.Heartbeat) {
            sender.lifeline = from;
        }
        // A result may be of a time when the sender had another id, or be found in a copied folder.
        boolean orphaned = said instanceof WorkerRequest.SubmitResult && (meant == null || !isHeard(meant));
        if (sender == meant) {
            return Right.GRANTED;
        }
        return orphaned ? Right.ORPHANED : Right.ANOTHERS;
    }

    private boolean isHeard(Known known) {
        return nanos.getAsLong() - known.heard <= silence.toNanos();
    }
}
