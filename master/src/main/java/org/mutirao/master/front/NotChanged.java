package org.mutirao.master.front;

import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.protocol.units.SafeText;

/** Why a task can't be run again or cancelled as it is, and what to do instead. */
final class NotChanged {
    private static final int MAX_NAME = 160;

    private NotChanged() {}

    /** For a person who wants it to run again. */
    static String retry(TaskRecord task) {
        String what = "task " + task.id();
        if (task.state() instanceof TaskState.Queued) {
            return what + " is queued already, and runs by itself";
        }
        if (task.state() instanceof TaskState.Leased) {
            return what + " is running; to begin again, cancel it first";
        }
        if (task.state() instanceof TaskState.Done done) {
            return done.publishedAs()
                    .map(file -> what + " has ended well; its result was put into results/ as "
                            + SafeText.of(file, '?', MAX_NAME)
                            + ", and its package is not kept. To run it again, hand the package in again")
                    .orElse(what + " has ended, and its result is on its way into results/; try again in a moment");
        }
        return what + " has changed just now; try again";
    }

    /** For a person who wants it to end. */
    static String cancel(TaskRecord task) {
        return "task " + task.id() + " is " + task.state().label() + " already, so there is nothing to cancel";
    }
}
