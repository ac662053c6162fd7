package org.mutirao.protocol.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;

/**
 * A master's side: asks each worker that registers to show that it has its private key. Has a key pair of its own, new with each process,
 * and keeps nothing of who was asked: a nonce says itself when it was drawn and for which key. So nobody fills a table by asking. Safe for
 * any number of threads.
 */
public final class KeyChallenger {
    /** How long a worker has for its answer. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int MAX_SPENT = 100_000;
    private static final int SALT_LENGTH = 8;
    private static final int MARKED = Long.BYTES + SALT_LENGTH;
    private static final byte[] LABEL = "mutirao worker 1 nonce\n".getBytes(StandardCharsets.UTF_8);

    private final SecureRandom random = new SecureRandom();
    private final byte[] secret = drawn(Curve.LENGTH);
    private final byte[] open = Curve.publicOf(secret);
    private final SecretKeySpec marking = SessionKey.macKey(drawn(Curve.LENGTH));
    private final LongSupplier ticker;
    private final int mostSpent;
    /** Nonces that a worker has answered, and when; the oldest first. */
    private final Map<ByteBuffer, Long> spent = new LinkedHashMap<>();

    /** @param ticker monotonic, in nanoseconds */
    public KeyChallenger(LongSupplier ticker) {
        this(ticker, MAX_SPENT);
    }

    /** @param mostSpent nonces that are kept at a time after they were answered */
    KeyChallenger(LongSupplier ticker, int mostSpent) {
        this.ticker = ticker;
        this.mostSpent = mostSpent;
    }

    private byte[] drawn(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** This master's public key. */
    public String open() {
        return KeyText.of(open);
    }

    /** The id that belongs to a worker's public key. */
    public static WorkerId idOf(String worker) {
        return KeyedId.of(KeyText.bytes(worker));
    }

    /**
     * What a worker has to answer within half a minute, once.
     *
     * @param worker its public key
     */
    public String nonce(String worker) {
        ByteBuffer nonce = ByteBuffer.allocate(Curve.LENGTH);
        nonce.putLong(ticker.getAsLong()).put(drawn(SALT_LENGTH));
        nonce.put(mark(nonce.array(), KeyText.bytes(worker)));
        return KeyText.of(nonce.array());
    }

    private byte[] mark(byte[] nonce, byte[] worker) {
        Mac mac = SessionKey.mac(marking);
        mac.update(LABEL);
        mac.update(nonce, 0, MARKED);
        return Arrays.copyOf(mac.doFinal(worker), Curve.LENGTH - MARKED);
    }

    /** Whether this master drew that nonce for that key a moment ago, and nobody has answered it. */
    public boolean isOpen(String worker, String nonce) {
        byte[] bytes = KeyText.bytes(nonce);
        byte[] mark = Arrays.copyOfRange(bytes, MARKED, bytes.length);
        long age = ticker.getAsLong() - ByteBuffer.wrap(bytes).getLong();
        synchronized (spent) {
            return MessageDigest.isEqual(mark, mark(bytes, KeyText.bytes(worker)))
                    && age <= PATIENCE.toNanos()
                    && hasRoom()
                    && !spent.containsKey(ByteBuffer.wrap(bytes));
        }
    }

    /**
     * What this master and the worker know from now on, if the worker has proved its key. A nonce is good for one proof.
     *
     * @param nonce an open one
     * @param message which the worker answered it with
     */
    public Optional<SessionKey> answered(String worker, String nonce, Sha256 message, String proof) {
        byte[] bytes = KeyText.bytes(nonce);
        SessionKey key;
        try {
            byte[] theirs = KeyText.bytes(worker);
            key = SessionKey.of(Curve.agree(secret, theirs), theirs, open, bytes);
        } catch (InvalidKeyException e) {
            return Optional.empty();
        }
        return key.isProof(proof, message) && spend(bytes) ? Optional.of(key) : Optional.empty();
    }

    private boolean spend(byte[] nonce) {
        synchronized (spent) {
            return spent.putIfAbsent(ByteBuffer.wrap(nonce), ticker.getAsLong()) == null;
        }
    }

    /** Forgets first what is too old to be open. Asked before each answer: a crowd shuts others out no longer than its nonces are kept. */
    private boolean hasRoom() {
        long now = ticker.getAsLong();
        Iterator<Long> oldest = spent.values().iterator();
        while (oldest.hasNext() && now - oldest.next() > 2 * PATIENCE.toNanos()) {
            oldest.remove();
        }
        return spent.size() < mostSpent;
    }
}
