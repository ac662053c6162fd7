package org.mutirao.console;

import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.message.TaskRow;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "tasks", description = "Lists the tasks.")
final class TasksCommand extends GridCommand {
    /** As {@link org.mutirao.protocol.id.TaskStatus}, in small letters as a person types them. */
    enum State {
        queued,
        running,
        succeeded,
        failed,
        lost,
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
        Table table = new Table("ID", "NAME", "STATE", "TRIES", "WAITED", "TOOK", "WORKER", "REASON").withLongEnd();
        for (TaskRow task : tasks) {
            table.row(
                    task.id(),
                    task.name(),
                    task.status().label(),
                    task.attempts(),
                    Ages.brief(task.waitedMs()),
                    Ages.brief(task.ranMs()),
                    task.worker().orElse(""),
                    task.explanation().orElse(""));
        }
        return table;
    }
}
