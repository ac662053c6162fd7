package org.mutirao.console;

import java.util.List;
import org.mutirao.protocol.message.OperatorRequest.ExplainTask;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.TaskRow;
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
        List<TaskRow> open =
                tasks.stream().filter(task -> !TasksCommand.ended(task)).toList();
        for (TaskRow task : (open.isEmpty() ? tasks : open).stream().limit(MOST).toList()) {
            explain(String.valueOf(task.id()));
        }
        if (open.size() > MOST && !json()) {
            out().println("and " + (open.size() - MOST) + " more that are not ended");
        }
        return 0;
    }

    private int explain(String task) throws CommandFailed, InterruptedException {
        Reply.Explanation explanation = ask(new ExplainTask(task), Reply.Explanation.class);
        if (json()) {
            printJson(explanation);
            return 0;
        }
        out().println("task " + explanation.task().id() + "  "
                + Table.printable(explanation.task().name()) + "  is "
                + explanation.task().state());
        explanation.reasons().forEach(reason -> out().println("  " + Table.clean(reason)));
        return 0;
    }
}
