package org.mutirao.console;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.NameGlob;

/**
 * The files that words on a command line mean. A shell mostly writes the names out; on Windows, and between quotes, {@code data/*.csv}
 * arrives as it is. A folder means the files in it. What is hidden is meant only by its own name.
 */
final class GivenFiles {
    /** Any number of folders. */
    private static final String DEEP = "**";

    private GivenFiles() {}

    /**
     * In the order of the words, those of one word by name, each once.
     *
     * @throws CommandFailed when a word means no file
     */
    static List<Path> of(List<String> words) throws CommandFailed, IOException {
        return of(words, false);
    }

    /** The same, but a folder means itself. */
    static List<Path> orFolders(List<String> words) throws CommandFailed, IOException {
        return of(words, true);
    }

    /** The folder that a word is the path of, if it is one. */
    static Optional<Path> folder(String word) {
        return isOne(word) ? Optional.of(FileNames.path(word)).filter(Files::isDirectory) : Optional.empty();
    }

    private static List<Path> of(List<String> words, boolean folders) throws CommandFailed, IOException {
        Set<Path> files = new LinkedHashSet<>();
        for (String word : words) {
            Optional<Path> folder = folders ? folder(word) : Optional.empty();
            List<Path> found = folder.isPresent() ? List.of(folder.get()) : of(word);
            if (found.isEmpty()) {
                throw new CommandFailed(Text.of("there is no file %s", Table.clean(word)));
            }
            files.addAll(found);
        }
        return List.copyOf(files);
    }

    private static List<Path> of(String word) throws IOException {
        Path path = isOne(word) ? FileNames.path(word) : null;
        if (path != null && Files.isDirectory(path)) {
            return children(path, "*").stream().filter(Files::isRegularFile).toList();
        }
        if (path != null && Files.isRegularFile(path)) {
            return List.of(path);
        }
        return path == null
                ? matching(word).stream().filter(Files::isRegularFile).toList()
                : List.of();
    }

    /** Whether it is the path of one file: without a pattern, or a file is really called so. */
    private static boolean isOne(String word) {
        if (!NameGlob.isPattern(word)) {
            return true;
        }
        try {
            return Files.exists(FileNames.path(word));
        } catch (IllegalArgumentException e) {
            return false; // on Windows no file is called so
        }
    }

    private static List<Path> matching(String word) throws IOException {
        String slashed = File.separatorChar == '\\' ? word.replace('\\', '/') : word;
        int pattern = 0;
        List<String> steps = List.of(slashed.split("/", -1));
        while (!NameGlob.isPattern(steps.get(pattern))) {
            pattern++;
        }
        String start = String.join("/", steps.subList(0, pattern)) + (pattern > 0 ? "/" : "");
        Set<Path> found = new LinkedHashSet<>();
        collect(FileNames.path(start), steps.subList(pattern, steps.size()), found);
        return List.copyOf(found);
    }

    private static void collect(Path folder, List<String> steps, Set<Path> found) throws IOException {
        String step = steps.get(0);
        List<String> rest = steps.subList(1, steps.size());
        if (step.equals(DEEP)) {
            collect(folder, rest.isEmpty() ? List.of("*") : rest, found);
            for (Path child : children(folder, "*")) {
                if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                    collect(child, steps, found);
                }
            }
            return;
        }
        for (Path child : children(folder, step)) {
            if (rest.isEmpty()) {
                found.add(child);
            } else if (Files.isDirectory(child)) {
                collect(child, rest, found);
            }
        }
    }

    private static List<Path> children(Path folder, String step) throws IOException {
        Path listed = folder.toString().isEmpty() ? FileNames.path(".") : folder;
        if (!Files.isDirectory(listed)) {
            return List.of();
        }
        NameGlob glob = NameGlob.of(step);
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(listed)) {
            for (Path child : all) {
                String name = FileNames.nameOf(child);
                if (glob.matches(name) && (!name.startsWith(".") || step.startsWith("."))) {
                    children.add(folder.resolve(child.getFileName()));
                }
            }
        }
        return children.stream().sorted().toList();
    }
}
