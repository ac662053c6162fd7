package org.mutirao.worker.run;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;

/** What of a script's files did not get into its result, or not under its own name, and why: for {@code result.json} and for people. */
final class PackingReport {
    /** In place of a file's name in {@code result.json}, which programs read too. */
    static final String ALL_FILES = "all files";

    /** More would make a list that nobody reads. */
    private static final int MAX_LISTED = 1000;

    private static final int MAX_IN_WORDS = 3;
    private static final int MAX_NAME = 200;

    private record Line(String file, String why) {}

    private final List<Line> leftOut = new ArrayList<>();
    private final List<Line> notes = new ArrayList<>();
    private long more;

    /** This one is not in the result, or not all of it. */
    void leftOut(String file, String why) {
        if (leftOut.size() < MAX_LISTED) {
            leftOut.add(new Line(file, why));
        } else {
            more++;
        }
    }

    /** This one is in it, but not quite as the script left it. */
    void note(String file, String what) {
        if (notes.size() < MAX_LISTED) {
            notes.add(new Line(file, what));
        }
    }

    boolean isWhole() {
        return leftOut.isEmpty();
    }

    void putInto(Map<String, Object> facts) {
        if (!leftOut.isEmpty()) {
            facts.put("packed_partly", true);
            facts.put("not_packed", listed(leftOut, "why"));
        }
        if (more > 0) {
            facts.put("not_packed_more", more);
        }
        if (!notes.isEmpty()) {
            facts.put("packed_differently", listed(notes, "how"));
        }
    }

    private static List<Map<String, Object>> listed(List<Line> lines, String label) {
        List<Map<String, Object>> list = new ArrayList<>();
        for (Line line : lines) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("file", line.file());
            fields.put(label, line.why());
            list.add(fields);
        }
        return list;
    }

    /** For a list of tasks; empty when all is packed. */
    String inWords() {
        if (leftOut.isEmpty()) {
            return "";
        }
        List<String> some = leftOut.stream()
                .limit(MAX_IN_WORDS)
                .map(line -> shown(line.file()) + " (" + line.why() + ")")
                .toList();
        long others = leftOut.size() + more - some.size();
        String named = String.join(", ", some);
        return others > 0
                ? Text.of("not packed: %s and %s more, see result.json", named, others)
                : Text.of("not packed: %s", named);
    }

    private static String shown(String file) {
        return file.equals(ALL_FILES) ? Text.of("all files") : SafeText.of(file, '?', MAX_NAME);
    }

    /** Why a file could not be read, without an exception's own words. */
    static String reason(Throwable e) {
        if (e instanceof NoSuchFileException || e instanceof FileNotFoundException) {
            return Text.of("it vanished while it was being packed");
        }
        if (e instanceof AccessDeniedException) {
            return Text.of("the worker may not read it");
        }
        return e instanceof IOException
                ? Text.of("it could not be read")
                : Text.of("it has a name that this system can't use");
    }
}
