package org.mutirao.console;

import org.mutirao.protocol.text.Text;
import picocli.CommandLine.Command;

/** Workers on a cluster that somebody else schedules. */
@Command(
        name = "pilots",
        description = {
            "Starts workers as jobs of a cluster. They leave before their time there is up.",
            "docs/clusters.md says more, and has recipes for Kubernetes and HTCondor."
        },
        subcommands = PilotsSlurmCommand.class)
final class PilotsCommand extends CommandFamily {
    @Override
    String choices() {
        return Text.of("say on which cluster: slurm");
    }
}
