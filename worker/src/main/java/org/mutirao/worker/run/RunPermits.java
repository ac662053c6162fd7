package org.mutirao.worker.run;

/** Limits how many scripts run at a time; what comes before and after a script's run is not limited. */
public interface RunPermits {
    /** Waits until a script may start. */
    void begin() throws InterruptedException;

    /** A script that had begun has ended. */
    void end();
}
