package org.mutirao.master.face.http;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.LongSupplier;

/** Codes that stand for the token once, within two minutes. For addresses that others may see. */
final class OneTimeCodes {
    private static final Duration VALID = Duration.ofMinutes(2);
    private static final int BYTES = 16;

    private final LongSupplier ticker;
    private final Map<String, Long> open = new HashMap<>();

    /** @param ticker monotonic, in nanoseconds */
    OneTimeCodes(LongSupplier ticker) {
        this.ticker = ticker;
    }

    /** A new one. */
    synchronized String next() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        String code = HexFormat.of().formatHex(bytes);
        open.put(code, ticker.getAsLong() + VALID.toNanos());
        return code;
    }

    /** Whether it is one that nobody used yet; it is used by this. */
    synchronized boolean use(String code) {
        Long end = open.remove(code);
        return end != null && ticker.getAsLong() - end < 0;
    }
}
