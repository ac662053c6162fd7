package org.mutirao.worker.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.json.Json;

/**
 * A script's arguments and variables where the system's encoding can't express them: Java would hand a {@code ?} to the script for each
 * accent. There the interpreter starts twice: first with the words as ASCII, to put itself in its own place with the right ones.
 */
final class PassedOn {
    /** Keeps the interpreter's own options, which Python tells since 3.10; the wrapper before it stays too, since the process is the same. */
    private static final String RELAY = String.join(
            "\n",
            "import json, os, sys",
            "words = json.loads(sys.argv[1])",
            "os.environ.update(words['env'])",
            "options = getattr(sys, 'orig_argv', [''])[1:]",
            "options = options[:options.index('-c')] if '-c' in options else []",
            "os.execv(sys.executable, [sys.executable] + options + words['args'])");

    private PassedOn() {}

    /**
     * What to start, and with which variables added.
     *
     * @param command ASCII only, and short enough for every system
     */
    record Start(List<String> command, Map<String, String> env) {}

    /**
     * Chooses the way.
     *
     * @param python what starts the interpreter
     * @param args the script and its arguments
     */
    static Start of(List<String> python, List<String> args, Map<String, String> env) {
        boolean plain = Stream.of(args.stream(), env.keySet().stream(), env.values().stream())
                .flatMap(words -> words)
                .allMatch(FileNames::canBePassedOn);
        return plain ? plainly(python, args, env) : relayed(python, args, env);
    }

    private static Start plainly(List<String> python, List<String> args, Map<String, String> env) {
        return new Start(Stream.concat(python.stream(), args.stream()).toList(), env);
    }

    static Start relayed(List<String> python, List<String> args, Map<String, String> env) {
        List<String> command = new ArrayList<>(python);
        command.add("-c");
        command.add(RELAY);
        command.add(Json.writeAscii(Map.of("args", args, "env", env)));
        return new Start(command, Map.of());
    }
}
