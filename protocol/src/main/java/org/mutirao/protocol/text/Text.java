package org.mutirao.protocol.text;

import com.google.errorprone.annotations.FormatMethod;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Sentences for people, in the language that this program speaks. The English sentence stands in the code, as a pattern of
 * {@link String#format}, and is the key of its twin in {@code messages_pt.properties} of its module. A sentence without a twin stays
 * English. {@code TwinsTest} finds those.
 */
public final class Text {
    private static volatile Language spoken = Language.ENGLISH;
    private static final ThreadLocal<Boolean> IN_ENGLISH = ThreadLocal.withInitial(() -> false);

    private Text() {}

    /** From now on this program speaks that language. Said once, before anything else is. */
    public static void speak(Language language) {
        spoken = language;
    }

    /** The language that this program speaks. */
    public static Language language() {
        return spoken != Language.ENGLISH && IN_ENGLISH.get() ? Language.ENGLISH : spoken;
    }

    /**
     * A sentence.
     *
     * @param english as written in the code; without values it is taken as it stands
     */
    @FormatMethod
    public static String of(String english, Object... values) {
        Language language = language();
        String twin = language.twin(english).orElse(english);
        return values.length == 0 ? twin : String.format(language.locale(), twin, values);
    }

    /**
     * A sentence about so many things. The number is its first value.
     *
     * @param one for exactly one
     * @param many for any other number
     */
    public static String count(long number, String one, String many, Object... more) {
        Object[] values = new Object[more.length + 1];
        values[0] = number;
        System.arraycopy(more, 0, values, 1, more.length);
        Language language = language();
        String english = number == 1 ? one : many;
        return String.format(language.locale(), language.twin(english).orElse(english), values);
    }

    /** The twin of a pattern that another part fills in, such as a line of the log; itself if there is none. */
    public static String pattern(String english) {
        return language().twin(english).orElse(english);
    }

    /**
     * A sentence that stays English: it goes on the log or to another program, and those who show it may speak another language than this
     * program does. They say it by {@link #again}.
     */
    @FormatMethod
    public static String kept(String english, Object... values) {
        return values.length == 0 ? english : String.format(Locale.ROOT, english, values);
    }

    /** What {@link #of} and {@link #count} say, but in English; for the same reason as {@link #kept}. */
    public static String inEnglish(Supplier<String> sentence) {
        if (spoken == Language.ENGLISH) {
            return sentence.get();
        }
        boolean before = IN_ENGLISH.get();
        IN_ENGLISH.set(true);
        try {
            return sentence.get();
        } finally {
            IN_ENGLISH.set(before);
        }
    }

    /** Says in our language what was kept in English; itself if there is no such sentence. */
    public static String again(String kept) {
        Language language = language();
        return language == Language.ENGLISH ? kept : language.again(kept);
    }

    /** A sentence in each language, to find in a file what was written when the program spoke another one. */
    @FormatMethod
    public static List<String> inEach(String english, Object... values) {
        return Stream.of(Language.values())
                .map(each -> String.format(each.locale(), each.twin(english).orElse(english), values))
                .distinct()
                .toList();
    }

    /** What was kept, in the language of one who asks, which may be another than ours. */
    public static String in(Language language, String kept) {
        return language.twin(kept).orElse(kept);
    }

    /** Several lines, each by itself. */
    public static Optional<List<String>> lines(List<String> english) {
        List<String> twins = english.stream().map(Text::pattern).toList();
        return twins.equals(english) ? Optional.empty() : Optional.of(twins);
    }
}
