package org.mutirao.master.handlers;

import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.protocol.table.SealedFunction;
import org.mutirao.protocol.text.StatusWords;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;

/** Why a task can't be run again or cancelled as it is, and what to do instead. */
final class NotChanged {
    private static final int MAX_NAME = 160;

    private static final SealedFunction<TaskState, TaskRecord, String> RETRIES =
            SealedFunction.<TaskState, TaskRecord, String>of(TaskState.class)
                    .row(
                            TaskState.Queued.class,
                            (queued, task) -> Text.of("task %s is queued already, and runs by itself", task.id()))
                    .row(
                            TaskState.Leased.class,
                            (leased, task) -> Text.of("task %s is running; to begin again, cancel it first", task.id()))
                    .row(TaskState.Done.class, (done, task) -> done(done, task))
                    .row(TaskState.Failed.class, (failed, task) -> justNow(task))
                    .row(TaskState.Cancelled.class, (cancelled, task) -> justNow(task))
                    .build();

    private NotChanged() {}

    /** For a person who wants it to run again. */
    static String retry(TaskRecord task) {
        return RETRIES.apply(task.state(), task);
    }

    private static String justNow(TaskRecord task) {
        return Text.of("task %s has changed just now; try again", task.id());
    }

    private static String done(TaskState.Done done, TaskRecord task) {
        return done.publishedAs()
                .map(file -> Text.of(
                        "task %s has ended well; its result was put into results/ as %s, and its package is not kept. "
                                + "To run it again, hand the package in again",
                        task.id(), SafeText.of(file, '?', MAX_NAME)))
                .orElseGet(() -> Text.of(
                        "task %s has ended, and its result is on its way into results/; try again in a moment",
                        task.id()));
    }

    /** For a person who wants it to end. */
    static String cancel(TaskRecord task) {
        return Text.of(
                "task %s has ended already (%s), so there is nothing to cancel",
                task.id(), StatusWords.ofTask(task.state().status().label()));
    }
}
