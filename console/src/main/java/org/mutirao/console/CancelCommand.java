package org.mutirao.console;

import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.OperatorRequest.CancelTask;
import picocli.CommandLine.Command;

@Command(name = "cancel", description = "Gives tasks up; one that runs is stopped.")
final class CancelCommand extends ChangeCommand {
    @Override
    OperatorRequest request(String task) {
        return new CancelTask(task);
    }
}
