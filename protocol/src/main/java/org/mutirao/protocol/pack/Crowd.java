package org.mutirao.protocol.pack;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.mutirao.protocol.text.Text;

/** Counts the files of a ZIP before anything else is known of it, and says in which folder most of them are. */
final class Crowd {
    private static final Set<String> MADE_BY_TOOLS = Set.of(
            "venv", ".venv", "env", ".env", "virtualenv", "site-packages", "node_modules", ".git", "__pycache__");
    private static final int DEPTH = 4;

    private final int most;
    private final Map<String, Integer> folders = new HashMap<>();
    private int count;

    Crowd(int most) {
        this.most = most;
    }

    /** Counts one name. */
    void add(String given) {
        String name = EntryNames.plain(given, true);
        if (name.isEmpty() || EntryNames.isLitter(name)) {
            return;
        }
        count++;
        int at = name.indexOf('/');
        for (int depth = 0; at >= 0 && depth < DEPTH; depth++) {
            // As many folders as files at most; beyond that it is no folder that holds them all.
            if (folders.size() < 100_000 || folders.containsKey(name.substring(0, at + 1))) {
                folders.merge(name.substring(0, at + 1), 1, Integer::sum);
            }
            at = name.indexOf('/', at + 1);
        }
    }

    boolean isTooLarge() {
        return count > most;
    }

    /** What is to be said when it is too large. */
    RefusedPackage refusal() {
        String fullest = fullest();
        String all = Text.of("it has more than %s files: %s", most, count);
        if (fullest.isEmpty()) {
            return new RefusedPackage(all, Text.of("Put the many small files into one archive that main.py opens."));
        }
        if (Extra.isWithin(fullest)) {
            return new RefusedPackage(
                    Text.of(
                            "the results that come along have too many files: '%s' has %s",
                            EntryNames.printable(fullest), folders.get(fullest)),
                    Text.of("Let each task leave fewer files, or make several jobs of it and merge in two steps."));
        }
        String reason = Text.of("%s; '%s' has %s of them", all, EntryNames.printable(fullest), folders.get(fullest));
        if (count > most + JobSpec.MAX_TASKS && fullest.endsWith("inputs/")) {
            return new RefusedPackage(
                    Text.of(
                            "'%s' has %s files, and a job has at most %s tasks",
                            EntryNames.printable(fullest), folders.get(fullest), JobSpec.MAX_TASKS),
                    Text.of("Make several jobs of it, or put several inputs into one file."));
        }
        return new RefusedPackage(
                reason,
                isMadeByTools(fullest)
                        ? Text.of("Leave that folder out and name the packages in a requirements.txt; then zip again.")
                        : Text.of(
                                "Leave that folder out if main.py does not need it, or put its many small files into one"
                                        + " archive that main.py opens."));
    }

    /** Goes down as long as one folder holds nearly all; a folder that tools fill is named itself, not what is in it. */
    private String fullest() {
        String fullest = "";
        while (!isMadeByTools(fullest)) {
            String above = fullest;
            String next = folders.keySet().stream()
                    .filter(name -> name.startsWith(above)
                            && name.length() > above.length()
                            && name.indexOf('/', above.length()) == name.length() - 1)
                    .max((a, b) -> folders.get(a) - folders.get(b))
                    .orElse("");
            if (next.isEmpty() || folders.get(next) < count / 2) {
                break;
            }
            fullest = next;
        }
        return fullest;
    }

    /** Whether it is more than a package has, even one with inputs. */
    boolean isHopeless() {
        return count > most + JobSpec.MAX_TASKS;
    }

    private static boolean isMadeByTools(String folder) {
        String plain = folder.isEmpty() ? "" : folder.substring(0, folder.length() - 1);
        return MADE_BY_TOOLS.contains(plain.substring(plain.lastIndexOf('/') + 1));
    }
}
