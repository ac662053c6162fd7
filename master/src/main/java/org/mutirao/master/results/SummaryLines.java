package org.mutirao.master.results;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.mutirao.master.ledger.AttemptRecord;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.results.job.SummaryLine;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.table.SealedFunction;

/** A task of a job as a line of its summary. */
final class SummaryLines {
    private static final SealedFunction<TaskState, TaskRecord, String> REASONS =
            SealedFunction.<TaskState, TaskRecord, String>of(TaskState.class)
                    .row(TaskState.Queued.class, (queued, task) -> "")
                    .row(TaskState.Leased.class, (leased, task) -> "")
                    .row(TaskState.Done.class, (done, task) -> reason(done.ending()))
                    .row(TaskState.Failed.class, (failed, task) -> failed.reason())
                    .row(TaskState.Cancelled.class, (cancelled, task) -> "")
                    .build();

    private SummaryLines() {}

    private static String reason(Ending ending) {
        return ending instanceof Ending.Exited || ending.succeeded() ? ending.note() : ending.inWords();
    }

    /** @param resultFile where its result lies, below the job's folder */
    static SummaryLine of(TaskRecord task, Optional<String> resultFile) {
        Optional<AttemptRecord> decisive = task.decisive();
        return new SummaryLine(
                task.part().orElseThrow().input(),
                task.id().number(),
                task.state().status().label(),
                task.state() instanceof TaskState.Done done && done.ending() instanceof Ending.Exited exited
                        ? OptionalInt.of(exited.code())
                        : OptionalInt.empty(),
                REASONS.apply(task.state(), task),
                decisive.map(attempt -> times(task, attempt)).orElse(SummaryLine.Times.NONE),
                decisive.map(AttemptRecord::workerName).orElse(""),
                task.tries(),
                resultFile);
    }

    private static SummaryLine.Times times(TaskRecord task, AttemptRecord attempt) {
        OptionalLong ran = attempt.endedInVain();
        if (attempt.end() instanceof AttemptRecord.End.Delivered delivered) {
            ran = OptionalLong.of(
                    delivered.run().isKnown()
                            ? delivered.run().millis()
                            : Math.max(0, delivered.at() - attempt.leasedAt()));
        } else if (ran.isPresent()) {
            ran = OptionalLong.of(Math.max(0, ran.getAsLong() - attempt.leasedAt()));
        }
        return new SummaryLine.Times(OptionalLong.of(Math.max(0, attempt.leasedAt() - task.submittedAt())), ran);
    }
}
