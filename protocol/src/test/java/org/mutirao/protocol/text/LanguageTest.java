package org.mutirao.protocol.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageTest {
    @ParameterizedTest
    @CsvSource({"pt, PORTUGUESE", "pt-BR, PORTUGUESE", "PT_br.UTF-8, PORTUGUESE", "en, ENGLISH", "en_GB, ENGLISH"})
    void isReadAsPeopleAndSystemsWriteIt(String given, Language meant) {
        assertEquals(meant, Language.parse(given));
    }

    @Test
    void anotherOneIsRefusedWithoutRepeatingWhatATerminalObeys() {
        Exception refused = assertThrows(IllegalArgumentException.class, () -> Language.parse("fr\u001b[2J"));
        assertEquals("expected en or pt, but found 'fr??2J'", refused.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Language.parse("ptx"));
    }

    @Test
    void theCommandLineComesBeforeTheEnvironmentAndThatBeforeTheSystem() {
        Optional<String> none = Optional.empty();
        String[] nothing = {};
        assertEquals(Language.PORTUGUESE, Language.of(new String[] {"--lang=pt"}, Optional.of("en"), Locale.ENGLISH));
        assertEquals(Language.ENGLISH, Language.of(new String[] {"--lang", "en"}, Optional.of("pt"), Locale.ENGLISH));
        assertEquals(Language.PORTUGUESE, Language.of(nothing, Optional.of("pt_BR"), Locale.ENGLISH));
        assertEquals(Language.PORTUGUESE, Language.of(nothing, none, Locale.forLanguageTag("pt-PT")));
        assertEquals(Language.ENGLISH, Language.of(nothing, Optional.of(" "), Locale.FRENCH));
        assertEquals(Language.ENGLISH, Language.of(new String[] {"--lang"}, none, Locale.ROOT));
    }

    @Test
    void aSentenceWithoutATwinStaysAsItIs() {
        assertEquals(Optional.empty(), Language.ENGLISH.twin("there is no such thing"));
        assertEquals(Optional.empty(), Language.PORTUGUESE.twin("nobody ever wrote this"));
    }
}
