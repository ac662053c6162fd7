package org.mutirao.worker.run;

/** Limits how many scripts run at a time, and when they may; what comes before and after a script's run is not limited. */
public interface RunPermits {
    /** Waits until a script may start. Returns false if it is not to run any more. */
    boolean begin() throws InterruptedException;

    /** A script that had begun has ended. */
    void end();

    /** Whether a script that has begun has to stand still for now. */
    default boolean suspends() {
        return false;
    }
}
