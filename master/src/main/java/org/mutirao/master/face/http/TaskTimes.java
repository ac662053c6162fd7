package org.mutirao.master.face.http;

import java.util.Optional;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.watch.Rows;
import org.mutirao.protocol.message.AttemptRow;

/**
 * When a task waited and ran, by its last attempt. Times are milliseconds since 1970.
 *
 * @param task its id
 * @param workerId of that attempt
 * @param waitedMs from the hand-in until it had a lease first
 * @param leasedAt when that attempt began, and with it the transfer of the package
 * @param startedAt when its script started; empty if its worker did not say
 * @param ranMs how long the script ran
 * @param endedAt when the result had come, or the lease was lost
 */
record TaskTimes(
        long task,
        Optional<String> workerId,
        Optional<Long> waitedMs,
        Optional<Long> leasedAt,
        Optional<Long> startedAt,
        Optional<Long> ranMs,
        Optional<Long> endedAt) {
    static TaskTimes of(TaskRecord task) {
        Optional<AttemptRow> last = Rows.lastAttempt(task);
        return new TaskTimes(
                task.id().number(),
                last.map(AttemptRow::worker),
                Rows.waited(task),
                last.map(AttemptRow::leasedAt),
                last.flatMap(AttemptRow::startedAt),
                last.flatMap(AttemptRow::ranMs),
                last.flatMap(AttemptRow::endedAt));
    }
}
