package org.mutirao.console;

import java.util.List;
import org.mutirao.protocol.message.OperatorRequest.ExplainTask;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.text.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "explain", description = "Tells why a task is where it is, and why which worker does not have it.")
final class ExplainCommand extends GridCommand {
    /** They are explained one by one. */
    private static final int MOST = 20;

    @Parameters(paramLabel = "WHICH", description = WHICH)
    private String which;

    @Override
    int run() throws CommandFailed, InterruptedException {
        if (Which.isTask(which)) {
            return explain(which);
        }
        List<TaskRow> tasks = tasksOf(which);
        List<TaskRow> meant = worthExplaining(tasks);
        for (TaskRow task : meant.stream().limit(MOST).toList()) {
            explain(String.valueOf(task.id()));
        }
        if (meant.size() > MOST && !json()) {
            out().println(Text.of("and %d more", meant.size() - MOST));
        }
        return 0;
    }

    /** What goes on, else what failed, else all. */
    private static List<TaskRow> worthExplaining(List<TaskRow> tasks) {
        List<TaskRow> open =
                tasks.stream().filter(task -> !task.status().hasEnded()).toList();
        if (!open.isEmpty()) {
            return open;
        }
        List<TaskRow> failed =
                tasks.stream().filter(task -> task.status().isFailure()).toList();
        return failed.isEmpty() ? tasks : failed;
    }

    private int explain(String task) throws CommandFailed, InterruptedException {
        Reply.Explanation explanation = ask(new ExplainTask(task), Reply.Explanation.class);
        if (json()) {
            printJson(explanation);
            return 0;
        }
        out().println(lineOf(explanation.task()));
        explanation.reasons().forEach(reason -> tell("  " + Table.clean(reason)));
        return 0;
    }
}
