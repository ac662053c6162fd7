package org.mutirao.master.inbox;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stays in {@code tasks/} because it is no package: a text beside it says so by name, and goes when that goes. The thing itself is
 * never touched. A person's own file of that name is never overwritten or deleted. For one thread.
 */
final class LeftAlone {
    private static final Logger log = LoggerFactory.getLogger(LeftAlone.class);
    private static final String LEFT_ALONE = "%s was left alone.";
    private static final String NOTE = ".txt";
    private static final int LARGEST_NOTE = 4096;
    private static final int MOST = 100;
    /** Files on their way; the program that writes them renames them at the end. */
    private static final List<String> PARTS =
            List.of(".part", ".partial", ".crdownload", ".download", ".filepart", ".tmp", ".taken", "~");

    private final Path folder;
    private final Set<String> noted = new HashSet<>();
    private final Set<String> looked = new HashSet<>();

    LeftAlone(Path folder) {
        this.folder = folder;
    }

    /** Says why something whose name does not end in .zip is not taken. */
    void explain(Path file, String name) {
        String small = name.toLowerCase(Locale.ROOT);
        if (small.endsWith(NOTE) || PARTS.stream().anyMatch(small::endsWith)) {
            return;
        }
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            note(
                    name,
                    Text.of("It is a folder, and folders are not taken: it may be half copied."),
                    Text.of("Zip it and drop the ZIP here, or drop the ZIP on the dashboard."));
        } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            note(
                    name,
                    Text.of("It is not a .zip file."),
                    Text.of(
                            "Put main.py and input.csv into an ordinary .zip and drop that. Unpack other archives first."));
        } else {
            note(name, Text.of("It is a link or a device."), Text.of("Drop the file itself."));
        }
    }

    /** Says that a ZIP may not be read. It is taken once it may. */
    void unreadable(String name) {
        note(
                name,
                Text.of("The master may not read it: its permissions don't let the master's user."),
                Text.of("Let everybody read it (on Linux and macOS: chmod a+r), and it is taken by itself."));
    }

    private void note(String name, String why, String advice) {
        if (noted.size() >= MOST || !noted.add(name)) {
            return;
        }
        log.info("Left alone: {}. {}", SafeText.of(name, '?'), why);
        String text = String.join(
                "\n", Text.of(LEFT_ALONE, name), "", Text.of("Why: %s", why), Text.of("What to do: %s", advice), "");
        try {
            Path note = beside(name);
            if (Files.exists(note, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            Files.move(Notes.draft(folder, text), note);
        } catch (FileAlreadyExistsException e) {
            log.debug("There is a note already");
        } catch (IOException | IllegalArgumentException e) {
            log.debug("No note can be written there", e);
        }
    }

    private Path beside(String name) {
        return FileNames.resolve(folder, FileNames.fitting(name, NOTE));
    }

    /** Deletes the notes of what is gone, also those of an earlier run. */
    void retain(Set<String> names) {
        noted.removeIf(name -> {
            boolean gone = !names.contains(name);
            if (gone) {
                delete(name);
            }
            return gone;
        });
        looked.retainAll(names);
        for (String name : names) {
            boolean orphan = name.endsWith(NOTE) && !names.contains(name.substring(0, name.length() - NOTE.length()));
            if (orphan && looked.size() < 1000 && looked.add(name)) {
                delete(name.substring(0, name.length() - NOTE.length()));
            }
        }
    }

    /** Whatever language it was written in. */
    private static boolean isOurs(String text, String name) {
        return Text.inEach(LEFT_ALONE, name).stream().anyMatch(line -> text.startsWith(line + "\n"));
    }

    private void delete(String name) {
        try {
            Path file = beside(name);
            boolean small = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= LARGEST_NOTE;
            if (small && isOurs(Files.readString(file), name)) {
                Files.delete(file);
            }
        } catch (IOException | IllegalArgumentException e) {
            log.debug("A note can't be deleted", e);
        }
    }
}
