package org.mutirao.protocol.pack;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.units.Stars;

/**
 * A pattern for names in a package: {@code *} and {@code ?} within one step, {@code **} for any number of folders, <code>{csv,txt}</code>,
 * {@code [0-9]}. As in a shell, a step that begins with a dot is matched only by one that says so. Matching takes no longer than
 * pattern times name, whatever somebody wrote.
 */
final class EntryGlob {
    private static final int MAX_ALTERNATIVES = 100;
    private static final String WILD = "*?[{";

    private final List<List<Step>> alternatives;
    private final String folder;

    private EntryGlob(List<List<Step>> alternatives, String folder) {
        this.alternatives = alternatives;
        this.folder = folder;
    }

    /** One step of a pattern; no parts mean {@code **}. */
    private record Step(List<Part> parts) {
        boolean isDeep() {
            return parts.isEmpty();
        }

        boolean matches(String name) {
            boolean hidden = name.startsWith(".") && !parts.get(0).is('.');
            return !hidden
                    && Stars.match(
                            parts.size(),
                            part -> parts.get(part).star(),
                            (part, character) -> parts.get(part).accepts(character),
                            name.codePoints().toArray());
        }
    }

    /**
     * A star, or one character out of ranges.
     *
     * @param ranges first and last of each; none accept anything
     * @param not whether it is any character but those
     */
    private record Part(boolean star, List<int[]> ranges, boolean not) {
        boolean is(int character) {
            return !star
                    && !not
                    && ranges.size() == 1
                    && ranges.get(0)[0] == character
                    && ranges.get(0)[1] == character;
        }

        boolean accepts(int character) {
            return ranges.isEmpty()
                    || not != ranges.stream().anyMatch(range -> character >= range[0] && character <= range[1]);
        }
    }

    /** Reads one; empty when it is no pattern. */
    static Optional<EntryGlob> of(String text) {
        Optional<List<String>> spelledOut = spellOut(text);
        if (spelledOut.isEmpty()) {
            return Optional.empty();
        }
        List<List<Step>> alternatives = new ArrayList<>();
        for (String each : spelledOut.get()) {
            List<Step> steps = new ArrayList<>();
            for (String step : each.split("/", -1)) {
                Optional<Step> read = step(step);
                if (read.isEmpty()) {
                    return Optional.empty();
                }
                steps.add(read.get());
            }
            alternatives.add(steps);
        }
        return Optional.of(new EntryGlob(alternatives, folderOf(text)));
    }

    /** The folder in which all that it matches lies; empty for the top, else it ends in {@code /}. */
    String folder() {
        return folder;
    }

    private static String folderOf(String text) {
        int end = 0;
        while (end < text.length() && WILD.indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return text.substring(0, text.lastIndexOf('/', end == text.length() ? end : end - 1) + 1);
    }

    /** One pattern for each choice between braces, which don't nest. */
    private static Optional<List<String>> spellOut(String text) {
        int open = text.indexOf('{');
        if (open < 0) {
            return text.indexOf('}') < 0 ? Optional.of(List.of(text)) : Optional.empty();
        }
        int close = text.indexOf('}');
        int next = text.indexOf('{', open + 1);
        if (close < open || (next >= 0 && next < close)) {
            return Optional.empty();
        }
        Optional<List<String>> rests = spellOut(text.substring(close + 1));
        if (rests.isEmpty()) {
            return Optional.empty();
        }
        List<String> all = new ArrayList<>();
        for (String choice : text.substring(open + 1, close).split(",", -1)) {
            for (String rest : rests.get()) {
                all.add(text.substring(0, open) + choice + rest);
            }
        }
        return all.size() <= MAX_ALTERNATIVES ? Optional.of(all) : Optional.empty();
    }

    private static Optional<Step> step(String text) {
        if (text.equals("**")) {
            return Optional.of(new Step(List.of()));
        }
        if (text.isEmpty() || text.equals(".") || text.equals("..") || text.indexOf('\\') >= 0) {
            return Optional.empty();
        }
        List<Part> parts = new ArrayList<>();
        int[] characters = text.codePoints().toArray();
        int at = 0;
        while (at < characters.length) {
            int c = characters[at];
            if (c == '[') {
                int close = indexOf(characters, ']', at + 1);
                Optional<Part> read = close < 0 ? Optional.empty() : choice(characters, at + 1, close);
                if (read.isEmpty()) {
                    return Optional.empty();
                }
                parts.add(read.get());
                at = close;
            } else if (c == '*') {
                parts.add(new Part(true, List.of(), false));
            } else {
                parts.add(new Part(false, c == '?' ? List.of() : List.of(new int[] {c, c}), false));
            }
            at++;
        }
        return Optional.of(new Step(parts));
    }

    private static int indexOf(int[] characters, int wanted, int from) {
        for (int at = from; at < characters.length; at++) {
            if (characters[at] == wanted) {
                return at;
            }
        }
        return -1;
    }

    private static Optional<Part> choice(int[] characters, int from, int to) {
        boolean not = from < to && (characters[from] == '!' || characters[from] == '^');
        List<int[]> ranges = new ArrayList<>();
        for (int at = not ? from + 1 : from; at < to; at++) {
            boolean isRange = at + 2 < to && characters[at + 1] == '-';
            ranges.add(new int[] {characters[at], isRange ? characters[at + 2] : characters[at]});
            at += isRange ? 2 : 0;
        }
        return ranges.isEmpty() ? Optional.empty() : Optional.of(new Part(false, ranges, not));
    }

    /** Whether it matches a plain name. */
    boolean matches(String name) {
        String[] steps = name.split("/", -1);
        return alternatives.stream().anyMatch(pattern -> matches(pattern, steps));
    }

    private static boolean matches(List<Step> pattern, String[] names) {
        int at = 0;
        int step = 0;
        int deep = -1;
        int afterDeep = 0;
        while (at < names.length) {
            if (step < pattern.size() && pattern.get(step).isDeep()) {
                deep = step++;
                afterDeep = at;
                // What is only ** takes files too.
                if (step == pattern.size()) {
                    return noneHidden(names, at);
                }
            } else if (step < pattern.size() && pattern.get(step).matches(names[at])) {
                step++;
                at++;
            } else if (deep >= 0 && !names[afterDeep].startsWith(".")) {
                step = deep + 1;
                at = ++afterDeep;
            } else {
                return false;
            }
        }
        return step == pattern.size();
    }

    private static boolean noneHidden(String[] names, int from) {
        for (int at = from; at < names.length; at++) {
            if (names[at].startsWith(".")) {
                return false;
            }
        }
        return true;
    }
}
