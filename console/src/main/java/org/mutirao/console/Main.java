package org.mutirao.console;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.commandline.CalledAs;
import org.mutirao.protocol.commandline.LanguageOption;
import org.mutirao.protocol.commandline.OptionSections;
import org.mutirao.protocol.commandline.ProgramVersion;
import org.mutirao.protocol.commandline.SecretOption;
import org.mutirao.protocol.commandline.WrongUsage;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.log.Logging;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.terminal.Terminal;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.LastResort;
import org.mutirao.protocol.units.Durations;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.protocol.wire.RoomPass;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code java -jar console.jar}. Exit codes: 0 fine, 1 failed, 2 wrong usage. */
@Command(
        name = "console",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        abbreviateSynopsis = true,
        usageHelpAutoWidth = true,
        scope = ScopeType.INHERIT,
        description = "Tells what a grid is doing, hands in tasks, cancels and retries them.")
public final class Main implements Runnable {
    @Option(
            names = "--master",
            paramLabel = "HOST[:PORT],…",
            hideParamSyntax = true,
            scope = ScopeType.INHERIT,
            defaultValue = "${env:MUTIRAO_MASTER:-" + CommandLine.Option.NULL_VALUE + "}",
            split = ",",
            description = "The master's address, or those of several with commas; without it the LAN is asked.")
    private List<HostPort> masters;

    @Mixin
    private SecretOption secret;

