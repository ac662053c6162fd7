package org.mutirao.protocol.pack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.mutirao.protocol.message.Payload;

/** Looks into a result that another group's program sent. */
public final class StrangerResult {
    private static final int ENOUGH = 64 * 1024;
    /** What every version of Python says when the program it is to run is not there. */
    private static final List<String> NOT_FOUND = List.of("can't open file ", "main.py", "No such file or directory");

    private StrangerResult() {}

    /**
     * Whether the interpreter never found {@code main.py}, so that nothing of the task was done: nothing printed, and the
     * interpreter's own complaint as the only error.
     *
     * @throws IOException when it can't be looked into, see {@link ResultArchive}
     */
    public static boolean neverRan(Payload zip) throws IOException {
        try (ZipFile file = ResultArchive.open(zip)) {
            String stderr = start(file, "stderr.txt").strip();
            return start(file, "stdout.txt").isBlank() && stderr.lines().count() == 1 && saysNotFound(stderr);
        }
    }

    /** In this order; each is looked for once, so that a long line takes no longer than its length. */
    private static boolean saysNotFound(String line) {
        int at = 0;
        for (String words : NOT_FOUND) {
            int found = line.indexOf(words, at);
            if (found < 0) {
                return false;
            }
            at = found + words.length();
        }
        return true;
    }

    private static String start(ZipFile file, String name) throws IOException {
        return ResultArchive.start(file, name, ENOUGH)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("");
    }
}
