package org.mutirao.console;

import java.util.function.UnaryOperator;
import org.mutirao.protocol.message.FailureRow;
import org.mutirao.protocol.message.Reply;

/** Masters and workers advise {@code 'console tasks'}, and can't know how the console was called here. */
final class Hints {
    private static final String SAID = "'console ";

    private Hints() {}

    /** The same reply, with commands that can be typed as they stand. Other replies give no advice. */
    static Reply asCalled(Reply reply, String called) {
        UnaryOperator<String> change = text -> text.replace(SAID, "'" + called + " ");
        if (reply instanceof Reply.Failure failure) {
            return new Reply.Failure(failure.refusal(), change.apply(failure.message()));
        }
        if (reply instanceof Reply.Explanation explanation) {
            return new Reply.Explanation(
                    explanation.task().explained(change),
                    explanation.reasons().stream().map(change).toList());
        }
        if (reply instanceof Reply.TaskList list) {
            return new Reply.TaskList(
                    list.tasks().stream().map(task -> task.explained(change)).toList(), list.more());
        }
        if (reply instanceof Reply.TaskDetails details) {
            return new Reply.TaskDetails(
                    details.task().explained(change),
                    details.attempts().stream()
                            .map(attempt -> attempt.explained(change))
                            .toList(),
                    details.used());
        }
        if (reply instanceof Reply.JobList list) {
            return new Reply.JobList(
                    list.jobs().stream().map(job -> job.explained(change)).toList(), list.more());
        }
        if (reply instanceof Reply.JobDetails details) {
            return new Reply.JobDetails(
                    details.job().explained(change),
                    details.failures().stream()
                            .map(each -> new FailureRow(
                                    change.apply(each.reason()), each.tasks(), each.example(), each.input()))
                            .toList());
        }
        return reply;
    }
}
