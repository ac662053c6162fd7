package org.mutirao.console;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command that does nothing without one of its own commands. */
abstract class CommandFamily implements Runnable {
    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Main main;

    final Main main() {
        return main;
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Which there are, for one who named none. */
    abstract String choices();

    @Override
    public final void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), choices());
    }
}
