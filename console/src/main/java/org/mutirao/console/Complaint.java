package org.mutirao.console;

import java.io.PrintWriter;
import java.util.Map;
import org.mutirao.protocol.commandline.CalledAs;
import org.mutirao.protocol.json.Json;
import picocli.CommandLine.Model.CommandSpec;

/** Why something was not done: a sentence for a person, or {@code {"error":sentence}} for a program. */
final class Complaint {
    private Complaint() {}

    static void print(CommandSpec command, boolean asJson, String why) {
        PrintWriter err = command.commandLine().getErr();
        String called = command.root().name();
        String program = CalledAs.isOneWord(called) ? called : "console";
        err.println(asJson ? Json.write(Map.of("error", why)) : fold(command, program + ": " + why));
        err.flush();
    }

    /** What is wrong with the words of a command, and where the help is. */
    static void printUsage(CommandSpec command, String line) {
        command.commandLine().getErr().println(fold(command, line));
        command.commandLine().getErr().flush();
    }

    private static String fold(CommandSpec command, String line) {
        return ((Main) command.root().userObject()).screen().fit(line);
    }
}
