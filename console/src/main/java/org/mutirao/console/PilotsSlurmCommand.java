package org.mutirao.console;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.message.OperatorRequest.GetStatus;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.HostPort;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Workers as an array of Slurm jobs. */
@Command(
        name = "slurm",
        description = {
            "Prints a script that starts workers as an array of Slurm jobs, or hands it in with --submit.",
            "The nodes must reach the master's address, and find the worker and the file of --secret under the same names as this machine."
        })
final class PilotsSlurmCommand extends GridCommand {
    private static final int MAX_WORKERS = 100_000;

    @ParentCommand
    private PilotsCommand pilots;

    @Option(names = "--want", paramLabel = "N", required = true, description = "How many workers.")
    private int want;

    @Option(
            names = "--lifetime",
            paramLabel = "TIME",
            defaultValue = "2h",
            description = "After that a worker takes no more tasks (${DEFAULT-VALUE}).")
    private Duration lifetime;

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            defaultValue = "30m",
            description =
                    "How long it then has to finish what runs; more than the longest task takes (${DEFAULT-VALUE}).")
    private Duration grace;

    @Option(
            names = "--idle-exit",
            paramLabel = "TIME",
            defaultValue = "10m",
            description = "A worker leaves when there was nothing to do for so long (${DEFAULT-VALUE}).")
    private Duration idleExit;

    @Option(
            names = "--cpus",
            paramLabel = "N",
            defaultValue = "1",
            description = "Cores of each worker, and how many tasks it runs at a time (${DEFAULT-VALUE}).")
    private int cpus;

    @Option(
            names = "--sbatch",
            paramLabel = "OPTION",
            description = "One more option of sbatch, such as --sbatch=--partition=long; may be given several times.")
    private List<String> more;

    @Option(
            names = "--program",
            paramLabel = "FILE",
            description = "Where the nodes find mutirao-worker (beside this program).")
    private String program;

    @Option(names = "--submit", description = "Hand it in with sbatch.")
    private boolean submit;

    @Override
    Main main() {
        return pilots.main();
    }

    @Override
    int run() throws CommandFailed, InterruptedException {
        SlurmScript script = new SlurmScript(
                new SlurmScript.Size(atLeastOne(want, "--want", MAX_WORKERS), atLeastOne(cpus, "--cpus", MAX_WORKERS)),
                new SlurmScript.Times(
                        lasting(lifetime, "--lifetime"), lasting(grace, "--grace"), lasting(idleExit, "--idle-exit")),
                program == null ? WorkerProgram.besideThisOne() : program,
                masters(),
                main().secretFile()
                        .map(file -> FileNames.textOf(file.toAbsolutePath().normalize())),
                more == null ? List.of() : more);
        String text = script.text();
        Optional<String> job = submit ? Optional.of(Sbatch.submit(text)) : Optional.empty();
        if (json()) {
            Map<String, String> told = new LinkedHashMap<>();
            job.ifPresent(number -> told.put("job", number));
            told.put("script", text);
            printJson(told);
        } else if (job.isPresent()) {
            tell(Text.count(
                    want,
                    "Slurm has the job %2$s of %1$d worker; 'squeue -j %2$s' shows it, and 'scancel %2$s' ends it",
                    "Slurm has the job %2$s of %1$d workers; 'squeue -j %2$s' shows them, and 'scancel %2$s' ends them",
                    job.get()));
        } else {
            out().print(text);
        }
        return 0;
    }

    private static int atLeastOne(int number, String option, int most) throws CommandFailed {
        if (number < 1 || number > most) {
            throw new CommandFailed(Text.of("%s: expected 1 to %d", option, most));
        }
        return number;
    }

    private static Duration lasting(Duration time, String option) throws CommandFailed {
        if (time.isZero() || time.isNegative()) {
            throw new CommandFailed(Text.of("%s: expected more than 0", option));
        }
        return time;
    }

    /** As the nodes are to be told. */
    private String masters() throws CommandFailed, InterruptedException {
        List<HostPort> given = main().masters();
        String words = given.isEmpty()
                ? foundMaster()
                : given.stream().map(HostPort::toString).collect(Collectors.joining(","));
        if (!given.isEmpty() && given.stream().allMatch(PilotsSlurmCommand::isThisMachine)) {
            complain(Text.of(
                    "for a node %s is the node itself; if the master does not run there, give --master with an address that the nodes reach",
                    words));
        }
        return words;
    }

    private String foundMaster() throws CommandFailed, InterruptedException {
        ask(new GetStatus(), Reply.Status.class);
        return masterAddress();
    }

    private static boolean isThisMachine(HostPort master) {
        try {
            return InetAddress.getByName(master.host()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false; // the nodes may know the name
        }
    }
}
