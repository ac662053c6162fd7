package org.mutirao.master.face.http;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/** Codes that stand for the token once, within two minutes. For addresses that others may see. */
final class OneTimeCodes {
    private static final Duration VALID = Duration.ofMinutes(2);
    private static final int BYTES = 16;

    private final InstantSource clock;
    private final Map<String, Instant> open = new HashMap<>();

    OneTimeCodes(InstantSource clock) {
        this.clock = clock;
    }

    /** A new one. */
    synchronized String next() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        String code = HexFormat.of().formatHex(bytes);
        open.put(code, clock.instant().plus(VALID));
        return code;
    }

    /** Whether it is one that nobody used yet; it is used by this. */
    synchronized boolean use(String code) {
        Instant end = open.remove(code);
        return end != null && clock.instant().isBefore(end);
    }
}
