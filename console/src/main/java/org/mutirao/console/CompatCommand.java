package org.mutirao.console;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.mutirao.console.compat.Finding;
import org.mutirao.console.compat.MasterTrial;
import org.mutirao.console.compat.PeerTrial;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.HostPort;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Exit codes: 0 it speaks one of our dialects, 1 it does not, or nobody is there. */
@Command(
        name = "compat",
        description = {
            "Finds out how another program behaves: plays every message of every dialect against a master, or, with --as-master, "
                    + "plays a master to whatever peer comes.",
            "At a master of another group it takes one task, which may be lost with it, and leaves a result called "
                    + "mutirao-compat.zip; --gentle leaves that out."
        })
final class CompatCommand implements Callable<Integer> {
    /** In columns, for what a master says, beside what was tried; else it stands below. */
    private static final int LEAST_ROOM = 30;

    private static final String INDENT = "    ";

    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "HOST[:PORT]", arity = "0..1", description = "The master to try.")
    private HostPort target;

    @Option(names = "--as-master", description = "Be the master, and try the peers that come.")
    private boolean asMaster;

    @Option(
            names = "--host",
            paramLabel = "ADDR",
            defaultValue = "0.0.0.0",
            description = "With --as-master, the address to listen on (${DEFAULT-VALUE}).")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "50020",
            description = "With --as-master, the TCP port, 0 for a free one (${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "5m",
            description = "With --as-master, how long (${DEFAULT-VALUE}).")
    private Duration length;

    @Option(
            names = "--patience",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "How long to wait for an answer (${DEFAULT-VALUE}).")
    private Duration patience;

    @Option(names = "--gentle", description = "Take no task and leave no result.")
    private boolean gentle;

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        try {
            return asMaster ? tryPeers() : tryMaster();
        } catch (IOException e) {
            throw new CommandFailed(e.getMessage());
        } finally {
            out().flush();
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private int tryMaster() throws IOException, CommandFailed {
        if (target == null) {
            throw new CommandFailed(Text.of("say which master to try, HOST:PORT, or --as-master to try peers"));
        }
        InetSocketAddress address = address();
        List<Finding> findings = Collections.synchronizedList(new ArrayList<>());
        MasterTrial trial = new MasterTrial(
                address,
                main.discovery().numbers(),
                patience,
                gentle,
                System::nanoTime,
                main.json() ? findings::add : this::print);
        boolean speaks;
        try {
            speaks = trial.run();
        } catch (IOException e) {
            throw new CommandFailed(
                    Text.of("nobody answers at %s. Is it running, and does no firewall stand between?", target));
        }
        if (main.json()) {
            out().println(Json.write(findings));
        } else if (trial.tookTask()) {
            out().println(Text.of(
                    "A task was taken and not delivered. A master of ours hands it out again; another may not."));
        }
        return speaks ? 0 : 1;
    }

    private InetSocketAddress address() throws CommandFailed {
        try {
            return target.resolved();
        } catch (IOException e) {
            throw new CommandFailed(Text.of("no machine is called %s here; give its address", target.host()));
        }
    }

    private int tryPeers() throws IOException, InterruptedException {
        Consumer<Finding> report = main.json()
                ? finding -> {
                    out().println(Json.write(finding));
                    out().flush();
                }
                : this::print;
        try (PeerTrial trial =
                new PeerTrial(InetAddress.getByName(host), port, main.discovery(), System::nanoTime, report)) {
            out().println(Text.of(
                    "ready compat tcp=%s discovery=%s; start the peer now, Ctrl-C ends",
                    trial.port(), trial.discoveryPorts()));
            out().flush();
            return new CountDownLatch(1).await(length.toMillis(), TimeUnit.MILLISECONDS) ? 1 : 0;
        }
    }

    /** As it happens, so no column can be as wide as its widest cell. */
    private void print(Finding finding) {
        String line = String.format("%-10s  %-42s  ", finding.about(), finding.trial());
        String words = Table.clean(finding.words());
        Screen screen = main.screen();
        int room = screen.width() - Columns.width(line);
        if (!screen.isTerminal() || Columns.width(words) <= room) {
            out().println(line + words);
        } else if (room >= LEAST_ROOM) {
            String indent = System.lineSeparator() + " ".repeat(Columns.width(line));
            out().println(line + String.join(indent, Columns.lines(words, room)));
        } else {
            out().println(line.stripTrailing());
            Columns.lines(words, screen.width() - INDENT.length()).forEach(each -> out().println(INDENT + each));
        }
        out().flush();
    }
}
