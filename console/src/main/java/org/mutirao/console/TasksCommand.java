package org.mutirao.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.message.CheckRow;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.text.Text;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "tasks", description = "Lists the tasks, or those of some states, jobs and names.")
final class TasksCommand extends GridCommand {
    /** As {@link TaskStatus}, in small letters as a person types them. */
    enum State {
        queued,
        running,
        succeeded,
        failed,
        lost,
        cancelled
    }

    @Parameters(
            paramLabel = "WHICH",
            arity = "0..*",
            description = {"States: queued, running, succeeded, failed, lost, cancelled. And which tasks: ", WHICH})
    private List<String> words = List.of();

    @Option(
            names = "--state",
            paramLabel = "STATE",
            defaultValue = "${env:MUTIRAO_STATE:-" + CommandLine.Option.NULL_VALUE + "}",
            description = "Only those: ${COMPLETION-CANDIDATES}.")
    private State state;

    @Override
    int run() throws CommandFailed, InterruptedException {
        List<TaskRow> tasks = meant();
        if (json()) {
            printJson(tasks);
        } else if (!tasks.isEmpty()) {
            table(screen(), tasks).print(out());
        } else if (words.isEmpty() && state == null) {
            tell(Text.of("No tasks. Drop a ZIP into the master's tasks folder, or use '%s submit'.", called()));
        } else {
            tell(Text.of("No such tasks"));
        }
        return 0;
    }

    private List<TaskRow> meant() throws CommandFailed, InterruptedException {
        List<String> all = new ArrayList<>(words);
        if (state != null) {
            all.add(state.name());
        }
        Picks picks = Picks.of(all, TaskStatus.LABELS::contains);
        Map<Long, TaskRow> found = new TreeMap<>();
        for (Optional<String> which : orAny(picks.others())) {
            for (Optional<String> one : orAny(picks.states())) {
                tasks(one, which).forEach(task -> found.put(task.id(), task));
            }
        }
        return List.copyOf(found.values());
    }

    private static List<Optional<String>> orAny(List<String> words) {
        return words.isEmpty()
                ? List.of(Optional.empty())
                : words.stream().map(Optional::of).toList();
    }

    static Table table(Screen screen, List<TaskRow> tasks) {
        Table table = new Table(
                screen,
                Column.right(Text.of("ID")),
                Column.left(Text.of("NAME")).shrinks(14),
                Column.left(Text.of("STATE")),
                Column.right(Text.of("TRIES")).dispensable(4),
                Column.right(Text.of("WAITED")).dispensable(3),
                Column.right(Text.of("TOOK")).dispensable(1),
                Column.left(Text.of("WORKER")).shrinks(10).dispensable(2),
                Column.left(Text.of("REASON")).shrinks(20));
        for (TaskRow task : tasks) {
            table.row(
                    task.id(),
                    task.name(),
                    Cell.ofTask(task.status().label()),
                    task.attempts(),
                    Ages.brief(task.waitedMs()),
                    Ages.brief(task.ranMs()),
                    task.worker().orElse(""),
                    reason(task));
        }
        return table;
    }

    /** Why it is as it is, or what is wrong with its result. */
    private static Cell reason(TaskRow task) {
        return task.check()
                .filter(CheckRow::hasDifference)
                .map(check -> new Cell(check.text(), Style.DOUBTFUL))
                .orElseGet(() -> Cell.ofReason(task.explanation(), task.status().label()));
    }
}
