package org.mutirao.master.face.http;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.room.FailedTries;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.room.RoomSecrets;
import org.mutirao.protocol.room.RoomSecrets.Known;
import org.mutirao.protocol.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The secrets of badges, as codes that people type into the page and programs send. Safe for any thread. */
final class BadgeCodes {
    private static final Logger log = LoggerFactory.getLogger(BadgeCodes.class);
    private static final String PURPOSE = "http session";
    private static final char GAP = '.';

    private final Optional<RoomSecrets> secrets;
    private final FailedTries tries;

    /**
     * Takes these.
     *
     * @param secrets empty in a room without a key
     * @param nanos monotonic
     */
    BadgeCodes(Optional<RoomSecrets> secrets, LongSupplier nanos) {
        this.secrets = secrets;
        this.tries = new FailedTries(nanos);
    }

    /**
     * Whose code it is.
     *
     * @throws Problem when it is the room's own, which is never to be typed into a page
     */
    Optional<Badge> badgeOf(String code) {
        RoomSecret secret;
        try {
            secret = RoomSecret.parse(code);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        Optional<Known> known =
                known(secret.label()).filter(each -> each.secret().equals(secret));
        if (known.filter(each -> each.entrant().badge().isEmpty()).isPresent()) {
            throw new Problem(
                    401,
                    Text.of("Not that secret"),
                    Text.of(
                            "This is the room's own secret, which no page needs. 'mutirao secret for operator' makes a code."));
        }
        return known.flatMap(each -> each.entrant().badge());
    }

    private Optional<Known> known(String label) {
        return secrets.flatMap(all -> all.labelled(label));
    }

    /** What a browser keeps of a code. The code can't be found from it, and it is worth nothing once the badge is taken back. */
    static String sessionOf(String code) {
        return session(RoomSecret.parse(code));
    }

    private static String session(RoomSecret secret) {
        return secret.label() + GAP + HexFormat.of().formatHex(secret.key(PURPOSE));
    }

    /** Whose session it is. */
    Optional<Badge> inSession(String session) {
        int gap = session.indexOf(GAP);
        return gap < 0
                ? Optional.empty()
                : known(session.substring(0, gap))
                        .filter(each -> same(session(each.secret()), session))
                        .flatMap(each -> each.entrant().badge());
    }

    /** In the same time whatever differs. */
    static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    /** Somebody came with what is no code; says whether he is to wait before he may try again. */
    boolean failed(InetAddress from) {
        boolean waits = !tries.delay(from).isZero();
        if (waits) {
            LimitsReached.here().note(Limit.PROOFS, from.getHostAddress());
        }
        if (tries.failed(from)) {
            log.warn(
                    "A browser or program at {} came with a code or token that is none of this room",
                    from.getHostAddress());
        }
        return waits;
    }
}
