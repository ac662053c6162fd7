package org.mutirao.console;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.mutirao.protocol.dialect.OwnDialect;
import org.mutirao.protocol.discovery.MasterFinder;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.protocol.wire.WireClient;
import org.mutirao.protocol.wire.WireClient.Endpoint;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command that talks to a master. */
abstract class GridCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MOST_ROUNDS = 30;
    private static final long PAUSE_MILLIS = 300;
    private static final Duration LISTEN = Duration.ofSeconds(3);

    @ParentCommand
    private Object parent;

    @Spec
    private CommandSpec spec;

    private WireClient client;
    private Endpoint master;

    @Override
    public final Integer call() throws CommandFailed, InterruptedException {
        client = new WireClient(1, spool());
        try {
            return run();
        } finally {
            client.close();
            out().flush();
        }
    }

    /** Returns the exit code. */
    abstract int run() throws CommandFailed, InterruptedException;

    /**
     * Asks the master, or the one that leads if it says that this is another; what is refused is a failure of the command. While
     * nobody leads, it waits a while.
     */
    final <R extends Reply> R ask(OperatorRequest request, Class<R> expected)
            throws CommandFailed, InterruptedException {
        Reply reply = askLeader(request);
        if (expected.isInstance(reply)) {
            return expected.cast(reply);
        }
        if (reply instanceof Reply.Failure failure) {
            throw new CommandFailed(failure.message());
        }
        throw new CommandFailed("the master at " + text(master.address()) + " does not understand that; "
                + "it seems to be another group's program");
    }

    private synchronized Reply askLeader(OperatorRequest request) throws CommandFailed, InterruptedException {
        String failure = "";
        for (int round = 0; round < MOST_ROUNDS; round++) {
            if (master == null) {
                master = find(round);
            }
            try {
                Reply reply = client.ask(master, request, PATIENCE);
                if (!(reply instanceof Reply.NotLeader elsewhere)) {
                    return reply;
                }
                failure = "the master at " + text(master.address()) + " says: " + elsewhere.message();
                if (elsewhere.leader().isPresent()) {
                    master = endpoint(elsewhere.leader().get());
                    continue;
                }
            } catch (IOException e) {
                failure = "the master at " + text(master.address()) + " does not answer: " + e.getMessage()
                        + ". Is it running?";
                if (main().masters().size() == 1 && round == 0) {
                    break;
                }
            }
            master = null;
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        throw new CommandFailed(failure);
    }

    private Endpoint find(int round) throws CommandFailed {
        List<HostPort> given = main().masters();
        try {
            if (!given.isEmpty()) {
                return endpoint(given.get(round % given.size()));
            }
            List<InetSocketAddress> found = new MasterFinder(main().discovery(), WorkerId.random(), System::nanoTime)
                    .find(LISTEN)
                    .map(MasterFinder.Found::addresses)
                    .orElseThrow(() -> new CommandFailed(
                            "no master answers on this network. Start one, or give --master HOST:PORT."));
            return new Endpoint(found.get(0), new OwnDialect(), true);
        } catch (IOException e) {
            throw new CommandFailed("can't reach " + (given.isEmpty() ? "the network" : given) + ": " + e.getMessage());
        }
    }

    private static Endpoint endpoint(HostPort place) throws CommandFailed {
        try {
            return new Endpoint(place.resolved(), new OwnDialect(), true);
        } catch (IOException e) {
            throw new CommandFailed("can't reach " + place + ": " + e.getMessage());
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
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
                System.err.println("console: " + Table.printable(task) + ": " + e.getMessage());
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

    final void printJson(Object value) {
        out().println(Json.write(value));
        out().flush();
    }
}
