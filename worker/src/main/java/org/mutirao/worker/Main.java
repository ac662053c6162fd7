package org.mutirao.worker;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.mutirao.protocol.commandline.LanguageOption;
import org.mutirao.protocol.commandline.OptionSections;
import org.mutirao.protocol.commandline.ProgramStart;
import org.mutirao.protocol.commandline.ProgramVersion;
import org.mutirao.protocol.commandline.SecretOption;
import org.mutirao.protocol.commandline.WrongUsage;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.log.Logging;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.DaemonThreads;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.Durations;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.worker.link.Search;
import org.mutirao.worker.link.Session;
import org.mutirao.worker.run.Niceness;
import org.mutirao.worker.run.Python;
import org.mutirao.worker.sandbox.SandboxChoice;
import org.mutirao.worker.stay.Hours;
import org.mutirao.worker.stay.Pausing;
import org.mutirao.worker.stay.SlotCount;
import org.mutirao.worker.warm.Warm;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code java -jar worker.jar}. */
@Command(
        name = "worker",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        abbreviateSynopsis = true,
        usageHelpAutoWidth = true,
        description = {
            "Finds a master on the LAN, runs the packages it hands out, and brings back the results.",
            "Ctrl-C finishes what runs and leaves; a second Ctrl-C stops at once.",
            "Every option can also be set by an environment variable, for example MUTIRAO_SLOTS for --slots. "
                    + "@FILE stands for the words in a file."
        })
