package org.mutirao.worker.sandbox;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Files and folders without which an interpreter does not start or does not find its libraries, wherever it was installed. */
final class Needed {
    private static final String WHERE = String.join(
            "\n",
            "import os, sys",
            "own = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix]",
            "files = [sys.executable, os.path.realpath(sys.executable)] if sys.executable else []",
            "print(*own, *sys.path, *files, sep='\\n')");

    private Needed() {}

    /**
     * Of an interpreter, with the programs and libraries that the worker's variables name.
     *
     * @param command what starts it
     */
    static List<Path> by(List<String> command) throws InterruptedException {
        List<String> asking = new ArrayList<>(command);
        asking.add("-c");
        asking.add(WHERE);
        Stream<String> told = Trial.run(asking).output().lines();
        Set<Path> needed = new LinkedHashSet<>();
        Stream.of(told, folders("PATH"), folders("LD_LIBRARY_PATH"), command.stream())
                .flatMap(each -> each)
                .filter(text -> text.startsWith("/"))
                .map(Path::of)
                .map(Path::normalize)
                .filter(Files::exists)
                .forEach(needed::add);
        return List.copyOf(needed);
    }

    private static Stream<String> folders(String variable) {
        return Stream.of(
                Optional.ofNullable(System.getenv(variable)).orElse("").split(Pattern.quote(File.pathSeparator), -1));
    }
}
