package org.mutirao.scenarios;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts our own plays of other groups' programs, {@code src/test/python}. */
final class ForeignPrograms {
    private static final Path PLAYS = Program.root().resolve("scenarios/src/test/python");

    private ForeignPrograms() {}

    static String python() {
        boolean windows = System.getProperty("os.name", "").startsWith("Windows");
        return windows ? "python" : "python3";
    }

    /** A peer in a folder of its own below another. */
    static Program peer(List<String> where, Path folder, String group, String... options) {
        return start(where, folder, "peer", group, options);
    }

    static Program master(List<String> where, Path folder, String group, String... options) {
        return start(where, folder, "master", group, options);
    }

    private static Program start(List<String> where, Path folder, String play, String group, String... options) {
        try {
            Path own = Files.createDirectories(folder.resolve(play + "-" + group));
            List<String> command = new ArrayList<>(where);
            if (!System.getProperty("os.name", "").startsWith("Windows")) {
                // Group C's peer starts its scripts with Windows' launcher.
                command.addAll(List.of("env", "PATH=" + launcher(folder) + ":" + System.getenv("PATH")));
            }
            command.addAll(List.of(python(), PLAYS.resolve(play + ".py").toString(), group));
            command.addAll(List.of(options));
            return Program.run(own, group, command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path launcher(Path folder) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path py = bin.resolve("py");
        if (!Files.exists(py)) {
            Files.writeString(py, "#!/bin/sh\nexec python3 \"$@\"\n");
            if (!py.toFile().setExecutable(true)) {
                throw new IOException("can't make " + py + " a program");
            }
        }
        return bin;
    }

    /** A package that only runs rightly in its own folder, with its own modules beside it, and packed in a top folder. */
    static String[] task(int number) {
        return new String[] {
            "job/main.py",
            "import helper\nprint(helper.total(open('input.csv')))\n",
            "job/helper.py",
            "def total(lines):\n    return sum(int(line) for line in lines)\n",
            "job/input.csv",
            number + "\n1000\n"
        };
    }

    static Map<String, String> resultOf(int number) {
        return Map.of("stdout.txt", (number + 1000) + "\n", "stderr.txt", "");
    }
}
