package org.mutirao.console;

import org.mutirao.protocol.message.OperatorRequest.ChangeWorker;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerChange;
import org.mutirao.protocol.message.WorkerRow;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What an operator may do to a worker, one command each. */
abstract class WorkerChangeCommand extends GridCommand {
    @Parameters(paramLabel = "WORKER", description = "Its id or the start of it, or its name.")
    private String worker;

    private final WorkerChange change;
    private final String done;

    private WorkerChangeCommand(WorkerChange change, String done) {
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
            out().println("worker " + Table.printable(row.name()) + " " + done);
        }
        return 0;
    }

    @Command(name = "drain", description = "Lets a worker finish what it has and gives it nothing new.")
    static final class Drain extends WorkerChangeCommand {
        Drain() {
            super(WorkerChange.DRAIN, "finishes what it has and gets nothing new; 'resume' takes that back");
        }
    }

    @Command(name = "resume", description = "Gives work again to a worker that was drained or put aside.")
    static final class Resume extends WorkerChangeCommand {
        Resume() {
            super(WorkerChange.RESUME, "gets work again");
        }
    }

    @Command(name = "aside", description = "Gives a worker nothing new for a minute.")
    static final class Aside extends WorkerChangeCommand {
        Aside() {
            super(WorkerChange.ASIDE, "gets nothing new for a while; 'resume' takes that back");
        }
    }
}
