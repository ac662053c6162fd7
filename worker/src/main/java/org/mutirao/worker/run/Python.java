package org.mutirao.worker.run;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An interpreter that was seen to start.
 *
 * @param command what to put before {@code main.py}
 * @param version as it tells itself, like 3.11.7
 * @param executable its own file, as it tells itself; empty if it does not know
 */
public record Python(List<String> command, String version, String executable) {
    private static final Logger log = LoggerFactory.getLogger(Python.class);
    private static final List<List<String>> USUAL = List.of(List.of("python3"), List.of("python"), List.of("py", "-3"));
    private static final String WHO_ARE_YOU =
            "import sys; print(sys.executable); print('.'.join(map(str, sys.version_info[:3])))";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MAX_ANSWER = 4096;
    private static final Pattern LAUNCHER = Pattern.compile("pyw?(\\.exe)?");
    private static final Pattern INTERPRETER = Pattern.compile("(python|pypy)[0-9.]*(\\.exe)?");
    private static final Pattern VERSION_CHOICE = Pattern.compile("-(3(\\.\\d+)?(-\\d+)?|V:\\S+)");

    /**
     * Tries the given command, or the usual ones in turn.
     *
     * @throws IOException when none starts; the text tells the person what to do
     */
    public static Python find(Optional<List<String>> given) throws IOException, InterruptedException {
        if (given.isPresent() && !given.get().stream().allMatch(FileNames::canBePassedOn)) {
            throw new IOException(Text.of(
                    "'%s' has accents, which Java can't tell the system while LANG is not set. Put"
                            + " LC_ALL=C.UTF-8 before the worker's command, or give a --python without accents.",
                    String.join(" ", given.get())));
        }
        for (List<String> candidate : given.map(List::of).orElse(USUAL)) {
            Optional<Python> python = probe(candidate);
            if (python.isPresent()) {
                return python.get();
            }
        }
        throw new IOException(given.map(command -> Text.of(
                        "'%s' does not start Python 3. Give the right command with --python.",
                        String.join(" ", command)))
                .orElse(Text.of(
                        "no Python 3 found (tried python3, python and py -3). Install Python 3, or tell where it"
                                + " is with --python.")));
    }

    /**
     * A command is kept as it was given: it may be a wrapper that sets limits or another user. Only a version switcher is stepped over, since
     * its own start can take longer than a small task.
     */
    private static Optional<Python> probe(List<String> candidate) throws InterruptedException {
        List<String> command = new ArrayList<>(candidate);
        command.add("-c");
        command.add(WHO_ARE_YOU);
        List<String> lines = ShortCommand.ask(command, PATIENCE, MAX_ANSWER).orElse(List.of());
        if (lines.size() < 2 || !lines.get(1).startsWith("3.")) {
            return Optional.empty();
        }
        String executable = lines.get(0);
        boolean behind = isVersionSwitcher(candidate) && !executable.isBlank() && isStartable(executable);
        if (behind) {
            log.info(
                    "Scripts are run by {} itself: {} is a version switcher that only starts it",
                    executable,
                    String.join(" ", candidate));
        }
        return Optional.of(new Python(behind ? List.of(executable) : candidate, lines.get(1), executable));
    }

    /** The same interpreter by another command. */
    Python startedBy(List<String> other) {
        return new Python(other, version, executable);
    }

    /**
     * The same in an environment: what stands before the interpreter stays, such as {@code nice}. A program that only ends in the interpreter is
     * left out, since it knows nothing of environments.
     *
     * @param program the environment's interpreter
     */
    public Python inEnvironment(Path program) {
        List<String> words = new ArrayList<>(command);
        if (INTERPRETER.matcher(new File(words.get(words.size() - 1)).getName()).matches()) {
            words.set(words.size() - 1, FileNames.textOf(program));
        } else {
            words = List.of(FileNames.textOf(program));
        }
        return new Python(words, version, FileNames.textOf(program));
    }

    private static boolean isStartable(String program) {
        return FileNames.canBePassedOn(program) && Files.isExecutable(FileNames.path(program));
    }

    /** Windows' {@code py}, or a program in a folder called {@code shims} as pyenv, asdf, mise and others have it. */
    static boolean isVersionSwitcher(List<String> command) {
        Optional<Path> program = onPath(command.get(0));
        String name = new File(command.get(0)).getName().toLowerCase(Locale.ROOT);
        if (LAUNCHER.matcher(name).matches()) {
            return command.stream()
                    .skip(1)
                    .allMatch(word -> VERSION_CHOICE.matcher(word).matches());
        }
        return command.size() == 1
                && program.map(Path::getParent)
                        .map(Path::getFileName)
                        .map(folder -> folder.toString().equals("shims"))
                        .orElse(false);
    }

    private static Optional<Path> onPath(String program) {
        if (program.contains("/") || program.contains(File.separator)) {
            return Optional.of(FileNames.path(program));
        }
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        for (String folder : path.split(Pattern.quote(File.pathSeparator), -1)) {
            if (!folder.isEmpty()) {
                for (String ending : new String[] {"", ".exe", ".bat", ".cmd"}) {
                    Path file = FileNames.resolve(FileNames.path(folder), program + ending);
                    if (Files.isExecutable(file) && !Files.isDirectory(file)) {
                        return Optional.of(file);
                    }
                }
            }
        }
        return Optional.empty();
    }

    /**
     * A command as a person types it, in words. Quotes of both kinds keep words together; a path with spaces is one word if there is such a
     * file.
     *
     * @throws IllegalArgumentException when a quote is not closed, or there is no word
     */
    public static List<String> parseCommand(String text) {
        if (new File(text).exists()) {
            return List.of(text);
        }
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                inWord = true;
            } else if (Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                }
                word.setLength(0);
                inWord = false;
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (inWord) {
            words.add(word.toString());
        }
        if (quote != 0 || words.isEmpty()) {
            throw new IllegalArgumentException("--python " + text + ": "
                    + (quote != 0 ? Text.of("the quote %s is not closed", quote) : Text.of("expected a command")));
        }
        return List.copyOf(words);
    }
}
