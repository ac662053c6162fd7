package org.mutirao.console;

import java.util.ArrayList;
import java.util.List;
import org.mutirao.protocol.message.OperatorRequest.RetryFailed;
import org.mutirao.protocol.message.OperatorRequest.RetryJobs;
import org.mutirao.protocol.message.OperatorRequest.RetryTask;
import org.mutirao.protocol.message.Reply;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "retry", description = "Runs tasks again that failed or were cancelled.")
final class RetryCommand extends GridCommand {
    @ArgGroup(multiplicity = "1", exclusive = false)
    private Meant meant;

    private static final class Meant {
        @Parameters(paramLabel = "WHICH", arity = "0..*", description = WHICH)
        private List<String> words = new ArrayList<>();

        @Option(
                names = "--failed",
                description = "Those that were given up, or whose script failed; not those that were cancelled.")
        private boolean failed;
    }

    @Override
    int run() throws CommandFailed, InterruptedException {
        boolean failed = meant.failed;
        if (!meant.words.isEmpty()) {
            return changeEach(
                    meant.words,
                    word -> Which.isTask(word) && !failed ? new RetryTask(word) : new RetryJobs(word, failed));
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
