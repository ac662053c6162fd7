package org.mutirao.worker.warm;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.pack.JobEnvironment;

/**
 * One script to fork an interpreter for.
 *
 * @param mark of this run, as long as every mark
 * @param folder where it runs
 * @param stdout a file for its output
 * @param stderr a file for its errors
 * @param args its name and its arguments
 * @param env variables that only this script has
 * @param limits like {@code NOFILE=100}, with spaces
 */
public record ForkRequest(
        String mark, Path folder, Path stdout, Path stderr, List<String> args, Map<String, String> env, String limits) {
    /** Without limits. */
    ForkRequest(String mark, Path folder, Path stdout, Path stderr, List<String> args, Map<String, String> env) {
        this(mark, folder, stdout, stderr, args, env, "");
    }

    /** What the interpreter, or the system's library below it, reads when it starts. */
    private static final Pattern EARLY =
            Pattern.compile("(PYTHON|LD_|LC_|LANG|TZ|MALLOC_|GLIBC_|GCONV_|HOME$|PATH$|LOCPATH$).*");

    private static final int MAX_BYTES = 4 << 20;

    /** Whether a fork can be like a start of its own. */
    boolean canBeForked() {
        return env.keySet().stream()
                        .noneMatch(name -> EARLY.matcher(name).matches() || name.contains("=") || name.isEmpty())
                && Stream.of(folder, stdout, stderr).map(Path::toString).allMatch(FileNames::canBePassedOn)
                && words(List.of(), false).stream().noneMatch(word -> word.indexOf('\0') >= 0)
                && bytes(List.of(), false).length <= MAX_BYTES;
    }

    /** Whether imports could depend on its variables. They can't on those which every task of a job has. */
    boolean mayChangeImports() {
        return !JobEnvironment.NAMES.containsAll(env.keySet());
    }

    private List<String> words(List<String> imports, boolean waits) {
        List<String> words = new ArrayList<>(List.of(
                mark,
                folder.toAbsolutePath().toString(),
                stdout.toAbsolutePath().toString(),
                stderr.toAbsolutePath().toString(),
                String.join("\n", imports),
                limits,
                waits ? "wait" : "",
                String.valueOf(args.size())));
        words.addAll(args);
        env.forEach((name, value) -> words.add(name + "=" + value));
        return words;
    }

    /**
     * As the fork server reads it.
     *
     * @param imports with which the script begins
     * @param waits whether it waits for leave to begin
     */
    byte[] bytes(List<String> imports, boolean waits) {
        return String.join("\0", words(imports, waits)).getBytes(StandardCharsets.UTF_8);
    }
}
