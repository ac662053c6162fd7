package org.mutirao.console;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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

    /** Asks the master; what it refuses is a failure of the command. */
    final <R extends Reply> R ask(OperatorRequest request, Class<R> expected)
            throws CommandFailed, InterruptedException {
        if (master == null) {
            master = find();
        }
        Reply reply;
        try {
            reply = client.ask(master, request, PATIENCE);
        } catch (IOException e) {
            throw new CommandFailed("the master at " + text(master.address()) + " does not answer: " + e.getMessage()
                    + ". Is it running?");
        }
        if (expected.isInstance(reply)) {
            return expected.cast(reply);
        }
        if (reply instanceof Reply.Failure failure) {
            throw new CommandFailed(failure.message());
        }
        throw new CommandFailed("the master at " + text(master.address()) + " does not understand that; "
                + "it seems to be another group's program");
    }

    private Endpoint find() throws CommandFailed {
        HostPort given = main().master();
        try {
            if (given != null) {
                InetAddress address = InetAddress.getByName(given.host());
                return new Endpoint(new InetSocketAddress(address, given.port()), new OwnDialect(), true);
            }
            List<InetSocketAddress> found = new MasterFinder(main().discovery(), WorkerId.random(), System::nanoTime)
                    .find(LISTEN)
                    .map(MasterFinder.Found::addresses)
                    .orElseThrow(() -> new CommandFailed(
                            "no master answers on this network. Start one, or give --master HOST:PORT."));
            return new Endpoint(found.get(0), new OwnDialect(), true);
        } catch (IOException e) {
            throw new CommandFailed("can't reach " + (given == null ? "the network" : given) + ": " + e.getMessage());
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
