package org.mutirao.master.results.job;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.pack.PlainName;

/** Names that may become files on every system, and lead nowhere else. */
final class PlainSteps {
    private static final String ENDING = ".zip";
    private static final int MAX_STEPS = 8;
    private static final int MAX_BYTES = 600;

    private PlainSteps() {}

    /** Whether a path with slashes in it consists of plain names only. What a ZIP from elsewhere calls a file passes here first. */
    static boolean arePlain(String path) {
        List<String> steps = List.of(path.split("/", -1));
        return steps.size() <= MAX_STEPS
                && path.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES
                && steps.stream().allMatch(step -> plain(step).equals(step));
    }

    /** The nearest plain name, without an ending of its own. A plain name stays as it is. */
    static String plain(String name) {
        String zip = PlainName.zip(name + ENDING);
        String stem = zip.substring(0, zip.length() - ENDING.length());
        // Windows drops dots and spaces at the end of a name.
        int end = stem.length();
        while (end > 0 && (stem.charAt(end - 1) == '.' || stem.charAt(end - 1) == ' ')) {
            end--;
        }
        return end == 0 ? "_" : stem.substring(0, end);
    }

    /** A plain name with something behind it, cut before that where the whole is too long. */
    static String with(String stem, String tail) {
        return FileNames.fitting(stem, tail);
    }
}
