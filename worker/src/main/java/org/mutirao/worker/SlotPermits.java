package org.mutirao.worker;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.mutirao.worker.stay.MachineWatch;
import org.mutirao.worker.stay.Pausing;

/** How many scripts run at a time, and whether they may run now. Shared by all slots. */
final class SlotPermits {
    private final Semaphore permits;
    private final MachineWatch machine;

    SlotPermits(int slots, MachineWatch machine) {
        this.permits = new Semaphore(slots);
        this.machine = machine;
    }

    /** Waits for a permit, but not longer than that. */
    boolean begin(Duration patience) throws InterruptedException {
        return permits.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    void end() {
        permits.release();
    }

    /** What becomes of what runs now; empty if it may go on. */
    Optional<Pausing> pausing() {
        return machine.pausing();
    }

    /** Why tasks are given back now. */
    String reason() {
        return machine.reason().map(MachineWatch.Reason::ofReturn).orElse("");
    }
}
