package org.mutirao.console;

import java.util.ArrayList;
import java.util.List;
import org.mutirao.protocol.message.OperatorRequest.RetryFailed;
import org.mutirao.protocol.message.OperatorRequest.RetryTask;
import org.mutirao.protocol.message.Reply;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "retry", description = "Runs tasks again that failed or were cancelled.")
final class RetryCommand extends GridCommand {
    @ArgGroup(multiplicity = "1")
    private Which which;

    private static final class Which {
        @Parameters(paramLabel = "TASK", arity = "1..*", description = "Their ids, or their names.")
        private List<String> tasks = new ArrayList<>();

        @Option(names = "--failed", description = "All that were given up, or whose script failed.")
        private boolean failed;
    }

    @Override
    int run() throws CommandFailed, InterruptedException {
        if (!which.failed) {
            return changeEach(which.tasks, RetryTask::new);
        }
        Reply.Changed changed = ask(new RetryFailed(), Reply.Changed.class);
        if (json()) {
            printJson(changed);
        } else {
            out().println(changed.count() + " tasks are run again");
        }
        return CommandLine.ExitCode.OK;
    }
}
