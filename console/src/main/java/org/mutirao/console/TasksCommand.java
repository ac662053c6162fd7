package org.mutirao.console;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.message.TaskRow;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "tasks", description = "Lists the tasks.")
final class TasksCommand extends GridCommand {
    enum State {
        queued,
        leased,
        done,
        failed,
        cancelled
    }

    @Parameters(paramLabel = "WHICH", arity = "0..1", description = WHICH)
    private String which;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            defaultValue = "${env:MUTIRAO_STATE:-" + CommandLine.Option.NULL_VALUE + "}",
            description = "Only those: ${COMPLETION-CANDIDATES}.")
    private State state;

    @Override
    int run() throws CommandFailed, InterruptedException {
        List<TaskRow> tasks = tasks(Optional.ofNullable(state).map(State::name), Optional.ofNullable(which));
        if (json()) {
            printJson(tasks);
        } else if (tasks.isEmpty()) {
            out().println("No tasks. Drop a ZIP into the master's tasks folder, or use 'console submit'.");
        } else {
            table(tasks).print(out());
        }
        return 0;
    }

    static Table table(List<TaskRow> tasks) {
        Table table = new Table("ID", "NAME", "STATE", "TRIES", "TOOK", "WORKER", "NOTE").withLongEnd();
        for (TaskRow task : tasks) {
            table.row(
                    task.id(),
                    task.name(),
                    task.state(),
                    task.attempts(),
                    ended(task) ? Ages.brief(Duration.ofMillis(task.since() - task.submittedAt())) : "",
                    task.worker().orElse(""),
                    task.explanation().orElse(""));
        }
        return table;
    }

    static boolean ended(TaskRow task) {
        return !task.state().equals("queued") && !task.state().equals("leased");
    }
}
