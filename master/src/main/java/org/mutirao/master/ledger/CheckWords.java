package org.mutirao.master.ledger;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.text.Text;

/** What is known of a task's result by running it again, in words for people. */
public final class CheckWords {
    private CheckWords() {}

    /** In a sentence without a full stop; empty if it is not verified at all. */
    public static Optional<String> of(TaskRecord task) {
        return task.check().map(check -> sentence(task, check));
    }

    private static String sentence(TaskRecord task, Check check) {
        if (check.state() instanceof Check.State.Ended ended) {
            return sentence(task, check, ended);
        }
        Optional<String> now =
                check.running().map(running -> name(task, running.attempt().number()));
        if (now.isPresent()) {
            return check.isAboutTwo()
                    ? Text.of("%s brought different results, and %s runs it again", names(task, check), now.get())
                    : Text.of("it is being verified: %s runs it again", now.get());
        }
        return check.isAboutTwo()
                ? Text.of("%s brought different results, and another worker is to run it again", names(task, check))
                : Text.of("it is to be verified: another worker is to run it again");
    }

    private static String sentence(TaskRecord task, Check check, Check.State.Ended ended) {
        return switch (ended.finding()) {
            case SAME -> Text.of("verified: %s brought the same", names(task, check));
            case NOT_DETERMINISTIC ->
                Text.of("this script is not deterministic: %s brought different results", names(task, check));
            case FIRST_DIFFERS ->
                Text.of(
                        "worker %s differs from %d others, and the result is of that worker",
                        name(task, check, 0), check.runs().size() - 1);
            case SECOND_DIFFERS ->
                Text.of(
                        "worker %s differs from %d others",
                        name(task, check, 1), check.runs().size() - 1);
            case UNDECIDED ->
                Text.of(
                        "%s brought different results, and nobody else said which is right: %s",
                        names(task, check),
                        ended.why().isEmpty() ? Text.of("each stands by its own") : Text.again(ended.why()));
            case NOT_VERIFIED -> Text.of("not verified: %s", Text.again(ended.why()));
        };
    }

    /** The worker that differs from all others, if nobody trusts it in spite of that. */
    public static Optional<WorkerId> wrong(TaskRecord task) {
        return task.check().filter(check -> !check.isTrusted()).flatMap(check -> check.finding()
                .flatMap(finding -> switch (finding) {
                    case FIRST_DIFFERS ->
                        Optional.of(task.attempt(check.runs().get(0)).worker());
                    case SECOND_DIFFERS ->
                        Optional.of(task.attempt(check.runs().get(1)).worker());
                    case SAME, NOT_DETERMINISTIC, UNDECIDED, NOT_VERIFIED -> Optional.empty();
                }));
    }

    private static String names(TaskRecord task, Check check) {
        List<String> each = check.runs().stream()
                .map(run -> name(task, run.attempt().number()))
                .distinct()
                .toList();
        return each.size() < 2
                ? String.join("", each)
                : each.stream().limit(each.size() - 1).collect(Collectors.joining(", "))
                        + Text.of(" and ")
                        + each.get(each.size() - 1);
    }

    private static String name(TaskRecord task, Check check, int run) {
        return name(task, check.runs().get(run).attempt().number());
    }

    /** What people call the worker of an attempt. */
    public static String name(TaskRecord task, int attempt) {
        AttemptRecord record = task.attempts().get(attempt - 1);
        return record.workerName().isEmpty() ? record.worker().brief() : record.workerName();
    }
}
