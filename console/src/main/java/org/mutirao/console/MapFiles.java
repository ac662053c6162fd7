package org.mutirao.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.text.Text;

/**
 * Which of the files behind a script are inputs, and which go along with each run. The first one decides: what ends like it is an input. If it
 * is a folder, the files in it are. The client in Python has the same rule.
 *
 * @param each that there is a task for each input and what they have in common, in words
 * @param along files and folders
 */
record MapFiles(List<Path> inputs, String each, List<Path> along) {
    private static final int MAX_NAMES = 5;
    private static final String MERGE = "merge.py";

    MapFiles {
        inputs = List.copyOf(inputs);
        along = List.copyOf(along);
    }

    /**
     * Looks at what was typed.
     *
     * @param shared what goes along however it ends
     * @throws CommandFailed when a word means no file
     */
    static MapFiles of(List<String> words, List<Path> shared) throws CommandFailed, IOException {
        Optional<Path> folder = GivenFiles.folder(words.get(0));
        List<Path> along = new ArrayList<>();
        if (folder.isPresent()) {
            List<Path> inputs = GivenFiles.of(words.subList(0, 1));
            along.addAll(GivenFiles.orFolders(words.subList(1, words.size())));
            along.addAll(shared);
            return new MapFiles(inputs, Text.of("one for each file of %s", nameOf(folder.get())), along);
        }
        List<Path> inputs = new ArrayList<>();
        List<Path> given = GivenFiles.orFolders(words);
        String ending = endingOf(given.get(0));
        for (Path each : given) {
            boolean isInput = !Files.isDirectory(each) && endingOf(each).equals(ending);
            (isInput ? inputs : along).add(each);
        }
        along.addAll(shared);
        return new MapFiles(
                inputs,
                ending.isEmpty()
                        ? Text.of("one for each file")
                        : Text.of("one for each %s file", Table.printable(ending)),
                along);
    }

    /** With its dot, in small letters; empty if it has none. */
    private static String endingOf(Path file) {
        String name = FileNames.nameOf(file);
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(dot).toLowerCase(Locale.ROOT) : "";
    }

    private static String nameOf(Path file) {
        return Table.printable(FileNames.nameOf(file.toAbsolutePath().normalize()));
    }

    /** What was understood. */
    String inWords() {
        boolean merges = inputs.size() > 1
                && along.stream().anyMatch(file -> FileNames.nameOf(file).equals(MERGE));
        return (inputs.size() == 1 ? Text.of("for %s", nameOf(inputs.get(0))) : each)
                + (merges ? Text.of(", and then merge.py over all results") : "")
                + goesAlong();
    }

    private String goesAlong() {
        List<String> names = along.stream()
                .map(MapFiles::nameOf)
                .filter(name -> !name.equals(MERGE))
                .toList();
        if (names.isEmpty()) {
            return "";
        }
        int more = names.size() - MAX_NAMES;
        String shown = names.stream().limit(MAX_NAMES).collect(Collectors.joining(", "));
        if (more > 0) {
            return Text.of("; %s, and %d more go along", shown, more);
        }
        return names.size() == 1 ? Text.of("; %s goes along", shown) : Text.of("; %s go along", shown);
    }
}
