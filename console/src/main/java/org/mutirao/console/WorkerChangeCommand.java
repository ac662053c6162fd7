package org.mutirao.console;

import java.util.function.UnaryOperator;
import org.mutirao.protocol.message.OperatorRequest.ChangeWorker;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerChange;
import org.mutirao.protocol.message.WorkerRow;
import org.mutirao.protocol.text.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What an operator may do to a worker, one command each. */
abstract class WorkerChangeCommand extends GridCommand {
    @Parameters(paramLabel = "WORKER", description = "Its id or the start of it, or its name.")
    private String worker;

    private final WorkerChange change;
    private final UnaryOperator<String> done;

    /** @param done says of a worker with that name what was done to it */
    private WorkerChangeCommand(WorkerChange change, UnaryOperator<String> done) {
        this.change = change;
        this.done = done;
    }

    @Override
    final int run() throws CommandFailed, InterruptedException {
        WorkerRow row =
                ask(new ChangeWorker(worker, change), Reply.WorkerState.class).worker();
        if (json()) {
            printJson(row);
        } else {
            tell(done.apply(Table.printable(row.name())));
        }
        return 0;
    }

    @Command(name = "drain", description = "Lets a worker finish what it has and gives it nothing new.")
    static final class Drain extends WorkerChangeCommand {
        Drain() {
            super(
                    WorkerChange.DRAIN,
                    name -> Text.of(
                            "worker %s finishes what it has and gets nothing new; 'resume' takes that back", name));
        }
    }

    @Command(name = "resume", description = "Gives work again to a worker that was drained or put aside.")
    static final class Resume extends WorkerChangeCommand {
        Resume() {
            super(WorkerChange.RESUME, name -> Text.of("worker %s gets work again", name));
        }
    }

    @Command(name = "aside", description = "Gives a worker nothing new for a minute.")
    static final class Aside extends WorkerChangeCommand {
        Aside() {
            super(
                    WorkerChange.ASIDE,
                    name -> Text.of("worker %s gets nothing new for a while; 'resume' takes that back", name));
        }
    }
}