    @Option(
            names = "--discovery-ports",
            paramLabel = "N,N",
            scope = ScopeType.INHERIT,
            defaultValue = "${env:MUTIRAO_DISCOVERY_PORTS:-50005,9999,8888,50001,55001}",
            description = "UDP ports on which to ask for a master (${DEFAULT-VALUE}).")
    private DiscoveryPorts discovery;

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            defaultValue = "${env:MUTIRAO_JSON:-false}",
            description = "Print JSON, for programs.")
    private boolean json;

    @SuppressWarnings("UnusedVariable") // picocli fills it
    @Mixin
    private LanguageOption language;

    @Option(
            names = "--wide",
            scope = ScopeType.INHERIT,
            defaultValue = "${env:MUTIRAO_WIDE:-false}",
            description = "Whole lists, however narrow the terminal is.")
    private boolean wide;

    @Spec
    private CommandSpec spec;

    private final Screen screen;

    /** @param screen what the person looks at */
    Main(Screen screen) {
        this.screen = screen;
    }

    public static void main(String[] args) {
        LanguageOption.choose(args);
        Logging.choose("WARN", false);
        Terminal.open();
        LastResort.install("console", System.err::println);
        System.setProperty("io.netty.jfr.enabled", "false"); // the flight recorder takes a tenth of a short run
        System.exit(execute(
                Screen.own(System::nanoTime),
                CalledAs.name("console"),
                Terminal.out(),
                Terminal.err(),
                Terminal.typed(args)));
    }

    /**
     * Runs what was typed. Mostly one word names the command, and only that command is made ready: to read the options of all takes longer than
     * most commands run. What can't be understood so is understood with all of them.
     */
    static int execute(Screen screen, String called, PrintWriter out, PrintWriter err, String... words) {
        CommandLine.IFactory factory = CommandLine.defaultFactory();
        CommandLine console = Commands.typed(words)
                .map(one -> commandLine(screen, factory, List.of(one))
                        .setParameterExceptionHandler(
                                (fault, again) -> prepare(commandLine(screen, factory), called, out, err)
                                        .execute(again)))
                .orElseGet(() -> commandLine(screen, factory));
        return prepare(console, called, out, err).execute(words);
    }

    private static CommandLine prepare(CommandLine console, String called, PrintWriter out, PrintWriter err) {
        return console.setCommandName(called).setOut(out).setErr(err);
    }

    static CommandLine commandLine() {
        return commandLine(Screen.none(), CommandLine.defaultFactory());
    }

    /** @param commands makes the subcommands */
    static CommandLine commandLine(Screen screen, CommandLine.IFactory commands) {
        return commandLine(screen, commands, Commands.all());
    }

    private static CommandLine commandLine(Screen screen, CommandLine.IFactory factory, List<Class<?>> commands) {
        CommandLine console = new CommandLine(new Main(screen), factory);
        commands.forEach(console::addSubcommand);
        return console.setHelpFactory(help())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Path.class, FileNames::given)
                .registerConverter(Duration.class, Durations::parse)
                .registerConverter(HostPort.class, HostPort::parseMaster)
                .registerConverter(DiscoveryPorts.class, DiscoveryPorts::parse)
                .setExecutionExceptionHandler(Main::complain)
                .setParameterExceptionHandler(Main::explainUsage);
    }

    /** How the help is laid out. */
    static OptionSections help() {
        return new OptionSections()
                .options(
                        "Options of every command",
                        "--master",
                        "--secret",
                        "--discovery-ports",
                        "--json",
                        "--wide",
                        "--lang",
                        "--help",
                        "--version")
                .commands(
                        "Jobs and tasks",
                        "map",
                        "submit",
                        "jobs",
                        "tasks",
                        "show",
                        "watch",
                        "logs",
                        "explain",
                        "results",
                        "cancel",
                        "retry",
                        "forget")
                .commands("Workers", "workers", "worker", "drain", "resume", "aside", "wheels", "pilots")
                .commands("Masters", "events", "masters", "admin")
                .commands("Talking", "chat", "group", "bot")
                .commands("The room's key", "secret", "whoami", "audit")
                .commands("Programs", "client", "compat", "generate-completion");
    }

    /** A person reads a sentence, never a stack trace. */
    static int complain(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        Complaint.print(command.getCommandSpec(), isForPrograms(command), inWords(failure));
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static String inWords(Exception failure) {
        if (failure instanceof CommandFailed) {
            return failure.getMessage();
        }
        if (failure instanceof UncheckedIOException unchecked) {
            return OwnFiles.inWords(unchecked.getCause());
        }
        LoggerFactory.getLogger(Main.class).debug("The whole of it", failure);
        return Text.of(
                "this failed for a reason that it does not know; MUTIRAO_LOG=DEBUG before the command tells more");
    }

    private static int explainUsage(CommandLine.ParameterException fault, String[] words) {
        CommandLine command = fault.getCommandLine();
        if (List.of(words).contains("--json") || isForPrograms(command)) {
            Complaint.print(command.getCommandSpec(), true, WrongUsage.inWords(fault));
            return command.getCommandSpec().exitCodeOnInvalidInput();
        }
        Complaint.printUsage(command.getCommandSpec(), WrongUsage.line(fault));
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static boolean isForPrograms(CommandLine command) {
        return ((Main) command.getCommandSpec().root().userObject()).json;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), Text.of("say what to do, for example map, jobs, tasks or watch"));
    }

    /** Those given; empty to ask the LAN. */
    List<HostPort> masters() {
        return masters == null ? List.of() : masters;
    }

    /** What the person types to start this program. */
    String called() {
        return spec.root().name();
    }

    DiscoveryPorts discovery() {
        return discovery;
    }

    /** Of a room with a key. */
    Optional<RoomSecret> secret() {
        return secret.secret();
    }

    /** Where the secret of a room with a key lies. */
    Optional<Path> secretFile() {
        return secret.file();
    }

    /** Into a room with a key; empty without a secret. */
    Optional<RoomPass> pass() {
        return RoomPass.of(secret.secret());
    }

    /** What a person is to be told when other users of this machine may read the secret. */
    Optional<String> exposure() {
        return secret.exposure();
    }

    boolean json() {
        return json;
    }

    /** What the person looks at. */
    Screen screen() {
        return wide ? screen.whole() : screen;
    }

    static final class Version extends ProgramVersion {
        Version() {
            super("console", Main.class);
        }
    }
}
