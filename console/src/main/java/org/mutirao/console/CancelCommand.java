package org.mutirao.console;

import java.util.List;
import org.mutirao.protocol.message.OperatorRequest.CancelTask;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "cancel", description = "Gives tasks up; one that runs is stopped.")
final class CancelCommand extends GridCommand {
    @Parameters(paramLabel = "TASK", arity = "1..*", description = "Their ids, or their names.")
    private List<String> tasks;

    @Override
    int run() throws InterruptedException {
        return changeEach(tasks, CancelTask::new);
    }
}
