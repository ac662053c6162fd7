package org.mutirao.worker;

import java.util.concurrent.Semaphore;
import org.mutirao.worker.run.RunPermits;

/** How many scripts run at a time. Shared by all slots. */
final class SlotPermits implements RunPermits {
    private final Semaphore permits;

    SlotPermits(int slots) {
        permits = new Semaphore(slots);
    }

    @Override
    public void begin() throws InterruptedException {
        permits.acquire();
    }

    @Override
    public void end() {
        permits.release();
    }
}
