package org.mutirao.protocol.disk;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.DosFileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Deletes one folder with all below it, whatever its rights are and however deep it is. Follows no links, and stops after a time, since a
 * program may still be writing there. Never throws.
 */
final class TreeDeletion {
    /** Deeper folders are moved up first: neither our stack nor the system's longest path is to be reached. */
    private static final int MAX_DEPTH = 64;

    private static final int MAX_PATH = 1500;

    private final Path top;
    private final LongSupplier nanos;
    private final long deadline;
    private final Deque<Path> movedUp = new ArrayDeque<>();
    private Path left;

    /**
     * Has deleted nothing yet.
     *
     * @param limitNanos how long it may take
     * @param nanos monotonic
     */
    TreeDeletion(Path top, long limitNanos, LongSupplier nanos) {
        this.top = top;
        this.nanos = nanos;
        this.deadline = nanos.getAsLong() + limitNanos;
    }

    /** Returns whether nothing is left. */
    boolean run() {
        delete(top, 0);
        while (!movedUp.isEmpty()) {
            delete(movedUp.pop(), 0);
        }
        return left == null;
    }

    /** The first that could not be deleted; null if there is none. */
    Path left() {
        return left;
    }

    private void delete(Path path, int depth) {
        if (left != null && nanos.getAsLong() - deadline > 0) {
            return;
        }
        if (nanos.getAsLong() - deadline > 0) {
            left = path;
            return;
        }
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            if (depth > 0 && (depth >= MAX_DEPTH || path.toString().length() > MAX_PATH) && movedUp(path)) {
                return;
            }
            deleteContents(path, depth);
        }
        if (!deleted(path)) {
            left = left == null ? path : left;
        }
    }

    private boolean movedUp(Path folder) {
        Path beside = top.resolveSibling(".deleting-" + UUID.randomUUID());
        try {
            Files.move(folder, beside);
            movedUp.push(beside);
            return true;
        } catch (IOException e) {
            return false; // then deeper on
        }
    }

    private void deleteContents(Path folder, int depth) {
        for (int attempt = 0; attempt < 2; attempt++) {
            try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
                for (Path child : children) {
                    delete(child, depth + 1);
                }
                return;
            } catch (IOException | DirectoryIteratorException e) {
                makeWritable(folder); // one that may not be listed, most likely; else its own deletion will fail too
            }
        }
    }

    private boolean deleted(Path path) {
        try {
            Files.deleteIfExists(path);
            return true;
        } catch (IOException e) {
            makeWritable(path.getParent()); // a name is removed by the right to its folder
            makeWritable(path); // and on Windows by the file's own
        }
        try {
            Files.deleteIfExists(path);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Only at or below the top; the folder around it is not ours. */
    private void makeWritable(Path path) {
        if (path == null || !(path.startsWith(top) || path.toString().contains(".deleting-"))) {
            return;
        }
        try {
            boolean folder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
            PosixFileAttributeView posix = Files.getFileAttributeView(path, PosixFileAttributeView.class);
            if (posix != null && folder) {
                posix.setPermissions(PosixFilePermissions.fromString("rwx------"));
            }
            DosFileAttributeView dos = posix == null
                    ? Files.getFileAttributeView(path, DosFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    : null;
            if (dos != null) {
                dos.setReadOnly(false);
            }
        } catch (IOException e) {
            // Not ours, or gone; the second try tells.
        }
    }
}
