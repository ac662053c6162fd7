package org.mutirao.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.message.OperatorRequest.ListTasks;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.TaskRow;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "tasks", description = "Lists the tasks.")
final class TasksCommand extends GridCommand {
    private static final int PAGE = 1000;

    enum State {
        queued,
        leased,
        done,
        failed,
        cancelled
    }

    @Option(
            names = "--state",
            paramLabel = "STATE",
            defaultValue = "${env:MUTIRAO_STATE:-" + CommandLine.Option.NULL_VALUE + "}",
            description = "Only those: ${COMPLETION-CANDIDATES}.")
    private State state;

    @Override
    int run() throws CommandFailed, InterruptedException {
        List<TaskRow> tasks = new ArrayList<>();
        Reply.TaskList page;
        do {
            long after = tasks.isEmpty() ? 0 : tasks.get(tasks.size() - 1).id();
            page = ask(new ListTasks(Optional.ofNullable(state).map(State::name), after, PAGE), Reply.TaskList.class);
            tasks.addAll(page.tasks());
        } while (page.more());
        if (json()) {
            printJson(tasks);
        } else if (tasks.isEmpty()) {
            out().println("No tasks. Drop a ZIP into the master's tasks folder, or use 'console submit'.");
        } else {
            print(tasks);
        }
        return 0;
    }

    private void print(List<TaskRow> tasks) {
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
        table.print(out());
    }

    private static boolean ended(TaskRow task) {
        return !task.state().equals("queued") && !task.state().equals("leased");
    }
}
