package org.mutirao.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
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
    /** So many go at one look: a script may add more meanwhile. */
    private static final int MOST_DELETED = 200_000;

    /** Each folder above takes a descriptor. */
    private static final int DEEPEST = 64;

    private final Path folder;
    private final long mostBytes;
    private int deleted;

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
                deleted = 0;
                empty();
            }
        } catch (IOException | UncheckedIOException e) {
            log.debug("{} can't be looked at now", folder, e);
        }
    }

    private void empty() throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            if (entries instanceof SecureDirectoryStream<Path> opened) {
                delete(opened, opened, 0);
            } else {
                entries.forEach(DurableFiles::deleteTree); // on a system without sandboxes
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** By open folders: a script that puts a link in the place of one, out of its sandbox, must have nothing deleted there. */
    private void delete(SecureDirectoryStream<Path> all, SecureDirectoryStream<Path> top, int depth) {
        for (Path each : all) {
            Path name = each.getFileName();
            deleted++;
            if (deleted > MOST_DELETED) {
                return;
            }
            try {
                if (!isFolder(all, name)) {
                    all.deleteFile(name);
                } else if (depth < DEEPEST) {
                    try (SecureDirectoryStream<Path> below = all.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                        below.getFileAttributeView(PosixFileAttributeView.class)
                                .setPermissions(PosixFilePermissions.fromString("rwx------"));
                        delete(below, top, depth + 1);
                    }
                    all.deleteDirectory(name);
                } else {
                    all.move(name, top, Path.of("deep-" + UUID.randomUUID())); // for the next look
                }
            } catch (IOException | DirectoryIteratorException e) {
                log.debug("{} stays for now", each, e);
            }
        }
    }

    private static boolean isFolder(SecureDirectoryStream<Path> all, Path name) throws IOException {
        return all.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes()
                .isDirectory();
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
