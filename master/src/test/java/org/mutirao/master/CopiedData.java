package org.mutirao.master;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.mutirao.protocol.disk.DurableFiles;

/** What a kill at this moment would leave of a data folder. */
final class CopiedData {
    private CopiedData() {}

    private static final int MOST_TRIES = 20;

    /** Copies a folder, which a master may be using, or a single file. Locks are not copied; Windows lets nobody read them. */
    static void copy(Path from, Path to) throws IOException {
        for (int tries = 1; !isCopied(from, to, tries == MOST_TRIES); tries++) {
            DurableFiles.deleteTree(to); // a file got another name meanwhile, so the copy is of no one moment
        }
    }

    private static boolean isCopied(Path from, Path to, boolean isLast) throws IOException {
        try {
            copyOnce(from, to);
            return true;
        } catch (NoSuchFileException | UncheckedIOException e) {
            if (isLast) {
                throw e;
            }
            return false;
        }
    }

    private static void copyOnce(Path from, Path to) throws IOException {
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
