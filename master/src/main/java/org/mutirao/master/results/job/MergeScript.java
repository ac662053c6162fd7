package org.mutirao.master.results.job;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.text.StatusWords;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;
import org.mutirao.protocol.units.Told;

/** What a package's own {@code merge.py} made becomes {@code merged/}: its files, and what it printed. */
public final class MergeScript {
    private static final int MAX_FILES = 10_000;
    private static final String STDOUT = "stdout.txt";

    private MergeScript() {}

    /**
     * Unpacks its result.
     *
     * @param folder an empty one
     */
    public static void unpack(Path zip, Path folder) throws IOException {
        try (ResultEntries entries = ResultEntries.open(zip)) {
            List<String> names = entries.files();
            for (String name : names.subList(0, Math.min(names.size(), MAX_FILES))) {
                copy(entries, ResultEntries.FILES + name, FileNames.resolve(folder, name));
            }
            Path printed = folder.resolve(STDOUT);
            if (!Files.exists(printed) && copy(entries, STDOUT, printed) && Files.size(printed) == 0) {
                Files.delete(printed);
            }
        } catch (Told e) {
            say(folder, Text.of("the result of merge.py can't be unpacked: %s", e.getMessage()));
        }
    }

    private static boolean copy(ResultEntries entries, String entry, Path file) throws IOException {
        Optional<InputStream> content = entries.open(entry);
        if (content.isEmpty()) {
            return false;
        }
        try (InputStream in = content.get()) {
            Files.createDirectories(file.getParent());
            Files.copy(in, file);
            DurableFiles.force(file);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false; // a file of theirs is called as a folder of theirs
        }
    }

    /** A text in place of what it did not make. */
    public static void sayWhyNot(Path folder, SummaryLine task) throws IOException {
        String state = StatusWords.ofTask(task.state());
        String ended = task.exit().isPresent()
                ? Text.of("%s with exit code %d", state, task.exit().getAsInt())
                : state;
        String why = task.reason().isEmpty() ? ended : ended + ", " + Text.again(task.reason());
        say(
                folder,
                task.resultFile().isPresent()
                        ? Text.of(
                                "merge.py did not succeed; its task: %s. What it printed is in %s",
                                why, task.resultFile().get())
                        : Text.of("merge.py did not succeed; its task: %s", why));
    }

    private static void say(Path folder, String why) throws IOException {
        Files.write(
                folder.resolve("why.txt"),
                (SafeText.of(why, ' ') + ".\n\n" + Text.of("The results of the tasks can be used as they are.") + "\n")
                        .getBytes(StandardCharsets.UTF_8));
    }
}
