package org.mutirao.console;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.wire.Spool;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command that talks to a master. */
abstract class GridCommand implements Callable<Integer> {

    @ParentCommand
    private Object parent;

    @Spec
    private CommandSpec spec;

    private LeaderLine leader;

    @Override
    public final Integer call() throws CommandFailed, InterruptedException {
        leader = line();
        try {
            return run();
        } finally {
            leader.close();
            out().flush();
        }
    }

    /** A connection of its own to the master. */
    final LeaderLine line() {
        return new LeaderLine(main(), spool());
    }

    /** Returns the exit code. */
    abstract int run() throws CommandFailed, InterruptedException;

    /**
     * Asks the master, or the one that leads if it says that this is another; what is refused is a failure of the command. While
     * nobody leads, it waits a while.
     */
    final <R extends Reply> R ask(Request request, Class<R> expected) throws CommandFailed, InterruptedException {
        return ask(leader, request, expected);
    }

    /** The same over another connection, so that one thread may wait while another asks. */
    static <R extends Reply> R ask(LeaderLine leader, Request request, Class<R> expected)
            throws CommandFailed, InterruptedException {
        return expect(leader, leader.ask(request), expected);
    }

    /** The answer itself, also a refusal. */
    final Reply answerTo(Request request) throws CommandFailed, InterruptedException {
        return leader.ask(request);
    }

    /** An answer that is to be of some kind. */
    final <R extends Reply> R expect(Reply reply, Class<R> expected) throws CommandFailed {
        return expect(leader, reply, expected);
    }

    private static <R extends Reply> R expect(LeaderLine leader, Reply reply, Class<R> expected) throws CommandFailed {
        if (expected.isInstance(reply)) {
            return expected.cast(reply);
        }
        if (reply instanceof Reply.Failure failure) {
            throw new CommandFailed(failure.message());
        }
        throw new CommandFailed("the master at " + leader.address() + " does not understand that; "
                + "it seems to be another group's program");
    }

    /** Changes some tasks, each for itself; returns the exit code. */
    final int changeEach(List<String> tasks, Function<String, OperatorRequest> request) throws InterruptedException {
        List<TaskRow> changed = new ArrayList<>();
        int failures = 0;
        for (String task : tasks) {
            try {
                TaskRow row = ask(request.apply(task), Reply.TaskState.class).task();
                changed.add(row);
                if (!json()) {
                    out().println("task " + row.id() + "  " + Table.printable(row.name()) + "  " + row.state());
                }
            } catch (CommandFailed e) {
                failures++;
                complain(Table.printable(task) + ": " + e.getMessage());
            }
        }
        if (json()) {
            printJson(changed);
        }
        return failures == 0 ? 0 : 1;
    }

    /** Where the options of all commands are. */
    Main main() {
        return (Main) parent;
    }

    /** Where results that come go. */
    Spool spool() {
        return Spool.none();
    }

    final boolean json() {
        return main().json();
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Tells why something was not done. Safe for any thread. */
    final void complain(String why) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("console: " + why);
        err.flush();
    }

    final void printJson(Object value) {
        out().println(Json.write(value));
        out().flush();
    }
}
