package org.mutirao.master;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a kill at this moment would leave of a data folder. */
final class CopiedData {
    private CopiedData() {}

    /** Copies a folder, which a master may be using, or a single file. Locks are not copied; Windows lets nobody read them. */
    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (!file.getFileName().toString().endsWith("lock")) {
                    Files.createDirectories(target.getParent());
                    Files.copy(file, file.equals(from) ? to : target);
                }
            }
        }
    }
}
