package org.mutirao.console;

import java.util.ArrayList;
import java.util.List;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.TaskRow;
import picocli.CommandLine.Parameters;

/** A command that changes the state of some tasks, each for itself. */
abstract class ChangeCommand extends GridCommand {
    @Parameters(paramLabel = "TASK", arity = "1..*", description = "Their ids, or their names.")
    private List<String> tasks;

    abstract OperatorRequest request(String task);

    @Override
    final int run() throws InterruptedException {
        List<TaskRow> changed = new ArrayList<>();
        int failures = 0;
        for (String task : tasks) {
            try {
                TaskRow row = ask(request(task), Reply.TaskState.class).task();
                changed.add(row);
                if (!json()) {
                    out().println("task " + row.id() + "  " + Table.printable(row.name()) + "  " + row.state());
                }
            } catch (CommandFailed e) {
                failures++;
                System.err.println("console: " + Table.printable(task) + ": " + e.getMessage());
            }
        }
        if (json()) {
            printJson(changed);
        }
        return failures == 0 ? 0 : 1;
    }
}
