package org.mutirao.master.inbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code tasks/rejected/}: what could not be accepted, each with a text beside it that says why and what to do. Safe for several threads.
 */
final class RejectedFolder {
    static final String NAME = "rejected";

    private static final Logger log = LoggerFactory.getLogger(RejectedFolder.class);
    private static final String NOTE = ".txt";
    private static final String NOT_ACCEPTED = "%s was not accepted as a task.";
    private static final int ENDING = ".zip".length();
    private static final int LARGEST_NOTE = 64 * 1024;

    private final Path tasks;
    private final Path folder;

    RejectedFolder(Path tasks) {
        this.tasks = tasks;
        this.folder = tasks.resolve(NAME);
    }

    /** Moves the file there; returns where it went. */
    synchronized Path reject(Path file, RefusedPackage refusal) throws IOException {
        Files.createDirectories(folder);
        String name = FileNames.nameOf(file);
        String free = fitting(name, "");
        for (int number = 2; Files.exists(path(free), LinkOption.NOFOLLOW_LINKS); number++) {
            free = fitting(name, "-" + number);
        }
        String text = String.join(
                "\n",
                Text.of(NOT_ACCEPTED, name),
                "",
                Text.of("Why: %s.", refusal.getMessage()),
                Text.of("What to do: %s", refusal.advice()),
                Text.of(
                        "Then drop it into the tasks folder again. If this very file is changed here, it is taken again by itself."),
                "");
        DurableFiles.moveAtomically(Notes.draft(folder, text), path(free + NOTE));
        DurableFiles.moveAtomically(file, path(free));
        return path(free);
    }

    /** So long that the text beside it can be called after it. */
    private static String fitting(String name, String number) {
        int stem = name.length() - ENDING;
        String note = FileNames.fitting(name.substring(0, stem), number + name.substring(stem) + NOTE);
        return note.substring(0, note.length() - NOTE.length());
    }

    Path path(String name) {
        return FileNames.resolve(folder, name);
    }

    /** Whether the text that says why a file was rejected is still there. */
    boolean hasNote(String name) {
        return Files.isRegularFile(path(name + NOTE), LinkOption.NOFOLLOW_LINKS);
    }

    /** ZIPs that lie there with their texts. */
    List<String> names(int most) {
        List<String> names = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return names;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = FileNames.nameOf(file);
                if (names.size() < most && isZip(name) && hasNote(name)) {
                    names.add(name);
                }
            }
        } catch (IOException e) {
            log.debug("The folder of rejected files can't be read", e);
        }
        return names;
    }

    private static boolean isZip(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(".zip") && !name.startsWith(".");
    }

    /**
     * Moves a file back to where it was dropped, under the name it had there, and deletes the text about it.
     *
     * @return false when another file has its place, or its text is gone: nothing was done then
     */
    synchronized boolean giveBack(String name) throws IOException {
        Optional<String> old = oldName(name);
        if (old.isEmpty()) {
            return false;
        }
        try {
            Files.move(path(name), FileNames.resolve(tasks, old.get()));
        } catch (FileAlreadyExistsException e) {
            return false;
        }
        Files.deleteIfExists(path(name + NOTE));
        log.info("{} changed after it was rejected; looking at it again", SafeText.of(old.get(), '?'));
        return true;
    }

    /** A person may have edited the text, so a name in it is taken only if it is one of a file like those rejected. */
    private Optional<String> oldName(String name) throws IOException {
        Path note = path(name + NOTE);
        if (!hasNote(name) || Files.size(note) > LARGEST_NOTE) {
            return Optional.empty();
        }
        String text = new String(Files.readAllBytes(note), StandardCharsets.UTF_8);
        String old = "";
        // Whatever language it was written in. Each begins with the name.
        for (String line : Text.inEach(NOT_ACCEPTED, "")) {
            int end = text.indexOf(line + "\n");
            old = end > 0 ? text.substring(0, end) : old;
        }
        boolean plain = isZip(old) && old.indexOf('/') < 0 && old.indexOf('\\') < 0 && old.indexOf('\0') < 0;
        return plain ? Optional.of(old) : Optional.empty();
    }
}
