package org.mutirao.master.handlers;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.mutirao.master.ledger.JobPart;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.watch.Rows;
import org.mutirao.master.watch.TaskBoard;
import org.mutirao.protocol.message.FailureRow;

/** Why tasks of a job were no success: those with the same reason together. */
final class Failures {
    /** Of one answer; the most frequent. */
    private static final int MOST = 50;
    /** As many different ones are told apart. */
    private static final int MAX_REASONS = 10_000;

    private static final String OTHERS = "other reasons";

    private Failures() {}

    /** The most frequent reason first. */
    static List<FailureRow> of(Stream<TaskRecord> tasks) {
        Map<String, FailureRow> byReason = new HashMap<>();
        tasks.filter(Failures::hasFailed).forEach(task -> add(task, byReason));
        return byReason.values().stream()
                .sorted(Comparator.comparingLong(FailureRow::tasks).reversed().thenComparingLong(FailureRow::example))
                .limit(MOST)
                .toList();
    }

    private static boolean hasFailed(TaskRecord task) {
        String label = TaskBoard.labelOf(task);
        return label.equals("unsuccessful") || label.equals("failed");
    }

    private static void add(TaskRecord task, Map<String, FailureRow> byReason) {
        String own = Rows.explanation(task).orElse("nothing is known about it");
        String reason = byReason.size() < MAX_REASONS || byReason.containsKey(own) ? own : OTHERS;
        FailureRow first =
                new FailureRow(reason, 1, task.id().number(), task.part().map(JobPart::input));
        byReason.merge(
                reason,
                first,
                (before, more) -> new FailureRow(reason, before.tasks() + 1, before.example(), before.input()));
    }
}