public final class Main implements Callable<Integer> {
    private static final String NONE = CommandLine.Option.NULL_VALUE;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            defaultValue = "${env:MUTIRAO_WORK:-work}",
            description = "Where to work (${DEFAULT-VALUE}).")
    private Path work;

    @Option(
            names = "--master",
            paramLabel = "HOST[:PORT],…",
            hideParamSyntax = true,
            defaultValue = "${env:MUTIRAO_MASTER:-" + NONE + "}",
            split = ",",
            description = "The master's address, or those of several with commas; without it the LAN is asked.")
    private List<HostPort> masters;

    @Option(
            names = "--discovery-ports",
            paramLabel = "N,N|none",
            defaultValue = "${env:MUTIRAO_DISCOVERY_PORTS:-50005,9999,8888,50001,55001}",
            description = "UDP ports on which to ask for a master (${DEFAULT-VALUE}).")
    private DiscoveryPorts discovery;

    @Mixin
    private SecretOption secret;

    @Option(
            names = "--slots",
            paramLabel = "N|N%|auto",
            defaultValue = "${env:MUTIRAO_SLOTS:-" + NONE + "}",
            description =
                    "How many tasks at a time: a number, a part of the cores as 50%%, or auto, as many as cores (auto).")
    private String slots;

    @Option(
            names = "--python",
            paramLabel = "CMD",
            defaultValue = "${env:MUTIRAO_PYTHON:-" + NONE + "}",
            description = "The interpreter (the first of python3, python and py -3 that starts).")
    private String python;

    @Option(
            names = "--warm",
            paramLabel = "auto|off|N",
            defaultValue = "${env:MUTIRAO_WARM:-auto}",
            description =
                    "Fork scripts from an interpreter that is started once for N of them; auto: 200 on Linux, else"
                            + " off (${DEFAULT-VALUE}).")
    private Warm warm;

    @Option(
            names = "--preload",
            paramLabel = "MODULE,…",
            hideParamSyntax = true,
            defaultValue = "${env:MUTIRAO_PRELOAD:-" + NONE + "}",
            split = ",",
            description = "Modules that warm interpreters import for every script, with commas.")
    private List<String> preload;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "${env:MUTIRAO_TIMEOUT:-1d}",
            description = "How long a script may run if its package does not say (${DEFAULT-VALUE}).")
    private Duration timeout;

    @Option(
            names = "--id",
            paramLabel = "UUID",
            defaultValue = "${env:MUTIRAO_ID:-" + NONE + "}",
            description = "This worker's identity (kept in the work folder).")
    private WorkerId id;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "${env:MUTIRAO_NAME:-" + NONE + "}",
            description = "How people see this worker called (as this machine).")
    private String name;

    @Option(
            names = "--tag",
            paramLabel = "WORD",
            defaultValue = "${env:MUTIRAO_TAG:-" + NONE + "}",
            split = ",",
            description = "A word that packages may ask for, like lab3; several with commas, or the option again.")
    private List<String> tags;

    @Option(
            names = "--heartbeat",
            paramLabel = "TIME",
            defaultValue = "${env:MUTIRAO_HEARTBEAT:-5s}",
            description = "How often to tell the master that we live (${DEFAULT-VALUE}).")
    private Duration heartbeat;

    @Option(
            names = "--max-unpacked",
            paramLabel = "SIZE",
            defaultValue = "${env:MUTIRAO_MAX_UNPACKED:-16GiB}",
            description = "What a package may unpack to (${DEFAULT-VALUE}).")
    private ByteSize maxUnpacked;

    @Option(
            names = "--max-output",
            paramLabel = "SIZE",
            defaultValue = "${env:MUTIRAO_MAX_OUTPUT:-2GiB}",
            description = "What a script may print (${DEFAULT-VALUE}).")
    private ByteSize maxOutput;

    @Mixin
    private EnvironmentOptions environments;

    @Mixin
    private LimitOptions limits;

    @Mixin
    private SandboxOptions sandbox;

    @Mixin
    private StayOptions stay;

    @Option(
            names = "--log-json",
            defaultValue = "${env:MUTIRAO_LOG_JSON:-false}",
            fallbackValue = "true",
            description = "Write log lines as JSON, for programs.")
    private boolean logJson;

    @Option(
            names = "--port-file",
            paramLabel = "FILE",
            defaultValue = "${env:MUTIRAO_PORT_FILE:-" + NONE + "}",
            description = "Write the ports in force there once a master has registered this worker.")
    private Path portFile;

    @SuppressWarnings("UnusedVariable") // picocli fills it
    @Mixin
    private LanguageOption language;

    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        ProgramStart.run("worker", args, () -> {
            FirstUses.begin();
            return commandLine();
        });
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setHelpFactory(help())
                .setParameterExceptionHandler(WrongUsage::explain)
                .registerConverter(Path.class, FileNames::given)
                .registerConverter(Duration.class, Durations::parse)
                .registerConverter(ByteSize.class, ByteSize::parse)
                .registerConverter(HostPort.class, HostPort::parseMaster)
                .registerConverter(Warm.class, Warm::parse)
                .registerConverter(Hours.class, Hours::parse)
                .registerConverter(SandboxChoice.class, SandboxChoice::parse)
                .registerConverter(LimitOptions.Cgroup.class, LimitOptions.Cgroup::parse)
                .registerConverter(Pausing.class, Pausing::parse)
                .registerConverter(StayOptions.OnBattery.class, StayOptions.OnBattery::parse)
                .registerConverter(WorkerId.class, WorkerId::new)
                .registerConverter(DiscoveryPorts.class, DiscoveryPorts::parse);
    }

    /** How the help is laid out. */
    static OptionSections help() {
        return new OptionSections()
                .options("The master", "--master", "--secret", "--discovery-ports", "--heartbeat")
                .options("Scripts", "--slots", "--python", "--timeout", "--pass-env")
                .options(
                        "What scripts may take",
                        "--max-timeout",
                        "--max-cpu-time",
                        "--max-memory",
                        "--max-processes",
                        "--max-open-files",
                        "--max-disk",
                        "--max-files",
                        "--max-output",
                        "--max-unpacked",
                        "--cgroup")
                .options("What scripts see", "--sandbox", "--account", "--allow-network", "--readable")
                .options("Warm interpreters", "--warm", "--preload")
                .options("What packages need", "--allow-index", "--max-environments", "--build-timeout")
                .options("This worker", "--work", "--name", "--tag", "--id")
                .options(
                        "When it works",
                        "--nice",
                        "--hours",
                        "--idle-only",
                        "--on-battery",
                        "--pause",
                        "--lifetime",
                        "--idle-exit",
                        "--max-tasks",
                        "--once")
                .options("For programs", "--log-json", "--port-file")
                .options("Help and language", "--lang", "--help", "--version");
    }

    WorkerConfig config() {
        return new WorkerConfig(
                work,
                new Search(masters == null ? List.of() : masters, discovery, secret.secret()),
                SlotCount.parse(
                        slots == null ? "auto" : slots, Runtime.getRuntime().availableProcessors()),
                new WorkerConfig.Interpreter(
                        Optional.ofNullable(python).map(Python::parseCommand),
                        warm.preloading(preload == null ? List.of() : preload),
                        stay.nice(),
                        limits.passed(),
                        environments.settings(),
                        sandbox.settings(secret.file())),
                limits.limits(timeout, maxUnpacked, maxOutput),
                new WorkerConfig.Called(
                        Optional.ofNullable(id), Optional.ofNullable(name), tags == null ? List.of() : tags),
                heartbeat,
                stay.stay(),
                Optional.ofNullable(portFile));
    }

    @Override
    public Integer call() throws InterruptedException {
        Logging.choose("INFO", logJson);
        try {
            WorkerConfig config = WrongUsage.check(spec, this::config);
            FileNames.limitation().ifPresent(this::complain);
            secret.exposure().ifPresent(this::complain);
            FutureTask<Python> looking = new FutureTask<>(() -> {
                Python found = Python.find(config.interpreter().command());
                return config.interpreter().nice() ? Niceness.of(found) : found;
            });
            DaemonThreads.once("python", looking).start();
            if (stay.asksTheMachine()) {
                stay.check(Worker.senses(await(looking)));
            }
            Worker worker = Worker.start(
                    config,
                    () -> await(looking),
                    InstantSource.system(),
                    System::nanoTime,
                    session -> announce(config, looking, session));
            StopSignals signals = StopSignals.of(worker, this::complain);
            // For a terminal that is closed: scripts have sessions of their own and would go on.
            Runtime.getRuntime().addShutdownHook(DaemonThreads.once("shutdown", worker::close));
            worker.awaitEnd();
            // A second signal ends the worker too, and this thread may notice before the other has halted the process.
            return signals.stopAtOnce() ? StopSignals.STOPPED : 0;
        } catch (IllegalArgumentException | IOException e) {
            say(spec.commandLine().getErr(), "worker: " + e.getMessage());
            return 1;
        }
    }

    private void complain(String what) {
        say(spec.commandLine().getErr(), "worker: " + what);
    }

    private static Python await(FutureTask<Python> looking) throws IOException, InterruptedException {
        try {
            return looking.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException notFound) {
                throw notFound;
            }
            throw new IllegalStateException("looking for Python failed", e);
        }
    }

    private void announce(WorkerConfig config, FutureTask<Python> looking, Session session) {
        Python interpreter;
        try {
            interpreter = await(looking);
        } catch (IOException e) {
            return; // the main thread tells and ends
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        String address = session.endpoint().address().getAddress().getHostAddress() + ":"
                + session.endpoint().address().getPort();
        try {
            if (config.portFile().isPresent()) {
                // A worker listens to nobody.
                DurableFiles.writeForced(
                        config.portFile().get(),
                        "0\nmaster=" + session.endpoint().address().getPort() + "\n");
            }
        } catch (IOException e) {
            say(
                    spec.commandLine().getErr(),
                    "worker: " + Text.of("can't write %s: %s", config.portFile().get(), e));
        }
        say(
                spec.commandLine().getOut(),
                "ready worker master=" + address + " slots=" + config.slots().tasks() + " python="
                        + interpreter.version());
    }

    private static void say(PrintWriter to, String line) {
        to.println(line);
        to.flush();
    }

    static final class Version extends ProgramVersion {
        Version() {
            super("worker", Main.class);
        }
    }
}
