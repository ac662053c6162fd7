package org.mutirao.console;

import java.util.ArrayList;
import java.util.List;
import org.mutirao.protocol.message.OperatorRequest.CancelJobs;
import org.mutirao.protocol.message.OperatorRequest.CancelTask;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "cancel", description = "Gives tasks and jobs up; what runs is stopped.")
final class CancelCommand extends GridCommand {
    @ArgGroup(multiplicity = "1")
    private Meant meant;

    private static final class Meant {
        @Parameters(paramLabel = "WHICH", arity = "1..*", description = WHICH)
        private List<String> words = new ArrayList<>();

        @Option(names = "--all", description = "All that are not ended.")
        private boolean all;
    }

    @Override
    int run() throws InterruptedException {
        return changeEach(
                meant.all ? List.of("all") : meant.words,
                word -> Which.isTask(word) ? new CancelTask(word) : new CancelJobs(word));
    }
}
