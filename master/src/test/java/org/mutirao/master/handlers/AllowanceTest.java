package org.mutirao.master.handlers;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.mutirao.testkit.ManualClock;

class AllowanceTest {
    private final ManualClock clock = new ManualClock();
    private final Allowance allowance = new Allowance(3, 2, clock::nanos);

    @Test
    void someAtOnceThenSoManyASecond() {
        takeAll(3);
        clock.advance(Duration.ofMillis(499));
        assertFalse(allowance.take());
        clock.advance(Duration.ofMillis(2));
        takeAll(1);
    }

    @Test
    void whatIsNotUsedIsNotSaved() {
        clock.advance(Duration.ofDays(1));
        takeAll(3);
        clock.advance(Duration.ofDays(1));
        takeAll(3);
    }

    private void takeAll(int number) {
        for (int i = 0; i < number; i++) {
            assertTrue(allowance.take());
        }
        assertFalse(allowance.take());
    }
}
