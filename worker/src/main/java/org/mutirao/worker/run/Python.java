package org.mutirao.worker.run;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * An interpreter that was seen to start.
 *
 * @param command what to put before {@code main.py}
 * @param version as it tells itself, like 3.11.7
 */
public record Python(List<String> command, String version) {
    private static final List<List<String>> USUAL = List.of(List.of("python3"), List.of("python"), List.of("py", "-3"));
    private static final String WHO_ARE_YOU =
            "import sys; print(sys.executable); print('.'.join(map(str, sys.version_info[:3])))";
    private static final long PATIENCE_SECONDS = 30;

    /**
     * Tries the given command, or the usual ones in turn.
     *
     * @throws IOException when none starts; the text tells the person what to do
     */
    public static Python find(Optional<List<String>> given) throws IOException, InterruptedException {
        for (List<String> candidate : given.map(List::of).orElse(USUAL)) {
            Optional<Python> python = probe(candidate);
            if (python.isPresent()) {
                return python.get();
            }
        }
        throw new IOException(given.map(command -> "'" + String.join(" ", command) + "' does not start Python 3. "
                        + "Give the right command with --python.")
                .orElse("no Python 3 found (tried python3, python and py -3). "
                        + "Install Python 3, or tell where it is with --python."));
    }

    /**
     * Where the command is a wrapper (a version switcher, Windows' launcher) the interpreter behind it is taken: the wrapper's
     * own start can take longer than a small task.
     */
    private static Optional<Python> probe(List<String> candidate) throws InterruptedException {
        List<String> command = new ArrayList<>(candidate);
        command.add("-c");
        command.add(WHO_ARE_YOU);
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return Optional.empty(); // no such program
        }
        try {
            process.getOutputStream().close();
            String answer = new String(process.getInputStream().readNBytes(4096), StandardCharsets.UTF_8);
            boolean fine = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
            List<String> lines = answer.lines().toList();
            if (!fine || lines.size() < 2 || !lines.get(1).startsWith("3.")) {
                return Optional.empty();
            }
            boolean real = !lines.get(0).isBlank() && Files.isExecutable(Path.of(lines.get(0)));
            return Optional.of(new Python(real ? List.of(lines.get(0)) : candidate, lines.get(1)));
        } catch (IOException e) {
            return Optional.empty();
        } finally {
            process.destroyForcibly();
        }
    }

    /** A command as a person types it: a path with spaces is one word if there is such a file. */
    public static List<String> parseCommand(String text) {
        return new File(text).exists() ? List.of(text) : List.of(text.strip().split("\\s+"));
    }
}
