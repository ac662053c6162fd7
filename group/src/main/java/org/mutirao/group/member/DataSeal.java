package org.mutirao.group.member;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.UUID;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.mutirao.protocol.message.Reply;

/**
 * Proves that a master has a certain data folder, or a copy of it: with a key that stands in the folder and never leaves it. So a stranger
 * can't pretend to be a copy, which would stop a master.
 */
public final class DataSeal {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int CHALLENGE_BYTES = 18;
    private static final long NANOS_A_MILLI = 1_000_000;

    private final byte[] key;
    private final String instance = UUID.randomUUID().toString();
    private final LongSupplier nanos;
    private final long started;
    private final SecureRandom random = new SecureRandom();

    /**
     * Of a process that has just started.
     *
     * @param key as it stands in the folder
     * @param nanos monotonic
     */
    public DataSeal(String key, LongSupplier nanos) {
        this.key = key.getBytes(StandardCharsets.UTF_8);
        this.nanos = nanos;
        this.started = nanos.getAsLong();
    }

    /** Something new to ask with. */
    public String challenge() {
        byte[] bytes = new byte[CHALLENGE_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** This master's answer. */
    public Reply.DataProof prove(String challenge) {
        long up = upMillis();
        return new Reply.DataProof(instance, up, sign(challenge, instance, up));
    }

    private long upMillis() {
        return (nanos.getAsLong() - started) / NANOS_A_MILLI;
    }

    /** Whether another process gave the answer, which has the same folder or a copy. */
    public boolean isCopy(String challenge, Reply.DataProof answer) {
        String expected = sign(challenge, answer.instance(), answer.upMs());
        return !answer.instance().equals(instance)
                && MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.UTF_8),
                        answer.proof().getBytes(StandardCharsets.UTF_8));
    }

    /** Whether this process is the later one of the two, which gives way. */
    public boolean isLaterThan(Reply.DataProof answer) {
        long up = upMillis();
        return up < answer.upMs() || (up == answer.upMs() && instance.compareTo(answer.instance()) > 0);
    }

    private String sign(String challenge, String who, long up) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return HexFormat.of()
                    .formatHex(mac.doFinal((challenge + " " + who + " " + up).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
