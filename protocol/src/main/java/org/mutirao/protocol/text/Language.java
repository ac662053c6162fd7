package org.mutirao.protocol.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.Optional;
import java.util.ResourceBundle;

/** A language that the programs speak. */
public enum Language {
    ENGLISH(Locale.ENGLISH),
    PORTUGUESE(Locale.forLanguageTag("pt-BR"));

    /** Each may have a file of sentences; a program has those of the modules in its jar. */
    private static final List<String> MODULES = List.of("protocol", "group", "master", "worker", "console");

    private final Locale locale;

    Language(Locale locale) {
        this.locale = locale;
    }

    /** How it writes numbers. */
    public Locale locale() {
        return this == ENGLISH ? Locale.ROOT : locale;
    }

    /** As a person gives it: {@code pt}. */
    public String code() {
        return locale.getLanguage();
    }

    /**
     * Reads what a person gave, as {@code pt}, {@code pt-BR} or {@code pt_BR.UTF-8}.
     *
     * @throws IllegalArgumentException with a sentence for people
     */
    public static Language parse(String given) {
        return named(given)
                .orElseThrow(() -> new IllegalArgumentException(
                        Text.of("expected en or pt, but found '%s'", given.replaceAll("[^A-Za-z0-9_.-]", "?"))));
    }

    private static Optional<Language> named(String given) {
        String word = given.toLowerCase(Locale.ROOT);
        for (Language each : values()) {
            if (word.matches(each.code() + "([_.@-].*)?")) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /**
     * What to speak before the command line is understood, since its faults are told in the same language: {@code --lang} of the given
     * words, else {@code MUTIRAO_LANG}, else the system's language if we know it, else English.
     */
    public static Language of(String[] words, Optional<String> environment, Locale system) {
        Optional<String> given = environment.filter(text -> !text.isBlank());
        for (int i = 0; i < words.length; i++) {
            if (words[i].startsWith("--lang=")) {
                given = Optional.of(words[i].substring("--lang=".length()));
            } else if (words[i].equals("--lang") && i + 1 < words.length) {
                given = Optional.of(words[i + 1]);
            }
        }
        return given.flatMap(Language::named)
                .or(() -> named(system.getLanguage()))
                .orElse(ENGLISH);
    }

    /** The sentence in this language, if it is not the same. */
    Optional<String> twin(String english) {
        if (this == ENGLISH) {
            return Optional.empty();
        }
        String key = keyOf(english);
        for (ResourceBundle each : Sentences.PORTUGUESE_ONES) {
            if (each.containsKey(key)) {
                return Optional.of(each.getString(key));
            }
        }
        return Optional.empty();
    }

    /** An English sentence, filled in already, in this language. */
    String again(String filledIn) {
        return Sentences.FILLED_IN.twin(filledIn);
    }

    /** A key of a properties file ends at a space, so it has underscores. */
    static String keyOf(String english) {
        return english.replace(' ', '_');
    }

    /** Read when the first one is needed, so that nobody who speaks English waits for them. */
    private static final class Sentences {
        static final List<ResourceBundle> PORTUGUESE_ONES = read(PORTUGUESE.locale);
        static final FilledIn FILLED_IN = FilledIn.of(PORTUGUESE_ONES);

        private static List<ResourceBundle> read(Locale locale) {
            List<ResourceBundle> found = new ArrayList<>();
            for (String module : MODULES) {
                try {
                    found.add(ResourceBundle.getBundle(
                            "org.mutirao." + module + ".messages",
                            locale,
                            Language.class.getClassLoader(),
                            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES)));
                } catch (MissingResourceException e) {
                    // this program has no such module
                }
            }
            return found;
        }
    }
}
