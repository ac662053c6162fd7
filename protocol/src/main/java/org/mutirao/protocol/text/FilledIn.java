package org.mutirao.protocol.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the twin of an English sentence whose gaps are filled in already, such as a reason that stands in the log. Only what comes last,
 * behind a colon, is looked for again, so that names stay as they are.
 */
final class FilledIn {
    /** A longer text was hardly said by us, and takes long to compare. */
    private static final int MAX_LENGTH = 500;

    private static final int MAX_DEPTH = 4;
    private static final int MIN_BEGINNING = 4;
    private static final Pattern GAP = Pattern.compile("%(?:(\\d+)\\$)?[-#+ 0,(]*\\d*(?:\\.\\d+)?([a-zA-Z%])");

    /** A sentence with gaps: what it looks like when they are filled in, which gap is which value, and its twin. */
    private record Sentence(Pattern looks, List<Integer> order, int literals, boolean goesOn, String twin) {
        static Sentence of(String english, String twin) {
            StringBuilder looks = new StringBuilder();
            List<Integer> order = new ArrayList<>();
            int from = 0;
            int literals = 0;
            Matcher gaps = GAP.matcher(english);
            while (gaps.find()) {
                looks.append(Pattern.quote(english.substring(from, gaps.start())));
                literals += gaps.start() - from;
                from = gaps.end();
                if (gaps.group(2).equals("%")) {
                    looks.append('%');
                } else {
                    looks.append(gaps.group(2).equals("s") ? "(.+?)" : "(\\S+)");
                    order.add(gaps.group(1) == null ? order.size() + 1 : Integer.parseInt(gaps.group(1)));
                }
            }
            looks.append(Pattern.quote(english.substring(from)));
            return new Sentence(
                    Pattern.compile(looks.toString(), Pattern.DOTALL),
                    order,
                    literals + english.length() - from,
                    english.endsWith(": %s"),
                    twin);
        }
    }

    /** Those without gaps. A single word is no sentence: it may as well be a name. */
    private final Map<String, String> whole = new HashMap<>();
    /** Those with gaps, by their first word, the most telling first. */
    private final Map<String, List<Sentence>> byFirstWord = new HashMap<>();
    /** Those whose first word has a gap. One that has nothing before it could be anything. */
    private final List<Sentence> others = new ArrayList<>();

    private record Found(Sentence sentence, Matcher where) {}

    /** Of these files. */
    static FilledIn of(List<ResourceBundle> twins) {
        FilledIn all = new FilledIn();
        for (ResourceBundle each : twins) {
            each.keySet().forEach(key -> all.add(key.replace('_', ' '), each.getString(key)));
        }
        all.byFirstWord
                .values()
                .forEach(some ->
                        some.sort(Comparator.comparingInt(Sentence::literals).reversed()));
        return all;
    }

    private static String firstWord(String text) {
        int end = text.indexOf(' ');
        return end < 0 ? text : text.substring(0, end);
    }

    private void add(String english, String twin) {
        String first = firstWord(english);
        if (!GAP.matcher(english).find()) {
            if (!first.equals(english)) {
                whole.put(english, twin);
            }
        } else if (!first.contains("%")) {
            byFirstWord.computeIfAbsent(first, word -> new ArrayList<>()).add(Sentence.of(english, twin));
        } else if (first.indexOf('%') >= MIN_BEGINNING) {
            others.add(Sentence.of(english, twin));
        }
    }

    /** Its twin; itself if there is none. */
    String twin(String filledIn) {
        return twin(filledIn, MAX_DEPTH);
    }

    private String twin(String filledIn, int depth) {
        if (whole.containsKey(filledIn)) {
            return whole.get(filledIn);
        }
        if (filledIn.length() > MAX_LENGTH || depth == 0) {
            return filledIn;
        }
        return Stream.concat(byFirstWord.getOrDefault(firstWord(filledIn), List.of()).stream(), others.stream())
                .map(each -> new Found(each, each.looks().matcher(filledIn)))
                .filter(each -> each.where().matches())
                .findFirst()
                .map(each -> fill(each.sentence(), each.where().toMatchResult(), depth))
                .orElse(filledIn);
    }

    private String fill(Sentence sentence, MatchResult found, int depth) {
        Map<Integer, String> values = new HashMap<>();
        for (int i = 0; i < sentence.order().size(); i++) {
            boolean isLast = i == sentence.order().size() - 1;
            String value = found.group(i + 1);
            values.put(sentence.order().get(i), isLast && sentence.goesOn() ? twin(value, depth - 1) : value);
        }
        int[] next = {0};
        return GAP.matcher(sentence.twin())
                .replaceAll(gap -> Matcher.quoteReplacement(
                        gap.group(2).equals("%")
                                ? "%"
                                : values.getOrDefault(
                                        gap.group(1) == null ? ++next[0] : Integer.parseInt(gap.group(1)), "")));
    }
}
