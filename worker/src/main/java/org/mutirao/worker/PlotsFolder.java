package org.mutirao.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.mutirao.protocol.disk.DurableFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder that all scripts may write to, in which the library for plots keeps its list of fonts. What it has there takes less than a
 * megabyte, so a folder with far more is emptied: a script fills it, on purpose or not. The library makes its list again.
 */
final class PlotsFolder {
    private static final Logger log = LoggerFactory.getLogger(PlotsFolder.class);
    private static final long MOST_BYTES = 64L << 20;
    private static final int MOST_ENTRIES = 1000;

    private final Path folder;
    private final long mostBytes;

    PlotsFolder(Path folder) {
        this(folder, MOST_BYTES);
    }

    PlotsFolder(Path folder, long mostBytes) {
        this.folder = folder;
        this.mostBytes = mostBytes;
    }

    /** Empties it if it has too much. */
    void look() {
        try {
            if (Files.isDirectory(folder) && isTooLarge()) {
                log.warn("Emptying {}, which scripts have filled", folder);
                for (Path each : entries()) {
                    DurableFiles.deleteTree(each);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            log.debug("{} can't be looked at now", folder, e);
        }
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }

    private boolean isTooLarge() throws IOException {
        Sum sum = new Sum();
        Files.walkFileTree(folder, sum);
        return sum.isTooMuch();
    }

    /** What is there, counted as far as it takes to know. */
    private final class Sum extends SimpleFileVisitor<Path> {
        private long bytes;
        private int entries;

        boolean isTooMuch() {
            return bytes > mostBytes || entries > MOST_ENTRIES;
        }

        private FileVisitResult add(long size) {
            bytes += size;
            entries++;
            return isTooMuch() ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path any, BasicFileAttributes attributes) {
            return add(0);
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            return add(attributes.size());
        }

        /** Gone, or somebody locked it. */
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException why) {
            return add(0);
        }

        @Override
        public FileVisitResult postVisitDirectory(Path any, IOException why) {
            return FileVisitResult.CONTINUE;
        }
    }
}
