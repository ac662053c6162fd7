package org.mutirao.master;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.mutirao.group.log.DamagedLog;
import org.mutirao.group.member.Election;
import org.mutirao.group.member.GroupSettings.PeerAddress;
import org.mutirao.master.MasterConfig.ResultsOn;
import org.mutirao.master.face.Face;
import org.mutirao.master.face.http.HttpFace;
import org.mutirao.master.face.journal.JournalFace;
import org.mutirao.master.folders.AcceptedLoss;
import org.mutirao.master.watch.AsideListener;
import org.mutirao.master.watch.LoggingListener;
import org.mutirao.protocol.commandline.LanguageOption;
import org.mutirao.protocol.commandline.OptionSections;
import org.mutirao.protocol.commandline.ProgramStart;
import org.mutirao.protocol.commandline.ProgramVersion;
import org.mutirao.protocol.commandline.WrongUsage;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.log.Logging;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.DaemonThreads;
import org.mutirao.protocol.threads.Faults;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.Durations;
import org.mutirao.protocol.units.HostPort;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code java -jar master.jar}. */
@Command(
        name = "master",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        abbreviateSynopsis = true,
        usageHelpAutoWidth = true,
        description = {
            "Hands out the packages dropped into tasks/ to workers, and collects their results in results/.",
            "Every option can also be set by an environment variable, for example MUTIRAO_PORT for --port. "
                    + "@FILE stands for the words in a file."
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
            paramLabel = "DIR|leader",
            defaultValue = "${env:MUTIRAO_RESULTS:-results}",
            description = "Where results appear (${DEFAULT-VALUE}); 'leader' is short for --results-on leader.")
    private ResultsOption results;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "${env:MUTIRAO_DATA:-data}",
            description = "What the master must not forget (${DEFAULT-VALUE}).")
    private Path data;

    @Option(
            names = "--wheels",
            paramLabel = "DIR",
            defaultValue = "${env:MUTIRAO_WHEELS:-wheels}",
            description = "From where workers install what packages ask for (${DEFAULT-VALUE}).")
    private Path wheels;

    @CommandLine.Mixin
    private ListeningOptions listening;

    @CommandLine.Mixin
    private LimitOptions limits;

    @CommandLine.Mixin
    private GroupOptions group;

    @Option(
            names = "--accept-loss",
            defaultValue = "${env:MUTIRAO_ACCEPT_LOSS:-false}",
            fallbackValue = "true",
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
    private WireOptions wires;

    @CommandLine.Mixin
    private RoomOptions room;

    @Option(
            names = "--journal",
            paramLabel = "FILE",
            defaultValue = "${env:MUTIRAO_JOURNAL:-" + CommandLine.Option.NULL_VALUE + "}",
            description = "Append each ended task to this file, as a line of JSON.")
    private Path journal;

    @Option(
            names = "--log-json",
            defaultValue = "${env:MUTIRAO_LOG_JSON:-false}",
            fallbackValue = "true",
            description = "Write log lines as JSON, for programs.")
    private boolean logJson;

    @SuppressWarnings("UnusedVariable") // picocli fills it
    @Mixin
    private LanguageOption language;

    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        ProgramStart.run("master", args, Main::commandLine);
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setHelpFactory(help())
                .setParameterExceptionHandler(WrongUsage::explain)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Path.class, FileNames::given)
                .registerConverter(ResultsOption.class, ResultsOption::parse)
                .registerConverter(Duration.class, Durations::parse)
                .registerConverter(ByteSize.class, ByteSize::parse)
                .registerConverter(DiscoveryPorts.class, DiscoveryPorts::parse)
                .registerConverter(HostPort.class, HostPort::parse)
                .registerConverter(PeerAddress.class, PeerAddress::parse)
                .registerConverter(Election.class, Election::parse);
    }

    /** How the help is laid out. */
    static OptionSections help() {
        return new OptionSections()
                .options("Folders", "--tasks", "--results", "--data", "--wheels", "--journal")
                .options("Ports", "--host", "--port", "--discovery-ports", "--max-connections-per-address")
                .options(
                        "The room's key",
                        "--secret",
                        "--old-secret",
                        "--open-to",
                        "--max-tasks-per-submitter",
                        "--max-jobs-per-submitter")
                .options("Dashboard", "--http", "--token", "--qr", "--open")
                .options("Workers and tasks", "--lease", "--worker-timeout", "--stranger-lease", "--max-attempts")
                .options("Sizes", "--max-package", "--max-result", "--max-unpacked")
                .options(
                        "Several masters",
                        "--masters",
                        "--peers",
                        "--id",
                        "--priority",
                        "--election",
                        "--group",
                        "--raft-port",
                        "--multicast",
                        "--results-on",
                        "--force-new-group")
                .options(
                        "Other groups' programs",
                        "--chat-port",
                        "--zmq",
                        "--zmq-foreign-servers",
                        "--ring-port",
                        "--ring-id",
                        "--ring-peers")
                .options("After a damage", "--accept-loss")
                .options("For programs", "--log-json", "--port-file")
                .options("Help and language", "--lang", "--help", "--version");
    }

    MasterConfig config() {
        return new MasterConfig(
                new MasterConfig.Folders(tasks, results.folder(), data, wheels),
                listening.listening(group.ownPort()),
                limits.leases(),
                limits.sizes(),
                results.isLeaderOnly() ? ResultsOn.LEADER : resultsOn,
                group.group(),
                room.room());
    }

    /** The faces beside the grid's own wire, each for one kind of program. */
    List<Face> faces() {
        Optional<Face> zmq = wires.zmq(listening.host());
        Optional<Face> ring = wires.ring(listening.host(), group.id());
        room.room().ifPresent(known -> wires.checkWithKey(known.openTo()));
        return Stream.of(wires.chat(), zmq, ring, Optional.ofNullable(journal).<Face>map(JournalFace::new))
                .flatMap(Optional::stream)
                .toList();
    }

    /** The face for browsers, if it is wanted. */
    Optional<HttpFace> dashboard() {
        return listening.http().map(HttpFace::new);
    }

    /** The logger is asked for only here: its form is known by now. */
    private static void leave(Core core, Faces faces) {
        Logger log = LoggerFactory.getLogger(Main.class);
        log.info(
                "Leaving. What was handed in is kept, and packages that are still being read are read again at the next start");
        faces.close();
        core.close();
    }

    @Override
    public Integer call() throws InterruptedException {
        Logging.choose("INFO", logJson);
        CountDownLatch ended = new CountDownLatch(1);
        try {
            MasterConfig config = WrongUsage.check(spec, this::config);
            List<Face> others = WrongUsage.check(spec, this::faces);
            Optional<HttpFace> dashboard = WrongUsage.check(spec, this::dashboard);
            FileNames.limitation().ifPresent(this::complain);
            room.exposure().ifPresent(this::complain);
            checkData(config.folders().data());
            Core core = start(config);
            Faces faces = new Faces();
            Runtime.getRuntime().addShutdownHook(DaemonThreads.once("shutdown", () -> leave(core, faces)));
            faces.start(others, core.grid());
            announce(config, core);
            warnOfNoKey(config);
            // A web server takes as long to load as all the rest, and workers need not wait for it.
            dashboard.ifPresent(face -> faces.start(List.of(face), core.grid()));
            dashboard
                    .map(HttpFace::greeting)
                    .orElse(List.of())
                    .forEach(spec.commandLine().getOut()::println);
            spec.commandLine().getOut().flush();
            writePorts(config, core, dashboard.map(HttpFace::port).orElse(0));
        } catch (CommandLine.ParameterException e) {
            throw e; // told in one line, with where the help is
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
            new Faults("master").report(Text.of("the start"), e);
            complain(
                    Text.of(
                            "it can't start, for a reason that it does not know. Nothing was deleted. The line above tells more."));
            return 1;
        }
        ended.await(); // until a signal ends the process
        return 0;
    }

    /** The log's engine knows files by the older way only. */
    private static void checkData(Path data) throws IOException {
        Path absolute = data.toAbsolutePath();
        if (!FileNames.canBePassedOn(absolute.toString())) {
            throw new IOException(Text.of(
                    "the data folder %s has accents in its path, and its log can't be opened while LANG is not set."
                            + " Put LC_ALL=C.UTF-8 before the command, or choose another --data",
                    FileNames.textOf(absolute)));
        }
    }

    private Core start(MasterConfig config) throws IOException {
        if (acceptLoss && !config.group().isAlone()) {
            throw new IOException(Text.of(
                    "--accept-loss is only for a master that is alone, since the others have what this one lost. %s",
                    DamagedLog.choicesOfSeveral()));
        }
        try {
            return Core.start(config, world());
        } catch (DamagedLog e) {
            if (!acceptLoss || !e.canBeginAnew()) {
                throw e;
            }
            complain(e.getMessage());
            tell(Text.of(
                    "The log begins anew, since --accept-loss says so. What was there is in %s now; to hand a package in"
                            + " again, copy it from there into %s",
                    AcceptedLoss.begin(config.folders().data(), InstantSource.system()),
                    config.folders().tasks()));
            return Core.start(config, world());
        }
    }

    /** Says that it serves, which it does by now; what lies in tasks/ keeps the processors busy, so it comes after that. */
    void announce(MasterConfig config, Core core) {
        PrintWriter out = spec.commandLine().getOut();
        // Programs read it, so it is the same in each language.
        String ready = "ready master tcp=" + core.port() + " discovery=" + core.discoveryPorts() + " tasks="
                + FileNames.textOf(config.folders().tasks()) + " results="
                + FileNames.textOf(config.folders().results());
        out.println(ready);
        out.flush();
        core.takeIn();
    }

    /** Said at each start, since a network that was trusted yesterday may have students today. */
    private static void warnOfNoKey(MasterConfig config) throws IOException {
        if (isOpenToTheNetwork(config)) {
            Logger log = LoggerFactory.getLogger(Main.class);
            log.warn("This room has no key: everybody in this network may hand in work, take it and read results."
                    + " 'mutirao secret new' and --secret close it");
        }
    }

    /** Whether programs of other machines get in, and nobody is asked for a key. */
    static boolean isOpenToTheNetwork(MasterConfig config) throws IOException {
        return config.room().isEmpty()
                && !InetAddress.getByName(config.listening().host()).isLoopbackAddress();
    }

    private static void writePorts(MasterConfig config, Core core, int httpPort) throws IOException {
        if (config.listening().portFile().isPresent()) {
            DurableFiles.writeForced(
                    config.listening().portFile().get(),
                    core.port() + "\ntcp=" + core.port() + "\ndiscovery=" + core.discoveryPorts() + "\nhttp=" + httpPort
                            + "\n");
        }
    }

    private Core.World world() {
        return new Core.World(
                InstantSource.system(),
                System::nanoTime,
                new AsideListener(new LoggingListener()),
                this::fail,
                this::tell);
    }

    /** Nothing more can become durable: end at once, so that nobody is told that something is safe. */
    private void fail(String reason) {
        complain(Text.of("%s. Nothing that was accepted is lost; mend this and start the master again.", reason));
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

    static final class Version extends ProgramVersion {
        Version() {
            super("master", Main.class);
        }
    }
}
