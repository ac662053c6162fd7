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
        err.println(asJson ? Json.write(Map.of("error", why)) : program + ": " + why);
        err.flush();
    }
}
