package org.mutirao.console;

import org.mutirao.protocol.text.Text;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** From what workers install, without internet. */
@Command(
        name = "wheels",
        description = {
            "Brings and lists wheels, from which workers install what packages ask for.",
            "The master gives its workers what lies in its folder wheels/."
        },
        subcommands = {WheelsFetchCommand.class, WheelsListCommand.class})
final class WheelsCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Main main;

    Main main() {
        return main;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), Text.of("say what to do with the wheels: fetch or list"));
    }
}
