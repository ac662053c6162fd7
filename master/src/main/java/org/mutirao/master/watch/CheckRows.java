package org.mutirao.master.watch;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mutirao.master.ledger.Check;
import org.mutirao.master.ledger.CheckCounts;
import org.mutirao.master.ledger.CheckWords;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.message.CheckRow;
import org.mutirao.protocol.message.CheckSums;

/** What is known of results by running their tasks again, for people. */
final class CheckRows {
    private CheckRows() {}

    static Optional<CheckRow> of(TaskRecord task) {
        return task.check()
                .map(check -> new CheckRow(
                        word(check), CheckWords.of(task).orElseThrow(), workers(task, check), differs(task, check)));
    }

    private static String word(Check check) {
        if (check.isOpen()) {
            return check.state() instanceof Check.State.Running ? "running" : "waiting";
        }
        return check.finding().orElseThrow().name().toLowerCase(Locale.ROOT);
    }

    private static List<String> workers(TaskRecord task, Check check) {
        return check.runs().stream()
                .map(run -> CheckWords.name(task, run.attempt().number()))
                .toList();
    }

    private static Optional<CheckRow.Differs> differs(TaskRecord task, Check check) {
        return check.runs().stream()
                .filter(run -> run.difference().isPresent())
                .findFirst()
                .map(run -> {
                    Check.Difference what = run.difference().get();
                    return new CheckRow.Differs(
                            CheckWords.name(task, run.attempt().number()),
                            what.line(),
                            what.first(),
                            what.other(),
                            what.files());
                });
    }

    static Optional<CheckSums> of(CheckCounts counts) {
        return counts.areNone()
                ? Optional.empty()
                : Optional.of(new CheckSums(counts.open(), counts.same(), counts.differing(), counts.notVerified()));
    }
}
