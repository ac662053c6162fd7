package org.mutirao.console;

import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.OperatorRequest.RetryTask;
import picocli.CommandLine.Command;

@Command(name = "retry", description = "Runs tasks again that failed or were cancelled.")
final class RetryCommand extends ChangeCommand {
    @Override
    OperatorRequest request(String task) {
        return new RetryTask(task);
    }
}
