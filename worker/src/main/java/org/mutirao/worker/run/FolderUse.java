package org.mutirao.worker.run;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * What a script's folders take on the disk, looked at in small steps while it runs: all of them together take a twentieth of one core's time at
 * most. On Linux files count too that have no name any more and are still open. For one thread.
 */
final class FolderUse implements AutoCloseable {
    /**
     * So much is there.
     *
     * @param bytes by the sizes of all files
     * @param entries files, folders and all else
     */
    record Size(long bytes, long entries) {
        static final Size NOTHING = new Size(0, 0);

        Size without(Size other) {
            return new Size(Math.max(0, bytes - other.bytes), Math.max(0, entries - other.entries));
        }

        Size max(Size other) {
            return new Size(Math.max(bytes, other.bytes), Math.max(entries, other.entries));
        }
    }

    private static final long STEP_NANOS = 10_000_000;
    private static final long PAUSE_NANOS = 500_000_000;
    private static final long SHARE = 20;
    /** Between two looks at the clock. */
    private static final int BATCH = 32;

    private static final int MAX_OPEN = 10_000;
    private static final String DELETED = " (deleted)";

    private final Path root;
    private final Path proc;
    private final Size before;
    private final LongSupplier nanos;
    private long due;
    private String prefix = "";
    private Walk walk;
    private Size now = Size.NOTHING;
    private Size peak = Size.NOTHING;

    /**
     * Has not looked yet.
     *
     * @param before what was there before the script
     * @param nanos monotonic
     */
    FolderUse(Path root, Path proc, Size before, LongSupplier nanos) {
        this.root = root;
        this.proc = proc;
        this.before = before;
        this.nanos = nanos;
        this.due = nanos.getAsLong();
    }

    /** All below the root that is seen in one go. */
    private final class Walk {
        private final Deque<Path> folders = new ArrayDeque<>();
        private DirectoryStream<Path> open;
        private Iterator<Path> entries;
        private long bytes;
        private long count;
        private long spent;

        Walk() {
            folders.add(root);
        }

        Size seen() {
            return new Size(bytes, count);
        }

        /** Whether it has come to its end; it stops soon after that time. */
        boolean goOn(long until) {
            int left = BATCH;
            while (next()) {
                left--;
                if (left == 0) {
                    if (nanos.getAsLong() - until >= 0) {
                        return false;
                    }
                    left = BATCH;
                }
            }
            return true;
        }

        /** One entry or one folder further; false at the end. */
        private boolean next() {
            try {
                if (entries != null && entries.hasNext()) {
                    count(entries.next());
                    return true;
                }
                close();
                if (folders.isEmpty()) {
                    return false;
                }
                open = opened(folders.remove());
                entries = open.iterator();
            } catch (IOException | DirectoryIteratorException | UnsupportedOperationException e) {
                close(); // gone, or not to be read: then nothing below it counts
            }
            return true;
        }

        private void count(Path entry) {
            try {
                BasicFileAttributes is = attributes(entry);
                count++;
                bytes += is.isRegularFile() ? is.size() : 0;
                if (is.isDirectory()) {
                    folders.add(entry);
                }
            } catch (IOException | UnsupportedOperationException e) {
                // it has gone since
            }
        }

        @SuppressWarnings("StreamResourceLeak") // it stays open between two steps
        private DirectoryStream<Path> opened(Path folder) throws IOException {
            try {
                return Files.newDirectoryStream(folder);
            } catch (AccessDeniedException e) {
                letIn(folder);
                return Files.newDirectoryStream(folder);
            }
        }

        private BasicFileAttributes attributes(Path entry) throws IOException {
            try {
                return Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            } catch (AccessDeniedException e) {
                letIn(entry.getParent());
                return Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            }
        }

        /** A script that locks a folder must not hide by that what it wrote there. Its owner, who runs it, may enter again. */
        private void letIn(Path folder) throws IOException {
            PosixFileAttributes is = Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Set<PosixFilePermission> permissions = new HashSet<>(is.permissions());
            if (is.isDirectory()
                    && permissions.addAll(Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_EXECUTE))) {
                Files.setPosixFilePermissions(folder, permissions);
            }
        }

        void close() {
            entries = null;
            try {
                if (open != null) {
                    open.close();
                }
            } catch (IOException e) {
                // it was only read
            }
            open = null;
        }
    }

    /**
     * Goes on, if it is time to.
     *
     * @param pids the script's processes
     */
    void look(Collection<Long> pids) {
        long start = nanos.getAsLong();
        if (walk == null && start - due < 0) {
            return;
        }
        if (walk == null) {
            walk = new Walk();
        }
        boolean done = walk.goOn(start + STEP_NANOS);
        Size seen = walk.seen();
        if (done) {
            Size whole = new Size(seen.bytes() + withoutName(pids), seen.entries());
            now = whole.without(before);
        } else {
            now = now.max(seen.without(before));
        }
        peak = peak.max(now);
        long end = nanos.getAsLong();
        walk.spent += end - start;
        if (done) {
            due = end + Math.max(PAUSE_NANOS, walk.spent * SHARE);
            walk = null;
        }
    }

    /** Beyond what was there before, at the last look. */
    Size now() {
        return now;
    }

    /** The most of each that was seen. */
    Size peak() {
        return peak;
    }

    /** What files take that processes have open, and whose names were in these folders. */
    private long withoutName(Collection<Long> pids) {
        prefix = prefix.isEmpty() ? realRoot() : prefix;
        Set<Object> counted = new HashSet<>();
        long bytes = 0;
        int looked = 0;
        for (long pid : pids) {
            Path open = proc.resolve(Long.toString(pid)).resolve("fd");
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(open)) {
                for (Path each : entries) {
                    looked++;
                    if (looked > MAX_OPEN) {
                        return bytes;
                    }
                    bytes += sizeWithoutName(each, counted);
                }
            } catch (IOException | DirectoryIteratorException e) {
                // it has ended, or this system does not tell
            }
        }
        return bytes;
    }

    /** As the system calls it. */
    private String realRoot() {
        try {
            return root.toRealPath() + "/";
        } catch (IOException e) {
            return root.toAbsolutePath() + "/";
        }
    }

    private long sizeWithoutName(Path open, Set<Object> counted) {
        try {
            String target = Files.readSymbolicLink(open).toString();
            if (!target.endsWith(DELETED) || !target.startsWith(prefix)) {
                return 0;
            }
            BasicFileAttributes is = Files.readAttributes(open, BasicFileAttributes.class);
            return counted.add(is.fileKey()) ? is.size() : 0; // names may be used again
        } catch (IOException e) {
            return 0; // closed since
        }
    }

    @Override
    public void close() {
        if (walk != null) {
            walk.close();
            walk = null;
        }
    }
}
