package org.mutirao.master;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** The blobs that a master, running or ended, has in its data folder. */
final class StoredBlobs {
    private StoredBlobs() {}

    /** Files that are still written have no name yet and do not count; files may come and go meanwhile. */
    static List<Path> in(Path data) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(data.resolve("blobs"), namedFilesInto(found));
        return found;
    }

    private static FileVisitor<Path> namedFilesInto(List<Path> found) {
        return new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return folder.endsWith("incoming") ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                found.add(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        };
    }
}
