package org.mutirao.master.dispatch;

import java.time.Duration;

/**
 * How patient the master is.
 *
 * @param lease how long a lease lives after a heartbeat that names it
 * @param workerTimeout how long a worker that names no rhythm may be silent
 * @param strangerLease how long such a worker may hold one task: it may have lost it and not know
 * @param avoid how long a task that a worker lost is kept for the others
 * @param strikes how many tasks a worker may lose before it is quarantined: in a row for programs of other groups, which do not tell
 *     why; for ours only those that others then finish
 * @param quarantine how long it then gets no work the first time; twice as long each further time
 * @param reserved how many attempts of each task are kept for workers that have delivered before
 */
public record DispatchPolicy(
        Duration lease,
        Duration workerTimeout,
        Duration strangerLease,
        Duration avoid,
        int strikes,
        Duration quarantine,
        int reserved) {
    public static DispatchPolicy of(Duration lease, Duration workerTimeout, Duration strangerLease) {
        return new DispatchPolicy(
                lease, workerTimeout, strangerLease, Duration.ofSeconds(30), 3, Duration.ofMinutes(1), 2);
    }
}
