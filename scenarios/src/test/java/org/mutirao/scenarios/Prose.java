package org.mutirao.scenarios;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How long the sentences of a text are. Code, headings and fragments of one or two words don't count; an item of a list and a cell of
 * a table end a sentence.
 *
 * @param sentences how many words each sentence has
 */
record Prose(List<Integer> sentences) {
    private static final int LONG = 30;
    private static final int FRAGMENT = 2;
    private static final Pattern FENCE = Pattern.compile("(?ms)^ *```.*?^ *```");
    private static final Pattern PRE = Pattern.compile("(?s)<pre>.*?</pre>");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ .*$");
    private static final Pattern PICTURE = Pattern.compile("!\\[[^]]*]\\([^)]*\\)");
    private static final Pattern LINK = Pattern.compile("\\[([^]]*)]\\([^)]*\\)");
    private static final Pattern CODE = Pattern.compile("`+[^`]*`+|\\{@\\w+[^}]*}");
    private static final Pattern ITEM =
            Pattern.compile("(?m)^ *([*-]|\\d+\\.) +|<(p|li|ul|ol|/li)>|^ *@\\w+( <?\\w+>?(?= ))?");
    private static final Pattern END = Pattern.compile("\\n\\s*\\n|\\||[.!?][)\"'*_]*\\s+(?=[\"'(*_]*\\p{Lu})");
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}'’.,:/_-]*");
    private static final Pattern JAVADOC = Pattern.compile("(?s)/\\*\\*(.*?)\\*/");

    static Prose ofMarkdown(String text) {
        return of(HEADING.matcher(FENCE.matcher(text).replaceAll("\n\n")).replaceAll("\n\n"));
    }

    static Prose ofJavadoc(String source) {
        Prose all = new Prose(List.of());
        for (String comment :
                JAVADOC.matcher(source).results().map(found -> found.group(1)).toList()) {
            all = all.and(of(PRE.matcher(comment.replaceAll("(?m)^ *\\* ?", "")).replaceAll("\n\n")));
        }
        return all;
    }

    private static Prose of(String text) {
        String plain = PICTURE.matcher(text).replaceAll(" ");
        plain = LINK.matcher(plain).replaceAll("$1");
        plain = CODE.matcher(plain).replaceAll("Code");
        plain = ITEM.matcher(plain).replaceAll("\n\n");
        List<Integer> lengths = new ArrayList<>();
        for (String sentence : END.split(plain, -1)) {
            int words = (int) WORD.matcher(sentence).results().count();
            if (words > FRAGMENT) {
                lengths.add(words);
            }
        }
        return new Prose(List.copyOf(lengths));
    }

    Prose and(Prose other) {
        List<Integer> both = new ArrayList<>(sentences);
        both.addAll(other.sentences);
        return new Prose(List.copyOf(both));
    }

    /** Words in the mean. */
    double mean() {
        return sentences.stream().mapToInt(Integer::intValue).average().orElse(0);
    }

    /** The share of sentences with more than 30 words, in percent. */
    double longOnes() {
        return sentences.isEmpty()
                ? 0
                : 100.0 * sentences.stream().filter(words -> words > LONG).count() / sentences.size();
    }

    @Override
    public String toString() {
        return "%5d sentences, %4.1f words in the mean, %4.1f %% over %d"
                .formatted(sentences.size(), mean(), longOnes(), LONG);
    }
}
