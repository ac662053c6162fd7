package org.mutirao.console;

import org.mutirao.protocol.text.Text;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Workers on a cluster that somebody else schedules. */
@Command(
        name = "pilots",
        description = {
            "Starts workers as jobs of a cluster. They leave before their time there is up.",
            "docs/clusters.md says more, and has recipes for Kubernetes and HTCondor."
        },
        subcommands = PilotsSlurmCommand.class)
final class PilotsCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Main main;

    Main main() {
        return main;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), Text.of("say on which cluster: slurm"));
    }
}
