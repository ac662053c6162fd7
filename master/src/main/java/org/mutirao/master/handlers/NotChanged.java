package org.mutirao.master.handlers;

import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.protocol.table.SealedFunction;
import org.mutirao.protocol.units.SafeText;

/** Why a task can't be run again or cancelled as it is, and what to do instead. */
final class NotChanged {
    private static final int MAX_NAME = 160;

    private static final String JUST_NOW = " has changed just now; try again";

    private static final SealedFunction<TaskState, TaskRecord, String> RETRIES =
            SealedFunction.<TaskState, TaskRecord, String>of(TaskState.class)
                    .row(TaskState.Queued.class, (queued, task) -> " is queued already, and runs by itself")
                    .row(TaskState.Leased.class, (leased, task) -> " is running; to begin again, cancel it first")
                    .row(TaskState.Done.class, (done, task) -> done(done))
                    .row(TaskState.Failed.class, (failed, task) -> JUST_NOW)
                    .row(TaskState.Cancelled.class, (cancelled, task) -> JUST_NOW)
                    .build();

    private NotChanged() {}

    /** For a person who wants it to run again. */
    static String retry(TaskRecord task) {
        return "task " + task.id() + RETRIES.apply(task.state(), task);
    }

    private static String done(TaskState.Done done) {
        return done.publishedAs()
                .map(file -> " has ended well; its result was put into results/ as "
                        + SafeText.of(file, '?', MAX_NAME)
                        + ", and its package is not kept. To run it again, hand the package in again")
                .orElse(" has ended, and its result is on its way into results/; try again in a moment");
    }

    /** For a person who wants it to end. */
    static String cancel(TaskRecord task) {
        return "task " + task.id() + " has ended already ("
                + task.state().status().label() + "), so there is nothing to cancel";
    }
}
