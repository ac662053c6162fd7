package org.mutirao.console;

import org.mutirao.protocol.message.OperatorRequest.ExplainTask;
import org.mutirao.protocol.message.Reply;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "explain", description = "Tells why a task is where it is, and why which worker does not have it.")
final class ExplainCommand extends GridCommand {
    @Parameters(paramLabel = "TASK", description = "Its id, or its name.")
    private String task;

    @Override
    int run() throws CommandFailed, InterruptedException {
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
