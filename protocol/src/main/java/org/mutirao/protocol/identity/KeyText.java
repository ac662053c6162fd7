package org.mutirao.protocol.identity;

import java.util.Base64;
import java.util.regex.Pattern;

/** Keys, nonces and proofs in messages: 32 bytes in base64. */
public final class KeyText {
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9+/]{43}=");

    private KeyText() {}

    /** Whether a text is one. */
    public static boolean isValid(String text) {
        return SHAPE.matcher(text).matches();
    }

    static byte[] bytes(String text) {
        if (!isValid(text)) {
            throw new IllegalArgumentException("expected 32 bytes in base64");
        }
        return Base64.getDecoder().decode(text);
    }

    static String of(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
