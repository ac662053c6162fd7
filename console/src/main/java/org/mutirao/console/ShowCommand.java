package org.mutirao.console;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.mutirao.protocol.message.AttemptRow;
import org.mutirao.protocol.message.OperatorRequest.ShowTask;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.units.ByteSize;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "Tells everything about one task.")
final class ShowCommand extends GridCommand {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

    @Parameters(paramLabel = "TASK", description = "Its id, or its name.")
    private String task;

    @Override
    int run() throws CommandFailed, InterruptedException {
        Reply.TaskDetails details = ask(new ShowTask(task), Reply.TaskDetails.class);
        if (json()) {
            printJson(details);
            return 0;
        }
        TaskRow row = details.task();
        out().println("task " + row.id() + "  " + Table.printable(row.name()) + "  " + new ByteSize(row.bytes()));
        out().println(row.state() + " since " + time(row.since())
                + row.explanation().map(note -> ": " + Table.clean(note)).orElse(""));
        out().println("accepted " + time(row.submittedAt()) + ", priority " + row.priority());
        row.result().ifPresent(file -> out().println("result in results/" + Table.printable(file)));
        if (!details.attempts().isEmpty()) {
            out().println();
            print(details);
        }
        return 0;
    }

    private void print(Reply.TaskDetails details) {
        Table table = new Table("TRY", "WORKER", "BEGAN", "SCRIPT BEGAN", "TOOK", "OUTCOME").withWholeEnd();
        for (AttemptRow attempt : details.attempts()) {
            table.row(
                    attempt.attempt(),
                    attempt.workerName().isEmpty() ? attempt.worker() : attempt.workerName(),
                    time(attempt.leasedAt()),
                    attempt.startedAt().map(ShowCommand::time).orElse(""),
                    attempt.endedAt()
                            .map(end -> Ages.brief(Duration.ofMillis(end - attempt.leasedAt())))
                            .orElse(""),
                    attempt.outcome().orElse("running"));
        }
        table.print(out());
    }

    private static String time(long millis) {
        return TIME.format(Instant.ofEpochMilli(millis));
    }
}
