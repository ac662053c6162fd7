package org.mutirao.master.handlers;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.identity.KeyChallenger;
import org.mutirao.protocol.identity.KeyedId;
import org.mutirao.protocol.identity.ReplayWindow;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.message.WorkerRequest.InSession;
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
        ORPHANED,
        /** It was not made with the key of its session. */
        FORGED,
        /** It was made with that key, and was heard before or is too old. */
        REPEATED;

        /** Whether somebody speaks for a worker who is another. */
        boolean isImpostors() {
            return this == ANOTHERS || this == UNPROVEN || this == FORGED || this == REPEATED;
        }
    }

    private static final int MAX_KNOWN = 50_000;
    private static final int MAX_WARNED = 1_000;
    private static final int TOKEN_BYTES = 18;
    private static final int MAX_NAME = 64;
    private static final int MAX_NOTICES = 4;

    private static final class Known {
        private final String token;
        private final String instance;
        private final String name;
        private final Optional<WorkerKeys.Proven> key;
        private final ReplayWindow numbers = new ReplayWindow();
        private final Deque<String> notices = new ConcurrentLinkedDeque<>();
        /** Under which id it worked before it had a key. */
        private volatile Optional<WorkerId> former = Optional.empty();

        private volatile Connection lifeline;
        private volatile long heard;

        Known(
                String token,
                String instance,
                String name,
                Optional<WorkerKeys.Proven> key,
                Connection lifeline,
                long heard) {
            this.token = token;
            this.instance = instance;
            this.name = name;
            this.key = key;
            this.lifeline = lifeline;
            this.heard = heard;
        }

        boolean hasKey(Optional<WorkerKeys.Proven> other) {
            return key.isEmpty() || other.map(WorkerKeys.Proven::open).equals(key.map(WorkerKeys.Proven::open));
        }

        void tell(String notice) {
            if (notices.size() < MAX_NOTICES) {
                notices.add(notice);
            }
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
    private final WorkerKeys keys;
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
        this.keys = new WorkerKeys(new KeyChallenger(nanos));
        this.silence = silence;
        this.warnings = warnings;
    }

    /** Whether those that register have the keys that they name. */
    WorkerKeys keys() {
        return keys;
    }

    /**
     * Why a process can't be registered under this id; empty if it can.
     *
     * @param key what it has proved to have
     */
    Optional<Reply> objection(WorkerRequest.Register register, Optional<WorkerKeys.Proven> key, Connection from) {
        Known first = byWorker.get(register.peer());
        if (first == null && key.isPresent() && !hasRoom()) {
            return Optional.of(new Reply.Failure(
                    Refusal.TRY_LATER, Text.of("too many workers are registered here; try again later")));
        }
        if (first == null || !isHeard(first) || !first.lifeline.isOpen()) {
            return Optional.empty();
        }
        Optional<Instance> second = register.offer().flatMap(Offer::instance);
        boolean same = second.map(
                        now -> now.own().equals(first.instance) || now.after().equals(Optional.of(first.instance)))
                .orElse(false);
        if (same && first.hasKey(key)) {
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
            first.tell(Text.kept(
                    "%s wanted to register under the id of this worker, and was refused. Was its work folder copied?"
                            + " Copy a worker without it",
                    place));
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

    private boolean hasRoom() {
        if (byWorker.size() >= MAX_KNOWN) {
            byWorker.forEach((worker, known) -> {
                if (!isHeard(known)) {
                    forget(worker);
                }
            });
        }
        return byWorker.size() < MAX_KNOWN;
    }

    /**
     * Registers a process; returns its session, empty for one that names no instance.
     *
     * @param key what it has proved to have
     */
    Optional<String> begin(WorkerRequest.Register register, Optional<WorkerKeys.Proven> key, Connection from) {
        Optional<Instance> instance = register.offer().flatMap(Offer::instance);
        forget(register.peer());
        if (instance.isEmpty() || !hasRoom()) {
            return Optional.empty();
        }
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Known known = new Known(token, instance.get().own(), name(register), key, from, nanos.getAsLong());
        homes.forget(register.peer());
        known.former = key.isPresent() ? instance.get().after().flatMap(this::forgetWithoutKey) : Optional.empty();
        byWorker.put(register.peer(), known);
        byToken.put(token, known);
        return Optional.of(token);
    }

    /** The worker that has got a key now, and so another id: its process from before is dead, and the new one delivers for it. */
    private Optional<WorkerId> forgetWithoutKey(String instance) {
        Optional<WorkerId> before = byWorker.entrySet().stream()
                .filter(each -> each.getValue().key.isEmpty())
                .filter(each -> each.getValue().instance.equals(instance))
                .map(Map.Entry::getKey)
                .findFirst();
        before.ifPresent(this::forget);
        return before;
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
     * @param spoken with the session that the request names
     * @param relayed whether another master passes it on
     */
    Right rightOf(Optional<InSession> spoken, WorkerRequest said, Connection from, boolean relayed) {
        Known meant = byWorker.get(said.peer());
        boolean isKeyed = KeyedId.isOne(said.peer());
        if (spoken.isEmpty()) {
            if (isKeyed || (meant != null && isHeard(meant))) {
                return Right.UNPROVEN;
            }
            return isAtHome(said.peer(), from, relayed) ? Right.GRANTED : Right.ELSEWHERE;
        }
        Known sender = byToken.get(spoken.get().session());
        if (sender == null) {
            return Right.UNKNOWN;
        }
        if (!isSealed(spoken.get(), sender)) {
            return Right.FORGED;
        }
        if (!isFresh(spoken.get(), sender)) {
            return Right.REPEATED;
        }
        sender.heard = nanos.getAsLong();
        if (said instanceof WorkerRequest.Heartbeat) {
            sender.lifeline = from;
        }
        // A result may be of a time when the sender had another id, or be found in a copied folder.
        boolean orphaned = mayBeAnothers(said) && !isKeyed && (meant == null || !isHeard(meant));
        if (sender == meant || (mayBeAnothers(said) && sender.former.equals(Optional.of(said.peer())))) {
            return Right.GRANTED;
        }
        return orphaned ? Right.ORPHANED : Right.ANOTHERS;
    }

    private static boolean mayBeAnothers(WorkerRequest said) {
        return said instanceof WorkerRequest.SubmitResult || said instanceof WorkerRequest.ReturnTask;
    }

    private static boolean isSealed(InSession spoken, Known sender) {
        return sender.key.isEmpty()
                || spoken.seal()
                        .filter(seal -> sender.key.get().session().isProof(seal.proof(), seal.message()))
                        .isPresent();
    }

    /** A result that is sent again changes nothing, and one may be under way for long while many others are sent. */
    private static boolean isFresh(InSession spoken, Known sender) {
        return sender.key.isEmpty()
                || sender.numbers.isNew(spoken.seal().orElseThrow().number())
                || spoken.said() instanceof WorkerRequest.SubmitResult;
    }

    /** What a worker is told with its next heartbeat, such as that somebody spoke in its name; at most once. */
    Optional<String> noticeFor(WorkerId worker) {
        return Optional.ofNullable(byWorker.get(worker)).map(known -> known.notices.poll());
    }

    /** A program spoke in the name of a worker that has a key, or for its task, and was refused: both sides are told, once for each address. */
    void onImpostor(WorkerId worker, Connection from) {
        Known meant = byWorker.get(worker);
        String address = from.remote().getAddress().getHostAddress();
        boolean isKeyed = KeyedId.isOne(worker) || (meant != null && meant.key.isPresent());
        if (!isKeyed || !isNew(worker + " < " + address)) {
            return;
        }
        warnings.accept(Text.of(
                "A program at %s spoke in the name of worker %s, or for one of its tasks, and was refused",
                address, meant == null ? worker.brief() : meant.place()));
        if (meant != null) {
            meant.tell(Text.kept(
                    "a program at %s spoke in the name of this worker, or for one of its tasks, and was refused",
                    address));
        }
    }

    /** Whether a worker has a session and was heard lately. */
    boolean isHeard(WorkerId worker) {
        Known known = byWorker.get(worker);
        return known != null && isHeard(known);
    }

    private boolean isHeard(Known known) {
        return nanos.getAsLong() - known.heard <= silence.toNanos();
    }
}
