package org.mutirao.master.face.http;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.mutirao.testkit.ManualClock;

class OneTimeCodesTest {
    private final ManualClock clock = new ManualClock();
    private final OneTimeCodes codes = new OneTimeCodes(clock::nanos);

    @Test
    void aCodeWorksOnce() {
        String code = codes.next();
        assertNotEquals(code, codes.next());
        assertFalse(codes.use(code + "0"));
        assertTrue(codes.use(code));
        assertFalse(codes.use(code));
    }

    @Test
    void aCodeThatNobodyUsedInTimeIsWorthNothing() {
        String code = codes.next();
        clock.advance(Duration.ofMinutes(2));
        assertFalse(codes.use(code));
    }
}
