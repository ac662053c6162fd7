package org.mutirao.protocol.commandline;

import java.util.function.Supplier;
import org.mutirao.protocol.terminal.Terminal;
import org.mutirao.protocol.threads.LastResort;
import picocli.CommandLine;

/** How a program that runs until it is ended begins. */
public final class ProgramStart {
    private ProgramStart() {}

    /**
     * Carries out what was typed, and ends the process with the command's exit code.
     *
     * @param name of the program
     * @param command made once the language is known
     */
    public static void run(String name, String[] args, Supplier<CommandLine> command) {
        // Netty's events for Java's flight recorder would take a sixth of a worker's start, whether it records or not.
        System.getProperties().putIfAbsent("io.netty.jfr.enabled", "false");
        LanguageOption.choose(args);
        Terminal.open();
        LastResort.install(name, System.err::println);
        System.exit(command.get()
                .setCommandName(CalledAs.name(name))
                .setOut(Terminal.out())
                .setErr(Terminal.err())
                .execute(Terminal.typed(args)));
    }
}
