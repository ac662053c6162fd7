package org.mutirao.worker.environment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.id.Sha256;

/**
 * What lies in an environment, by names, sizes and times: the whole of it, or only what its interpreter sees first. Compiled modules don't count,
 * since a script's own programs may leave some.
 *
 * @param bytes of all files
 */
record TreeStamp(Sha256 hash, long bytes) {
    private static final String COMPILED = "__pycache__";
    private static final String PACKAGES = "site-packages";
    private static final Set<PosixFilePermission> WRITING = EnumSet.of(
            PosixFilePermission.OWNER_WRITE, PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    private static final int DEPTH_OF_PACKAGES = 3;

    /** Of all files, but for one at the top. */
    static TreeStamp whole(Path top, String but) throws IOException {
        return of(top, Integer.MAX_VALUE, but);
    }

    /** Of its settings, and of the names of what is installed. */
    static Sha256 ofTop(Path top, String but) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(of(top, 1, but).hash().hex());
        for (Path packages : packages(top)) {
            lines.add(of(packages, 1, "").hash().hex());
        }
        return hash(lines);
    }

    private static List<Path> packages(Path top) throws IOException {
        try (var found = Files.find(
                top, DEPTH_OF_PACKAGES, (path, attributes) -> attributes.isDirectory() && path.endsWith(PACKAGES))) {
            return found.sorted().toList();
        }
    }

    private static TreeStamp of(Path top, int depth, String but) throws IOException {
        List<String> lines = new ArrayList<>();
        long[] bytes = {0};
        Files.walkFileTree(top, Set.of(), depth, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                if (FileNames.nameOf(folder).equals(COMPILED)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                lines.add(FileNames.textOf(top.relativize(folder)) + "/");
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = FileNames.textOf(top.relativize(file));
                if (attributes.isDirectory()) {
                    if (!name.equals(COMPILED)) {
                        lines.add(name + "/");
                    }
                } else if (!name.equals(but)) {
                    lines.add(name + "\t" + attributes.size() + "\t"
                            + attributes.lastModifiedTime().toMillis());
                    bytes[0] += attributes.size();
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return new TreeStamp(hash(lines), bytes[0]);
    }

    private static Sha256 hash(List<String> lines) {
        Collections.sort(lines);
        MessageDigest digest = Sha256.newDigest();
        lines.forEach(line -> digest.update((line + "\n").getBytes(StandardCharsets.UTF_8)));
        return Sha256.finish(digest);
    }

    /** Takes the right to write from everybody, as far as the system knows such rights. */
    static void makeReadOnly(Path top, String but) throws IOException {
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile() && !FileNames.nameOf(file).equals(but)) {
                    close(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
                close(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void close(Path path) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view != null) {
            Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
            permissions.addAll(view.readAttributes().permissions());
            permissions.removeAll(WRITING);
            view.setPermissions(permissions);
        }
    }
}
