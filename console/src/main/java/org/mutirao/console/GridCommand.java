package org.mutirao.console;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.OperatorRequest.ListTasks;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.text.StatusWords;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.wire.Spool;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command that talks to a master. */
abstract class GridCommand implements Callable<Integer> {
    /** How a person says which tasks or jobs are meant. */
    static final String WHICH =
            "A task's id, some as 5-40, a job as j5, a name, names as 'slow*', 'last' for the newest job, or 'all'.";

    private static final int PAGE = 1000;

    @ParentCommand
    private Object parent;

    @Spec
    private CommandSpec spec;

    private LeaderLine leader;

    @Override
    public final Integer call() throws CommandFailed, InterruptedException {
        main().exposure().ifPresent(what -> spec.commandLine().getErr().println(what));
        leader = line();
        try {
            return run();
        } finally {
            leader.close();
            out().flush();
        }
    }

    /** Of the master that was asked last, in words. */
    final String masterAddress() {
        return leader.address();
    }

    /** A connection of its own to the master. */
    final LeaderLine line() {
        LeaderLine line = new LeaderLine(main(), spool());
        return screen().isTerminal()
                ? line.tellingWhoWaits(sentence -> {
                    spec.commandLine().getErr().println(sentence);
                    spec.commandLine().getErr().flush();
                })
                : line;
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
        throw new CommandFailed(Text.of(
                "the master at %s does not understand that; it seems to be another group's program", leader.address()));
    }

    /** Changes what some words mean, each for itself; returns the exit code. */
    final int changeEach(List<String> words, Function<String, OperatorRequest> request) throws InterruptedException {
        List<Reply> changed = new ArrayList<>();
        int failures = 0;
        for (String word : words) {
            try {
                Reply reply = answerTo(request.apply(word));
                if (reply instanceof Reply.TaskState one) {
                    say(lineOf(one.task()));
                } else {
                    Reply.Changed several = expect(reply, Reply.Changed.class);
                    say(several.text()
                            .map(Table::clean)
                            .orElseGet(() -> Text.count(several.count(), "%d task", "%d tasks")));
                }
                changed.add(reply);
            } catch (CommandFailed e) {
                failures++;
                complain(Table.printable(word) + ": " + e.getMessage());
            }
        }
        if (json()) {
            printJson(changed.stream()
                    .map(reply -> reply instanceof Reply.TaskState one ? one.task() : reply)
                    .toList());
        }
        return failures == 0 ? 0 : 1;
    }

    /** Which task it is, and where it stands. */
    static String lineOf(TaskRow row) {
        return Text.of(
                "task %s  %s  %s",
                row.id(),
                Table.printable(row.name()),
                StatusWords.ofTask(row.status().label()));
    }

    /** For a person. */
    private void say(String line) {
        if (!json()) {
            tell(line);
        }
    }

    /** All tasks that a selector means, those of its jobs too, by id. */
    final List<TaskRow> tasksOf(String selector) throws CommandFailed, InterruptedException {
        return tasks(Optional.empty(), Optional.of(selector));
    }

    /** All tasks in a state that a selector means. */
    final List<TaskRow> tasks(Optional<String> state, Optional<String> selector)
            throws CommandFailed, InterruptedException {
        List<TaskRow> tasks = new ArrayList<>();
        Reply.TaskList page;
        do {
            long after = tasks.isEmpty() ? 0 : tasks.get(tasks.size() - 1).id();
            page = ask(new ListTasks(state, after, PAGE, selector), Reply.TaskList.class);
            tasks.addAll(page.tasks());
        } while (page.more() && !page.tasks().isEmpty());
        return tasks;
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

    /** What the person looks at. */
    final Screen screen() {
        return main().screen();
    }

    /** What the person types to start this program. */
    final String called() {
        return main().called();
    }

    /** Prints a sentence, in lines that fit the terminal. */
    final void tell(String sentence) {
        out().println(screen().fit(sentence));
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Tells why something was not done. Safe for any thread. */
    final void complain(String why) {
        Complaint.print(spec, json(), why);
    }

    final void printJson(Object value) {
        out().println(Json.write(value));
        out().flush();
    }
}
