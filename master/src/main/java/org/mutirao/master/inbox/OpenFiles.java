package org.mutirao.master.inbox;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The files of a folder that programs have open for writing, as Linux tells in {@code /proc}. Elsewhere, and of other users' programs,
 * nothing is known. One look at all programs costs milliseconds, so it holds for one scan of the folder, if that is not long. For one thread.
 */
final class OpenFiles {
    /** How long a look holds within a scan. Whatever is written after that look is found changed before it is taken. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final Path processes;
    private final Path folder;
    private final LongSupplier nanos;
    private final Set<Path> written = new HashSet<>();
    private boolean sawAll;
    private long lookedAt;
    private boolean looked;

    OpenFiles(Path processes, Path folder, LongSupplier nanos) {
        this.processes = processes;
        this.folder = folder;
        this.nanos = nanos;
    }

    /** The next question is answered by a new look. */
    void forget() {
        looked = false;
    }

    /** Asks of one file of the folder. */
    Writing of(Path file) {
        if (!looked || nanos.getAsLong() - lookedAt > FRESH.toNanos()) {
            look();
        }
        if (written.contains(file.getFileName())) {
            return Writing.YES;
        }
        return sawAll ? Writing.NO : Writing.UNKNOWN;
    }

    private void look() {
        looked = true;
        lookedAt = nanos.getAsLong();
        written.clear();
        sawAll = Files.isDirectory(processes.resolve("self/fd"));
        if (!sawAll) {
            return;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(processes, "[0-9]*")) {
            Path real = folder.toRealPath();
            for (Path process : all) {
                look(process, real);
            }
        } catch (IOException e) {
            sawAll = false;
        }
    }

    private void look(Path process, Path real) {
        try (DirectoryStream<Path> handles = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path handle : handles) {
                note(process, handle, real);
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Gone meanwhile, or another user's.
            sawAll &= !Files.exists(process);
        }
    }

    private void note(Path process, Path handle, Path real) {
        try {
            Path open = Files.readSymbolicLink(handle);
            if (real.equals(open.getParent()) && isForWriting(process, handle)) {
                written.add(open.getFileName());
            }
        } catch (IOException e) {
            // Closed meanwhile.
        }
    }

    private static boolean isForWriting(Path process, Path handle) throws IOException {
        for (String line : Files.readAllLines(process.resolve("fdinfo").resolve(handle.getFileName()))) {
            if (line.startsWith("flags:")) {
                return (Integer.parseInt(line.substring(line.length() - 1), 8) & 3) != 0;
            }
        }
        return false;
    }
}
