package org.mutirao.master.results.job;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.Told;

/**
 * Makes one file of those that all tasks of a job left under the same name: each CSV whose header is the same in all parts, and what the
 * scripts printed. Where that can't be, a text says why. Nothing is guessed, and each result is read once. For one thread.
 *
 * <pre>
 *   all.csv          a header, then the rows of all parts in the order of the inputs
 *   stdout.txt       what the scripts printed, in the same order
 *   other.why.txt    why there is no other.csv: which parts differ, and how
 *   why.txt          which CSV files not all tasks left
 * </pre>
 */
public final class Merging implements AutoCloseable {
    /** How many files are made; more are not looked at. */
    static final int MAX_FILES = 50;

    private static final int MAX_NAMES = 1000;
    private static final String STDOUT = "stdout.txt";

    private final Path folder;
    private final boolean withSource;
    private final Map<String, MergedFile> files = new LinkedHashMap<>();
    /** Of those that not the first part left: by how many. */
    private final Map<String, Integer> others = new LinkedHashMap<>();

    private final List<String> unread = new ArrayList<>();
    private int unreadCount;
    private int parts;

    /**
     * One task's result.
     *
     * @param source the name of its input
     * @param zip where it lies
     */
    public record Part(String source, Path zip) {}

    /**
     * Has nothing yet.
     *
     * @param folder an empty one
     * @param withSource whether merged CSV files get a first column that names the input
     */
    public Merging(Path folder, boolean withSource) {
        this.folder = folder;
        this.withSource = withSource;
    }

    /**
     * Takes the next part.
     *
     * @throws IOException when the folder can't be written to, or the thread was interrupted; a part that can't be read is noted instead
     */
    public void add(Part part) throws IOException {
        parts++;
        try (ResultEntries entries = ResultEntries.open(part.zip())) {
            Set<String> names = new LinkedHashSet<>(entries.csvFiles());
            if (parts == 1) {
                begin(names);
            }
            for (Map.Entry<String, MergedFile> file : files.entrySet()) {
                String entry = file.getKey().equals(STDOUT) ? STDOUT : ResultEntries.FILES + file.getKey();
                if (names.remove(file.getKey()) || entry.equals(STDOUT)) {
                    append(part.source(), entries, entry, file.getValue());
                }
            }
            for (String name : names) {
                if (others.size() < MAX_NAMES || others.containsKey(name)) {
                    others.merge(name, 1, Integer::sum);
                }
            }
        } catch (Told e) {
            unreadCount++;
            if (unread.size() < MergedFile.MAX_NAMED) {
                unread.add(part.source() + ": " + e.getMessage());
            }
        }
    }

    private void begin(Set<String> names) throws IOException {
        files.put(STDOUT, new MergedFile(folder.resolve(STDOUT), PlainMerge::new));
        for (String name : names) {
            if (files.size() <= MAX_FILES) {
                begin(name);
            }
        }
    }

    private void begin(String name) throws IOException {
        Path file = FileNames.resolve(folder, name);
        try {
            Files.createDirectories(file.getParent());
            files.put(name, new MergedFile(file, out -> new CsvMerge(out, withSource)));
        } catch (FileAlreadyExistsException e) {
            others.put(name, 0); // a folder of theirs is called as a file of theirs or ours
        }
    }

    private static void append(String source, ResultEntries entries, String entry, MergedFile file) throws IOException {
        Optional<InputStream> content = entries.open(entry);
        if (content.isPresent()) {
            try (InputStream in = content.get()) {
                file.add(source, in);
            }
        }
    }

    /** Leaves whole files only. */
    public void finish() throws IOException {
        for (Map.Entry<String, MergedFile> each : files.entrySet()) {
            MergedFile file = each.getValue();
            boolean isStdout = each.getKey().equals(STDOUT);
            boolean ofAll = unreadCount == 0 && (isStdout || file.parts() == parts);
            if (ofAll && file.misfits().isEmpty() && !(isStdout && file.isEmpty())) {
                file.keep();
                continue;
            }
            file.drop();
            if (!file.misfits().isEmpty()) {
                write(whyName(each.getKey()), whyDiffers(each.getKey(), file));
            } else if (!isStdout) {
                others.put(each.getKey(), file.parts());
            }
        }
        files.clear();
        if (unreadCount > 0) {
            write("why.txt", whyUnread());
        } else if (!others.isEmpty()) {
            write("why.txt", whyNotByAll());
        }
        removeEmptyFolders();
    }

    private static String whyName(String name) {
        return name.substring(0, name.length() - ".csv".length()) + ".why.txt";
    }

    private String whyDiffers(String name, MergedFile file) {
        String misfits = String.join("\n  ", file.misfits());
        return Text.of("%s was not merged, because not all of its %d parts fit together:", name, parts) + "\n\n  "
                + (file.hasMoreMisfits() ? Text.of("%s\n  and perhaps more", misfits) : misfits)
                + "\n\n"
                + Text.of(
                        "The columns and their order must be the same in all parts. Write them so in main.py, or put a merge.py"
                                + " into the package: it finds all results under parts/ and may put them together as it likes.")
                + "\n";
    }

    private String whyNotByAll() {
        List<String> lines = new ArrayList<>();
        others.forEach((name, count) -> {
            if (lines.size() < MergedFile.MAX_NAMED) {
                lines.add(Text.of("%s (%d of %d tasks)", name, count, parts));
            }
        });
        int more = others.size() - lines.size();
        if (more > 0) {
            lines.add(
                    others.size() == MAX_NAMES
                            ? Text.of("and %d or more others", more)
                            : Text.of("and %d others", more));
        }
        return Text.of("These CSV files were not merged, because not all %d tasks left one of that name:", parts)
                + "\n\n  "
                + String.join("\n  ", lines)
                + "\n\n"
                + Text.of(
                        "If main.py names its file after the input, let it write the same name in each task: results of different"
                                + " tasks never overwrite each other. With \"merge\": \"source\" in task.json each row names its"
                                + " input. At most %d files are merged.",
                        MAX_FILES)
                + "\n";
    }

    private String whyUnread() {
        int more = unreadCount - unread.size();
        return Text.of("Nothing was merged, because not all %d results could be read:", parts) + "\n\n  "
                + String.join("\n  ", unread)
                + (more > 0 ? "\n  " + Text.of("and %d others", more) : "")
                + "\n\n"
                + Text.of("The results that are there can be used as they are.")
                + "\n";
    }

    private void write(String name, String text) throws IOException {
        Files.write(FileNames.resolve(folder, name), text.getBytes(StandardCharsets.UTF_8));
    }

    private void removeEmptyFolders() throws IOException {
        List<Path> folders;
        try (Stream<Path> all = Files.walk(folder)) {
            folders = all.filter(each -> Files.isDirectory(each) && !each.equals(folder))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
        for (Path each : folders) {
            boolean isEmpty;
            try (Stream<Path> files = Files.list(each)) {
                isEmpty = files.findAny().isEmpty();
            }
            if (isEmpty) {
                Files.delete(each);
            }
        }
    }

    /** Stops in the middle; what was begun stays as it is. */
    @Override
    public void close() {
        for (MergedFile file : files.values()) {
            file.abandon();
        }
    }
}
