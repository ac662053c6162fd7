package org.mutirao.console;

import java.util.concurrent.Callable;
import org.mutirao.protocol.commandline.CalledAs;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Needs no master. */
@Command(
        name = "generate-completion",
        description = {
            "Prints what lets bash and zsh complete the words of this command.",
            "In ~/.bashrc or ~/.zshrc: " + "source <(${ROOT-COMMAND-NAME} generate-completion)",
            "It completes the name by which it is called. Called as java -jar, it completes 'console', for an alias of that name."
        })
final class CompletionCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        String called = spec.root().name();
        String script = AutoComplete.bash(
                CalledAs.isOneWord(called) ? called : "console", spec.root().commandLine());
        spec.commandLine().getOut().print(script);
        spec.commandLine().getOut().flush();
        return 0;
    }
}
