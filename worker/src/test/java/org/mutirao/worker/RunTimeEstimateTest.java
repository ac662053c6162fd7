package org.mutirao.worker;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RunTimeEstimateTest {
    private final RunTimeEstimate estimate = new RunTimeEstimate();

    @Test
    void theLastScriptsWeighMost() {
        assertFalse(estimate.isQuick(), "nothing is known yet");
        estimate.add(Duration.ofMillis(20));
        assertTrue(estimate.isQuick(), "the first one counts alone");
        estimate.add(Duration.ofSeconds(60));
        assertFalse(estimate.isQuick());
        for (int more = 0; more < 20; more++) {
            estimate.add(Duration.ofMillis(20));
        }
        assertTrue(estimate.isQuick());
    }
}
