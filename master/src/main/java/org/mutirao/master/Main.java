package org.mutirao.master;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.mutirao.group.log.DamagedLog;
import org.mutirao.group.member.Election;
import org.mutirao.group.member.GroupSettings;
import org.mutirao.group.member.GroupSettings.PeerAddress;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.log.Logging;
import org.mutirao.protocol.terminal.Terminal;
import org.mutirao.protocol.threads.DaemonThreads;
import org.mutirao.protocol.threads.Faults;
import org.mutirao.protocol.threads.LastResort;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.Durations;
import org.mutirao.protocol.units.HostPort;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code java -jar master.jar}. */
@Command(
        name = "master",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        usageHelpWidth = 100,
        description = {
            "Hands out the packages dropped into tasks/ to workers, and collects their results in results/.",
            "Every option can also be set by an environment variable, for example MUTIRAO_PORT for --port."
        })
public final class Main implements Callable<Integer> {
    @Option(
            names = "--tasks",
            paramLabel = "DIR",
            defaultValue = "${env:MUTIRAO_TASKS:-tasks}",
            description = "Where packages are dropped (${DEFAULT-VALUE}).")
    private Path tasks;

    @Option(
            names = "--results",
            paramLabel = "DIR",
            defaultValue = "${env:MUTIRAO_RESULTS:-results}",
            description = "Where results appear (${DEFAULT-VALUE}).")
    private Path results;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "${env:MUTIRAO_DATA:-data}",
            description = "What the master must not forget (${DEFAULT-VALUE}).")
    private Path data;

    @Option(
            names = "--host",
            paramLabel = "ADDR",
            defaultValue = "${env:MUTIRAO_HOST:-0.0.0.0}",
            description = "Address to listen on; 0.0.0.0 is every network of this machine (${DEFAULT-VALUE}).")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_PORT:-50020}",
            description = "TCP port, 0 for a free one (${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--discovery-ports",
            paramLabel = "N,N|none",
            defaultValue = "${env:MUTIRAO_DISCOVERY_PORTS:-50005,9999,8888,50001,55001}",
            description = "UDP ports on which workers may ask for us (${DEFAULT-VALUE}).")
    private DiscoveryPorts discovery;

    @Option(
            names = "--lease",
            paramLabel = "TIME",
            defaultValue = "${env:MUTIRAO_LEASE:-60s}",
            description = "How long a silent worker keeps its tasks (${DEFAULT-VALUE}).")
    private Duration lease;

    @Option(
            names = "--worker-timeout",
            paramLabel = "TIME",
            defaultValue = "${env:MUTIRAO_WORKER_TIMEOUT:-90s}",
            description = "The same for workers of other groups, which are slower to speak (${DEFAULT-VALUE}).")
    private Duration workerTimeout;

    @Option(
            names = "--stranger-lease",
            paramLabel = "TIME",
            defaultValue = "${env:MUTIRAO_STRANGER_LEASE:-30m}",
            description =
                    "How long a worker of another group may hold one task, since it may have lost it without knowing "
                            + "(${DEFAULT-VALUE}).")
    private Duration strangerLease;

    @Option(
            names = "--max-attempts",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_MAX_ATTEMPTS:-5}",
            description = "How often a task may be lost before it is given up (${DEFAULT-VALUE}).")
    private int maxAttempts;

    @Option(
            names = "--max-package",
            paramLabel = "SIZE",
            defaultValue = "${env:MUTIRAO_MAX_PACKAGE:-8GiB}",
            description = "Largest package (${DEFAULT-VALUE}).")
    private ByteSize maxPackage;

    @Option(
            names = "--max-result",
            paramLabel = "SIZE",
            defaultValue = "${env:MUTIRAO_MAX_RESULT:-8GiB}",
            description = "Largest result (${DEFAULT-VALUE}).")
    private ByteSize maxResult;

    @Option(
            names = "--max-unpacked",
            paramLabel = "SIZE",
            defaultValue = "${env:MUTIRAO_MAX_UNPACKED:-16GiB}",
            description = "What a package may unpack to (${DEFAULT-VALUE}).")
    private ByteSize maxUnpacked;

    @Option(
            names = "--max-connections-per-address",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_MAX_CONNECTIONS_PER_ADDRESS:-2000}",
            description = "TCP connections that one other machine may have here at a time (${DEFAULT-VALUE}).")
    private int connectionsPerAddress;

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT|off",
            defaultValue = "${env:MUTIRAO_HTTP:-127.0.0.1:50080}",
            description = "Where to serve the dashboard; port 0 for a free one (${DEFAULT-VALUE}).")
    private String http;

    @Option(
            names = "--token",
            paramLabel = "TEXT",
            defaultValue = "${env:MUTIRAO_TOKEN:-" + CommandLine.Option.NULL_VALUE + "}",
            description =
                    "What a browser must know. Made up, kept in the data folder and printed if others than this machine can "
                            + "reach the dashboard.")
    private String token;

    @Option(
            names = "--masters",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_MASTERS:-" + CommandLine.Option.NULL_VALUE + "}",
            description =
                    "How many masters form the group: 1, 3 or 5. Three survive the loss of one (1, or as many as --peers names).")
    private Integer masters;

    @Option(
            names = "--peers",
            paramLabel = "ID@HOST:PORT",
            split = ",",
            defaultValue = "${env:MUTIRAO_PEERS:-" + CommandLine.Option.NULL_VALUE + "}",
            description = "All masters of the group, this one too; without it they are looked for by multicast.")
    private List<PeerAddress> peers;

    @Option(
            names = "--id",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_ID:-" + CommandLine.Option.NULL_VALUE + "}",
            description = "What to call this master; without it a free number is agreed on.")
    private Integer id;

    @Option(
            names = "--priority",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_PRIORITY:-" + CommandLine.Option.NULL_VALUE + "}",
            description = "Of the living masters the one with the highest leads (the id).")
    private Integer priority;

    @Option(
            names = "--election",
            paramLabel = "RULE",
            defaultValue = "${env:MUTIRAO_ELECTION:-highest-priority}",
            description =
                    "Who leads: highest-priority, highest-rank (who joined last) or lowest-id (${DEFAULT-VALUE}).")
    private Election election;

    @Option(
            names = "--group",
            paramLabel = "NAME",
            defaultValue = "${env:MUTIRAO_GROUP:-default}",
            description = "Keeps groups of one network apart (${DEFAULT-VALUE}).")
    private String groupName;

    @Option(
            names = "--raft-port",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_RAFT_PORT:-0}",
            description = "TCP port between the masters; 0 for --port + 1000 (${DEFAULT-VALUE}).")
    private int enginePort;

    @Option(
            names = "--multicast",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:MUTIRAO_MULTICAST:-224.1.1.1:5001}",
            description = "Where masters look for each other (${DEFAULT-VALUE}).")
    private HostPort multicast;

    @Option(
            names = "--survivor",
            defaultValue = "${env:MUTIRAO_SURVIVOR:-false}",
            description =
                    "Once, when most masters are gone for good: go on with what this one has. The others must never come back with "
                            + "their data.")
    private boolean survivor;

    @Option(
            names = "--accept-loss",
            defaultValue = "${env:MUTIRAO_ACCEPT_LOSS:-false}",
            description =
                    "Once, for a master that is alone, when a start was refused because the log is damaged or incomplete: begin anew. "
                            + "Nothing is deleted; the old log and all stored packages and results are then in lost+found in the "
                            + "data folder. A log that is whole is left as it is.")
    private boolean acceptLoss;

    @Option(
            names = "--results-on",
            paramLabel = "all|leader",
            defaultValue = "${env:MUTIRAO_RESULTS_ON:-all}",
            description =
                    "Whether every master fills its results folder or only the one that leads (${DEFAULT-VALUE}).")
    private ResultsOn resultsOn;

    @CommandLine.Mixin
    private MainWires wires;

    enum ResultsOn {
        ALL,
        LEADER
    }

    @Option(
            names = "--log-json",
            defaultValue = "${env:MUTIRAO_LOG_JSON:-false}",
            description = "Write log lines as JSON, for programs.")
    private boolean logJson;

    @Option(
            names = "--port-file",
            paramLabel = "FILE",
            defaultValue = "${env:MUTIRAO_PORT_FILE:-" + CommandLine.Option.NULL_VALUE + "}",
            description = "Write the ports in force there once the master serves.")
    private Path portFile;

    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        Terminal.open();
        LastResort.install("master", System.err::println);
        System.exit(commandLine().setOut(Terminal.out()).setErr(Terminal.err()).execute(Terminal.typed(args)));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Path.class, FileNames::given)
                .registerConverter(Duration.class, Durations::parse)
                .registerConverter(ByteSize.class, ByteSize::parse)
                .registerConverter(DiscoveryPorts.class, DiscoveryPorts::parse)
                .registerConverter(HostPort.class, HostPort::parse)
                .registerConverter(PeerAddress.class, PeerAddress::parse)
                .registerConverter(Election.class, Election::parse);
    }

    MasterConfig config() {
        return new MasterConfig(
                tasks,
                isLeaderOnly() ? Path.of("results") : results,
                data,
                host,
                port(),
                discovery,
                lease,
                workerTimeout,
                strangerLease,
                maxAttempts,
                maxPackage,
                maxResult,
                maxUnpacked,
                connectionsPerAddress,
                http.equals("off") ? Optional.empty() : Optional.of(HostPort.parseListening(http)),
                Optional.ofNullable(token),
                Optional.ofNullable(portFile),
                group(),
                isLeaderOnly() || resultsOn == ResultsOn.LEADER,
                wires.wires(id));
    }

    /** As a person may say it in short: {@code --results leader} keeps the usual folder. */
    private boolean isLeaderOnly() {
        return results.equals(Path.of("leader"));
    }

    private List<PeerAddress> peers() {
        return peers == null ? List.of() : peers;
    }

    private GroupSettings group() {
        return new GroupSettings(
                groupName,
                masters == null ? Math.max(1, peers().size()) : masters,
                id == null ? OptionalInt.empty() : OptionalInt.of(id),
                priority == null ? OptionalInt.empty() : OptionalInt.of(priority),
                election,
                peers(),
                enginePort,
                multicast,
                survivor);
    }

    /** The port that the others were told to find us at. */
    private int port() {
        return peers().stream()
                .filter(peer -> id != null && peer.id() == id)
                .map(peer -> peer.address().port())
                .findFirst()
                .orElse(port);
    }

    /** The logger is asked for only here: its form is known by now. */
    private static void leave(Master master) {
        LoggerFactory.getLogger(Main.class)
                .info(
                        "Leaving. What was handed in is kept, and packages that are still being read are read again at the next start");
        master.close();
    }

    @Override
    public Integer call() throws InterruptedException {
        Logging.choose("INFO", logJson);
        CountDownLatch ended = new CountDownLatch(1);
        try {
            MasterConfig config = config();
            FileNames.limitation().ifPresent(this::complain);
            checkData(config.data());
            Master master = start(config);
            Runtime.getRuntime().addShutdownHook(DaemonThreads.once("shutdown", () -> leave(master)));
            announce(config, master);
        } catch (IllegalArgumentException e) {
            complain(e.getMessage());
            return 1;
        } catch (IOException e) {
            complain(OwnFiles.inWords(e));
            return 1;
        } catch (UncheckedIOException e) {
            complain(OwnFiles.inWords(e.getCause()));
            return 1;
        } catch (RuntimeException e) {
            new Faults("master").report("the start", e);
            complain(
                    "it can't start, for a reason that it does not know. Nothing was deleted. The line above tells more.");
            return 1;
        }
        ended.await(); // until a signal ends the process
        return 0;
    }

    /** The log's engine knows files by the older way only. */
    private static void checkData(Path data) throws IOException {
        Path absolute = data.toAbsolutePath();
        if (!FileNames.canBePassedOn(absolute.toString())) {
            throw new IOException("the data folder " + FileNames.textOf(absolute)
                    + " has accents in its path, and its log can't be opened while LANG is not set."
                    + " Put LC_ALL=C.UTF-8 before the command, or choose another --data");
        }
    }

    private Master start(MasterConfig config) throws IOException {
        if (acceptLoss && !config.group().isAlone()) {
            throw new IOException(
                    "--accept-loss is only for a master that is alone, since the others have what this one lost. "
                            + DamagedLog.choicesOfSeveral());
        }
        try {
            return Master.start(
                    config, InstantSource.system(), System::nanoTime, new LoggingListener(), this::fail, this::tell);
        } catch (DamagedLog e) {
            if (!acceptLoss || !e.canBeginAnew()) {
                throw e;
            }
            complain(e.getMessage());
            tell("The log begins anew, since --accept-loss says so. What was there is in "
                    + AcceptedLoss.begin(config.data(), InstantSource.system())
                    + " now; to hand a package in again, copy it from there into " + config.tasks());
            return Master.start(
                    config, InstantSource.system(), System::nanoTime, new LoggingListener(), this::fail, this::tell);
        }
    }

    /** Says that it serves, which it does by now; what lies in tasks/ keeps the processors busy, so it comes after that. */
    void announce(MasterConfig config, Master master) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        out.println("ready master tcp=" + master.port() + " discovery=" + master.discoveryPorts() + " tasks="
                + FileNames.textOf(config.tasks()) + " results=" + FileNames.textOf(config.results()));
        out.flush();
        master.takeIn();
        master.openHttp();
        master.dashboard().ifPresent(url -> out.println("dashboard " + url));
        out.flush();
        if (config.portFile().isPresent()) {
            DurableFiles.writeForced(
                    config.portFile().get(),
                    master.port() + "\ntcp=" + master.port() + "\ndiscovery=" + master.discoveryPorts() + "\nhttp="
                            + master.httpPort() + "\n");
        }
    }

    /** Nothing more can become durable: end at once, so that nobody is told that something is safe. */
    private void fail(String reason) {
        complain(reason + ". Nothing that was accepted is lost; mend this and start the master again.");
        Runtime.getRuntime().halt(3);
    }

    private void tell(String what) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("master: " + what);
        out.flush();
    }

    private void complain(String message) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("master: " + message);
        err.flush();
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"mutirao master " + (version == null ? "(development)" : version)};
        }
    }
}
