package org.mutirao.worker.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import org.mutirao.protocol.disk.DurableFiles;

/**
 * Folders for runs. A name is used again as soon as nobody uses it, so that a warm interpreter, which knows the folder by its name, fits again.
 * Safe for several threads.
 */
final class RunFolders implements AutoCloseable {
    /**
     * For one run.
     *
     * @param forks the warm interpreters of that name
     */
    record Taken(int number, Interpreters.FolderForks forks, RunFolder folder) {}

    /** A name that is free, perhaps with the empty folder of an earlier run. */
    private record Kept(int number, Interpreters.FolderForks forks, Optional<RunFolder> clean) {}

    private final Path home;
    private final Interpreters interpreters;
    private final PriorityQueue<Kept> free = new PriorityQueue<>(Comparator.comparing(Kept::number));
    private int made;

    RunFolders(Path home, Interpreters interpreters) {
        this.home = home;
        this.interpreters = interpreters;
    }

    /** An empty one. */
    Taken take() throws IOException {
        Kept kept = next();
        try {
            Optional<RunFolder> intact = kept.clean().filter(RunFolder::isIntact);
            if (intact.isEmpty()) {
                kept.clean().ifPresent(RunFolder::close);
            }
            return new Taken(
                    kept.number(),
                    kept.forks(),
                    intact.isPresent() ? intact.get() : RunFolder.make(path(kept.number())));
        } catch (IOException e) {
            giveBack(kept.number(), kept.forks(), Optional.empty());
            throw e;
        }
    }

    private synchronized Kept next() {
        if (free.isEmpty()) {
            made++;
            return new Kept(made, interpreters.forks(), Optional.empty());
        }
        return free.remove();
    }

    private Path path(int number) {
        return home.resolve("run-" + number);
    }

    /**
     * Its run has ended.
     *
     * @param clean whether the folder is as empty as a new one
     */
    void giveBack(Taken used, boolean clean) {
        if (!clean) {
            used.folder().close();
        }
        giveBack(used.number(), used.forks(), Optional.of(used.folder()).filter(folder -> clean));
    }

    private void giveBack(int number, Interpreters.FolderForks forks, Optional<RunFolder> clean) {
        if (clean.isEmpty() && RunFolder.isUsed(path(number))) {
            forks.close(); // it could not be deleted: that name is never used again
            return;
        }
        synchronized (this) {
            free.add(new Kept(number, forks, clean));
        }
    }

    /** Deletes the folders that wait for a next run, and ends all interpreters that wait. */
    @Override
    public void close() {
        interpreters.close();
        synchronized (this) {
            free.forEach(kept -> {
                kept.clean().ifPresent(RunFolder::close);
                DurableFiles.deleteTree(path(kept.number()));
            });
            free.clear();
        }
    }
}
