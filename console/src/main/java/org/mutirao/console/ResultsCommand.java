package org.mutirao.console;

import org.mutirao.protocol.text.Text;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "results", description = "What tasks brought.", subcommands = ResultsGetCommand.class)
final class ResultsCommand implements Runnable {
    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    Main main() {
        return main;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), Text.of("say what to do: get"));
    }
}
