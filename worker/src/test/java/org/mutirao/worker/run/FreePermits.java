package org.mutirao.worker.run;

import java.time.Duration;
import org.mutirao.protocol.threads.Liveness;

/** Lets every script run at once, and never stand still. */
final class FreePermits implements RunPermits {
    @Override
    public boolean begin() {
        return true;
    }

    @Override
    public void end() {}

    /** None. */
    static Pauses pauses(Python python) {
        return new Pauses(
                new FreePermits(),
                Suspender.here(python),
                System::nanoTime,
                new Liveness(System::nanoTime).activity("test", Duration.ofMinutes(1)),
                "test",
                Duration.ofMinutes(1));
    }
}
