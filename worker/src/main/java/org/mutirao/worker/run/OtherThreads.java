package org.mutirao.worker.run;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The threads of a process besides its first, in Linux' {@code /proc}. When the first has ended and others live, only these tell what the
 * process has.
 */
final class OtherThreads {
    private static final int MAX = 8;

    private OtherThreads() {}

    /** The folders of some of them; none of a process that is gone. */
    static List<Path> of(Path process) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
            for (Path each : threads) {
                if (!each.getFileName().equals(process.getFileName()) && found.size() < MAX) {
                    found.add(each);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return found; // gone
        }
        return found;
    }
}
