package org.mutirao.protocol.commandline;

import java.util.Locale;
import java.util.Optional;
import org.mutirao.protocol.text.Language;
import org.mutirao.protocol.text.Text;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The language of a program, as its command line has it. */
public final class LanguageOption {
    /** Mostly {@link #choose} has spoken it already; but the option may stand in an {@code @FILE}. */
    @Option(
            names = "--lang",
            paramLabel = "en|pt",
            scope = ScopeType.INHERIT,
            defaultValue = "${env:MUTIRAO_LANG:-" + CommandLine.Option.NULL_VALUE + "}",
            converter = Given.class,
            description = "The language of what is said to people (the system's).")
    void speak(Language language) {
        if (language != null) {
            Text.speak(language);
        }
    }

    static final class Given implements CommandLine.ITypeConverter<Language> {
        @Override
        public Language convert(String text) {
            return Language.parse(text);
        }
    }

    /** Chooses it before the command line is understood, since its faults are told in it too. */
    public static void choose(String[] words) {
        Text.speak(Language.of(words, Optional.ofNullable(System.getenv("MUTIRAO_LANG")), Locale.getDefault()));
    }
}
