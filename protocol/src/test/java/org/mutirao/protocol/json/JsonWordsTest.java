package org.mutirao.protocol.json;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mutirao.protocol.units.Told;

/** What a person or a peer reads of a text that is no JSON. */
class JsonWordsTest {
    private static String words(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return assertThrows(Told.class, () -> Json.readMap(bytes)).getMessage();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"timeout\": \"2h\", }      | it is no JSON at line 1",
                "{\"a\": tru}                 | it is no JSON at line 1",
                "{\"a\": \"unclosed           | ends in the middle",
                "{\"a\": 1, \"a\": 2}         | the same name stands twice",
                "{\"a\": 1} more              | it is no JSON",
                "[1]                          | expected a JSON object",
            })
    void aFaultIsASentence(String text, String expected) {
        assertTrue(words(text.strip()).contains(expected.strip()), words(text.strip()));
    }

    @Test
    void noneOfAParsersWordsAreAmongThem() {
        for (String text :
                List.of("{", "{\"a\":}", "{'a':1}", "[".repeat(500), "{\"a\":" + "9".repeat(99) + "}", "\u0000")) {
            String words = words(text);
            for (String theirs :
                    List.of("Unexpected", "Source", "JsonRead", "com.", "java.", "Exception", "StreamRead")) {
                assertFalse(words.contains(theirs), words);
            }
        }
    }
}
