package org.mutirao.master.results.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Compares folders. */
final class SameFiles {
    private SameFiles() {}

    /** Whether both are folders with the same names and bytes. */
    static boolean are(Path one, Path other) throws IOException {
        if (!Files.isDirectory(one) || !Files.isDirectory(other)) {
            return false;
        }
        List<Path> names = names(one);
        if (!names.equals(names(other))) {
            return false;
        }
        for (Path name : names) {
            Path first = one.resolve(name);
            Path second = other.resolve(name);
            boolean same = Files.isDirectory(first)
                    ? Files.isDirectory(second)
                    : Files.isRegularFile(second) && Files.mismatch(first, second) < 0;
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private static List<Path> names(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.map(folder::relativize).sorted().toList();
        }
    }
}
