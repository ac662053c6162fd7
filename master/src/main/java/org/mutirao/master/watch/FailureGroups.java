package org.mutirao.master.watch;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.mutirao.master.ledger.JobPart;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.message.FailureRow;
import org.mutirao.protocol.text.Text;

/** Why tasks of a job were no success: those with the same reason together. For one thread at a time. */
final class FailureGroups {
    /** Of one answer; the most frequent. */
    private static final int MAX_GROUPS = 50;
    /** As many different ones are told apart. */
    private static final int MAX_REASONS = 1000;

    /** Python names the file, and each run has a folder of its own. */
    private static final Pattern RUN_FOLDER =
            Pattern.compile("[^\\s'\"(]*[/\\\\]run-\\d+[/\\\\]task[/\\\\]files[/\\\\]");

    private final Map<String, FailureRow> byReason = new HashMap<>();

    static boolean hasFailed(TaskRecord task) {
        return task.state().status().isFailure();
    }

    private static String reasonOf(TaskRecord task) {
        return Rows.explanation(task)
                .map(reason -> RUN_FOLDER.matcher(reason).replaceAll(""))
                .orElseGet(() -> Text.of("nothing is known about it"));
    }

    private static String others() {
        return Text.of("other reasons");
    }

    void add(TaskRecord task) {
        String own = reasonOf(task);
        String reason = byReason.size() < MAX_REASONS || byReason.containsKey(own) ? own : others();
        FailureRow first =
                new FailureRow(reason, 1, task.id().number(), task.part().flatMap(JobPart::label));
        byReason.merge(
                reason,
                first,
                (before, more) -> counted(before.example() < first.example() ? before : first, before.tasks() + 1));
    }

    private static FailureRow counted(FailureRow row, long tasks) {
        return new FailureRow(row.reason(), tasks, row.example(), row.input());
    }

    /** One that was added; it may stay the example for others that failed as it did. */
    void remove(TaskRecord task) {
        String own = reasonOf(task);
        byReason.computeIfPresent(
                byReason.containsKey(own) ? own : others(),
                (reason, row) -> row.tasks() == 1 ? null : counted(row, row.tasks() - 1));
    }

    /** The most frequent reason first. */
    List<FailureRow> rows() {
        return byReason.values().stream()
                .sorted(Comparator.comparingLong(FailureRow::tasks).reversed().thenComparingLong(FailureRow::example))
                .limit(MAX_GROUPS)
                .toList();
    }
}
