package org.mutirao.console;

import java.time.Duration;
import java.util.List;
import org.mutirao.protocol.message.OperatorRequest.ListWorkers;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerRow;
import picocli.CommandLine.Command;

@Command(name = "workers", description = "Lists the workers that are about.")
final class WorkersCommand extends GridCommand {
    @Override
    int run() throws CommandFailed, InterruptedException {
        List<WorkerRow> workers = ask(new ListWorkers(), Reply.WorkerList.class).workers();
        if (json()) {
            printJson(workers);
        } else if (workers.isEmpty()) {
            out().println("No workers. Start 'java -jar worker.jar' on some machines of this network.");
        } else {
            Table table =
                    new Table("ID", "NAME", "KIND", "ADDRESS", "SLOTS", "RUNS", "DELIVERED", "LOST", "HEARD", "NOTE");
            for (WorkerRow worker : workers) {
                table.row(
                        worker.id().substring(0, Math.min(8, worker.id().length())),
                        worker.name(),
                        worker.kind(),
                        worker.address(),
                        worker.slots(),
                        worker.holding().size(),
                        worker.delivered(),
                        worker.lost(),
                        Ages.brief(Duration.ofMillis(worker.silentMs())) + " ago",
                        worker.aside().orElse(""));
            }
            table.print(out());
        }
        return 0;
    }
}
