package org.mutirao.console;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.id.ResourceUse;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.message.AttemptRow;
import org.mutirao.protocol.message.CheckSums;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.OperatorRequest.ShowJob;
import org.mutirao.protocol.message.OperatorRequest.ShowTask;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.StatusCounts;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.text.StatusWords;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "Tells everything about a task, or a job.")
final class ShowCommand extends GridCommand {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

    @Parameters(paramLabel = "WHICH", description = WHICH)
    private String which;

    @Override
    int run() throws CommandFailed, InterruptedException {
        if (Which.isTask(which)) {
            return show(ask(new ShowTask(which), Reply.TaskDetails.class));
        }
        if (Which.isMany(which)) {
            return show(tasksOf(which));
        }
        Reply answer = answerTo(new ShowJob(which));
        if (answer instanceof Reply.JobDetails details) {
            return details.job().tasks() > 1
                    ? show(details)
                    : show(ask(new ShowTask(String.valueOf(details.job().job())), Reply.TaskDetails.class));
        }
        if (Which.isSelector(which)) {
            return show(expect(answer, Reply.JobDetails.class)); // it tells why not
        }
        Reply task = answerTo(new ShowTask(which));
        if (task instanceof Reply.Failure failure && failure.refusal() == Reply.Refusal.NOT_FOUND) {
            throw new CommandFailed(Text.of("no task and no job is called %s", Table.printable(which)));
        }
        return show(expect(task, Reply.TaskDetails.class));
    }

    private int show(List<TaskRow> tasks) {
        if (json()) {
            printJson(tasks);
        } else {
            TasksCommand.table(screen(), tasks).print(out());
        }
        return 0;
    }

    private int show(Reply.JobDetails details) {
        if (json()) {
            printJson(details);
            return 0;
        }
        JobRow job = details.job();
        tell(HandIn.nameOf(job));
        // Of a job that goes on, the time is that of its last change.
        String state = screen().show(Style.ofState(job.state()), StatusWords.ofJob(job.state()));
        String since = time(job.since());
        tell((job.hasEnded() ? Text.of("%s since %s", state, since) : Text.of("%s, last changed %s", state, since))
                + job.explanation().map(note -> ": " + Table.clean(note)).orElse(""));
        tell(Text.of("accepted %s, priority %d", time(job.submittedAt()), job.priority()));
        tell(Text.of("%d tasks: %s", job.tasks(), counts(job)));
        job.checks().ifPresent(checks -> tell(Text.of("verified: %s", counts(checks))));
        job.folder().ifPresent(folder -> out().println(Text.of("results in results/%s/", Table.printable(folder))));
        details.failures().forEach(failure -> tell(JobWatch.inWords(this, failure)));
        return 0;
    }

    private static String counts(CheckSums checks) {
        List<String> counts = new ArrayList<>();
        if (checks.differing() > 0) {
            counts.add(Text.of("%d different", checks.differing()));
        }
        if (checks.same() > 0) {
            counts.add(Text.of("%d the same", checks.same()));
        }
        if (checks.notVerified() > 0) {
            counts.add(Text.of("%d not verified", checks.notVerified()));
        }
        if (checks.open() > 0) {
            counts.add(Text.of("%d to go", checks.open()));
        }
        return String.join(", ", counts);
    }

    private static String counts(JobRow job) {
        List<String> counts = new ArrayList<>();
        StatusCounts tasks = job.counts();
        count(counts, tasks.queued(), TaskStatus.QUEUED);
        count(counts, tasks.running(), TaskStatus.RUNNING);
        count(counts, tasks.succeeded(), TaskStatus.SUCCEEDED);
        count(counts, tasks.failed(), TaskStatus.FAILED);
        count(counts, tasks.lost(), TaskStatus.LOST);
        count(counts, tasks.cancelled(), TaskStatus.CANCELLED);
        return String.join(", ", counts);
    }

    private static void count(List<String> counts, long number, TaskStatus status) {
        if (number > 0) {
            counts.add(Progress.counted(number, status));
        }
    }

    private int show(Reply.TaskDetails details) {
        if (json()) {
            printJson(details);
            return 0;
        }
        TaskRow row = details.task();
        out().println(Text.of("task %s  %s  %s", row.id(), Table.printable(row.name()), new ByteSize(row.bytes())));
        String label = row.status().label();
        String state = screen().show(Style.ofState(label), StatusWords.ofTask(label));
        tell(Text.of("%s since %s", state, time(row.since()))
                + row.explanation().map(note -> ": " + Table.clean(note)).orElse(""));
        tell(Text.of("accepted %s, priority %d", time(row.submittedAt()), row.priority()));
        row.job().ifPresent(job -> out().println(Text.of(
                        "task %d of job j%s", row.index().orElse(0), job)
                + row.input().map(input -> ", " + Table.printable(input)).orElse("")));
        row.result().ifPresent(file -> out().println(Text.of("result in results/%s", Table.printable(file))));
        details.used().map(ShowCommand::inWords).ifPresent(this::tell);
        row.check().ifPresent(check -> {
            tell(Table.clean(check.text()));
            check.differences().forEach(words -> tell(Table.clean(words)));
        });
        if (!details.attempts().isEmpty()) {
            out().println();
            print(details);
        }
        return 0;
    }

    private static String inWords(ResourceUse used) {
        List<String> parts = new ArrayList<>();
        used.peakMemory().ifPresent(bytes -> parts.add(Text.of("%s of memory at most", size(bytes))));
        used.cpuMs().ifPresent(millis -> parts.add(Text.of("%s of processor time", processor(millis))));
        used.ioRead().ifPresent(bytes -> parts.add(Text.of("%s read from the disk", size(bytes))));
        used.ioWritten().ifPresent(bytes -> parts.add(Text.of("%s written to it", size(bytes))));
        return Text.of("took %s", String.join(", ", parts));
    }

    private static String processor(long millis) {
        return millis < 1000 ? millis + "ms" : Ages.brief(Optional.of(millis));
    }

    private static String size(long bytes) {
        return new ByteSize(bytes).toString();
    }

    private void print(Reply.TaskDetails details) {
        Table table = new Table(
                screen(),
                Column.right(Text.of("TRY")),
                Column.left(Text.of("WORKER")).shrinks(12),
                Column.left(Text.of("BEGAN")).dispensable(1),
                Column.left(Text.of("SCRIPT BEGAN")).dispensable(2),
                Column.right(Text.of("TOOK")),
                Column.left(Text.of("OUTCOME")).folds(24));
        for (AttemptRow attempt : details.attempts()) {
            table.row(
                    attempt.attempt(),
                    attempt.workerName().isEmpty() ? attempt.worker() : attempt.workerName(),
                    time(attempt.leasedAt()),
                    attempt.startedAt().map(ShowCommand::time).orElse(""),
                    Ages.brief(attempt.ranMs()),
                    outcome(attempt));
        }
        table.print(out());
    }

    private static String outcome(AttemptRow attempt) {
        List<String> marks = attempt.marks().orElse(List.of());
        String outcome = attempt.outcome().orElseGet(() -> Text.of("running"));
        String marked = marks.contains(AttemptRow.CHECK) ? Text.of("to verify: %s", outcome) : outcome;
        return marks.contains(AttemptRow.NO_KEY) ? Text.of("%s (no key)", marked) : marked;
    }

    private static String time(long millis) {
        return TIME.format(Instant.ofEpochMilli(millis));
    }
}
