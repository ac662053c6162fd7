package org.mutirao.worker.run;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.disk.DurableFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a script runs: its own folder, and the two files that take what it prints. A run that left only files in it gives it back empty,
 * and the next run saves the making of folders. For one run at a time.
 *
 * <pre>
 *   run-N/printed.txt  run-N/errors.txt  run-N/task/files/…  run-N/task/home/  run-N/task/tmp/
 * </pre>
 */
final class RunFolder implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RunFolder.class);

    private static final String CHANGED = "unix:ctime";

    private final Path own;
    private final Script.Membership place;
    private final Optional<Object> ownState;
    private final List<Object> folderState;
    private final List<Emptied> others;
    private final List<Object> above;
    private boolean keepsTimes;

    private RunFolder(Path own, Script.Membership place) throws IOException {
        this.own = own;
        this.place = place;
        this.folderState = stateOf(place.files());
        this.others = List.of(
                Emptied.make(ScriptEnvironment.home(place.files())),
                Emptied.make(ScriptEnvironment.temporary(place.files())));
        this.above = timesAbove();
        this.ownState = changeOf(own);
    }

    /** Makes it, with all folders above it. */
    static RunFolder make(Path own) throws IOException {
        // Two folders deep, so that a script that clears away "../.." harms nobody else.
        Path files = Files.createDirectories(own.resolve("task").resolve("files"));
        Path stdout = own.resolve("printed.txt");
        Path stderr = own.resolve("errors.txt");
        Captured printed = Captured.create(stdout);
        Captured errors;
        try {
            errors = Captured.create(stderr);
        } catch (IOException e) {
            printed.close();
            throw e;
        }
        Script.Membership place = new Script.Membership(files, stdout, printed, stderr, errors);
        try {
            return new RunFolder(own, place);
        } catch (IOException e) {
            closeBoth(place);
            throw e;
        }
    }

    /**
     * Which folder it is, and when something in it was last made, renamed or deleted, which nobody can set; empty where the system does not
     * tell.
     */
    private static Optional<Object> changeOf(Path folder) throws IOException {
        try {
            return Optional.of(Files.readAttributes(folder, "unix:dev,ino,mode,uid,ctime", LinkOption.NOFOLLOW_LINKS));
        } catch (UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    /** All of it. */
    Path path() {
        return own;
    }

    Script.Membership place() {
        return place;
    }

    /** Which folder it is and who may use it: what a script may change without leaving a file. */
    private static List<Object> stateOf(Path folder) throws IOException {
        try {
            return stateOf(attributesOf(folder));
        } catch (UnsupportedOperationException e) {
            return List.of(); // then there is no key either, and it is not used again
        }
    }

    private static List<Object> stateOf(PosixFileAttributes attributes) {
        return List.of(attributes.isDirectory(), attributes.fileKey(), attributes.owner(), attributes.permissions());
    }

    static PosixFileAttributes attributesOf(Path folder) throws IOException {
        return Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * A folder in which most scripts leave nothing. It is dated back when it is made, since what is put there dates it anew: so one look tells of an
     * empty one.
     */
    private record Emptied(Path folder, List<Object> state) {
        private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2001-02-03T04:05:06Z"));

        static Emptied make(Path folder) throws IOException {
            Files.createDirectory(folder);
            Files.setLastModifiedTime(folder, LONG_AGO);
            return new Emptied(folder, stateOf(folder));
        }

        boolean isEmpty() throws IOException {
            PosixFileAttributes now = attributesOf(folder);
            if (!stateOf(now).equals(state)) {
                return false;
            }
            if (now.lastModifiedTime().equals(LONG_AGO)) {
                return true;
            }
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                if (entries.iterator().hasNext()) {
                    return false;
                }
            }
            Files.setLastModifiedTime(folder, LONG_AGO);
            return true;
        }
    }

    /** Whether its disk is known to keep a file's time as it was set. */
    boolean keepsTimes() {
        return keepsTimes;
    }

    void keepsTimes(boolean does) {
        keepsTimes = does;
    }

    /**
     * Whether the output's files are still those behind the handles. Scripts may reach them, also those of other runs, but not put others in
     * their place without a change of the folder.
     */
    boolean isIntact() {
        try {
            return ownState.isPresent()
                    && ownState.equals(changeOf(own))
                    && place.printed().size() + place.errors().size() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Whether a run that means to hide something for the next one left nothing around its files. It can set the time at which a folder was
     * modified, and not the time of its last change.
     */
    boolean isCleanAround() {
        try {
            return !above.isEmpty()
                    && above.equals(timesAbove())
                    && others.stream().map(Emptied::folder).noneMatch(RunFolder::isUsed);
        } catch (IOException e) {
            return false;
        }
    }

    private List<Object> timesAbove() throws IOException {
        try {
            return List.of(
                    Files.getAttribute(own, CHANGED, LinkOption.NOFOLLOW_LINKS),
                    Files.getAttribute(own.resolve("task"), CHANGED, LinkOption.NOFOLLOW_LINKS));
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return List.of(); // no such system
        }
    }

    /** Deletes all that a run left, and empties the output; false if that can't be done file by file. */
    boolean emptied(FolderState after) {
        Optional<List<Path>> left = after.onlyFilesLeft();
        if (left.isEmpty() || ownState.isEmpty()) {
            return false;
        }
        try {
            if (!folderState.equals(after.top().map(RunFolder::stateOf).orElse(List.of()))) {
                return false;
            }
            for (Emptied other : others) {
                if (!other.isEmpty()) {
                    return false;
                }
            }
            for (Path file : left.get()) {
                Files.delete(file);
            }
            place.printed().clear();
            place.errors().clear();
            return true;
        } catch (IOException e) {
            return false; // then the whole is deleted, as far as that goes
        }
    }

    private static void closeBoth(Script.Membership place) {
        try {
            place.printed().close();
        } catch (IOException e) {
            log.debug("Closing a file that was only read failed; going on", e);
        }
        try {
            place.errors().close();
        } catch (IOException e) {
            log.debug("Closing a file that was only read failed; going on", e);
        }
    }

    @Override
    public void close() {
        closeBoth(place);
        leave(own);
    }

    /** Deletes all that is in it. It stays itself: a sandbox in which an interpreter waits has this very folder, and not what gets its name. */
    private static void leave(Path own) {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(own)) {
            left.forEach(DurableFiles::deleteTree);
        } catch (IOException | DirectoryIteratorException e) {
            log.debug("Emptying {} failed; it is not used again", own, e);
        }
    }

    /** Whether something is left in it. */
    static boolean isUsed(Path own) {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(own)) {
            return left.iterator().hasNext();
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
