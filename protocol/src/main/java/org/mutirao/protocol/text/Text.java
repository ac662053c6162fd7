package org.mutirao.protocol.text;

import com.google.errorprone.annotations.FormatMethod;
import java.util.List;
import java.util.Optional;

/**
 * Sentences for people, in the language that this program speaks. The English sentence stands in the code, as a pattern of
 * {@link String#format}, and is the key of its twin in {@code messages_pt.properties} of its module. A sentence without a twin stays
 * English. {@code TwinsTest} finds those.
 */
public final class Text {
    private static volatile Language spoken = Language.ENGLISH;

    private Text() {}

    /** From now on this program speaks that language. Said once, before anything else is. */
    public static void speak(Language language) {
        spoken = language;
    }

    /** The language that this program speaks. */
    public static Language language() {
        return spoken;
    }

    /**
     * A sentence.
     *
     * @param english as written in the code; without values it is taken as it stands
     */
    @FormatMethod
    public static String of(String english, Object... values) {
        Language language = spoken;
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
        Language language = spoken;
        String english = number == 1 ? one : many;
        return String.format(language.locale(), language.twin(english).orElse(english), values);
    }

    /** The twin of a pattern that another part fills in, such as a line of the log; itself if there is none. */
    public static String pattern(String english) {
        return spoken.twin(english).orElse(english);
    }

    /** Several lines, each by itself. */
    public static Optional<List<String>> lines(List<String> english) {
        List<String> twins = english.stream().map(Text::pattern).toList();
        return twins.equals(english) ? Optional.empty() : Optional.of(twins);
    }
}
