package org.mutirao.protocol.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;

/**
 * An id that says which key its owner has: a UUID of version 8 (RFC 9562) from the SHA-256 of the public key. So no master needs a list of
 * keys, and a new leader knows as much as the one before.
 */
public final class KeyedId {
    private static final Pattern SHAPE =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    private static final byte[] LABEL = "mutirao worker 1 id\n".getBytes(StandardCharsets.UTF_8);

    private KeyedId() {}

    /** Whether only the owner of a key may use that id. In capitals too, since people don't see the difference. */
    public static boolean isOne(WorkerId id) {
        return SHAPE.matcher(id.value().toLowerCase(Locale.ROOT)).matches();
    }

    /** The id of a public key. */
    static WorkerId of(byte[] open) {
        MessageDigest digest = Sha256.newDigest();
        digest.update(LABEL);
        ByteBuffer hash = ByteBuffer.wrap(digest.digest(open));
        long most = (hash.getLong() & ~0xf000L) | 0x8000L;
        long least = (hash.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new WorkerId(new UUID(most, least).toString());
    }
}
