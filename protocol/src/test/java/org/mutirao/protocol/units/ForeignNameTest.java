package org.mutirao.protocol.units;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignNameTest {
    /** Characters that make the most of escapes that look like escapes of escapes. */
    private static final String TRICKY = "--..20d2a@/ é";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ana|ana",
                "joão.silva-2_x|joão.silva-2_x",
                "Ana Maria|Ana-.20.Maria",
                "ana@pc7|ana-.40.pc7",
                "sala/1|sala-.2f.1",
                "😀|-.1f600.",
                "a-.b|a-.b",
                "-.20.|-.2d..20.",
                "-.61.|-.61.",
            })
    void aTextHasOneName(String theirs, String ours) {
        assertEquals(ours, ForeignName.toOurs(theirs));
        assertEquals(theirs, ForeignName.toTheirs(ours));
        assertTrue(ForeignName.isValid(ours, 32));
    }

    @Test
    void bothWaysLeadBack() {
        Random random = new Random(7);
        for (int round = 0; round < 200_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(14) + 1; length > 0; length--) {
                text.append(TRICKY.charAt(random.nextInt(TRICKY.length())));
            }
            String theirs = text.toString();
            String ours = ForeignName.toOurs(theirs);
            assertTrue(ForeignName.isValid(ours, 14), ours);
            assertEquals(theirs, ForeignName.toTheirs(ours), ours);
            if (ForeignName.isValid(theirs, 14)) { // taken for a name of ours
                assertEquals(theirs, ForeignName.toOurs(ForeignName.toTheirs(theirs)));
            }
        }
    }

    @Test
    void lengthIsThatOfTheText() {
        assertTrue(ForeignName.isValid(ForeignName.toOurs(" ".repeat(32)), 32));
        assertFalse(ForeignName.isValid(ForeignName.toOurs(" ".repeat(33)), 32));
        assertFalse(ForeignName.isValid("a".repeat(33), 32));
        assertFalse(ForeignName.isValid("", 32));
        assertFalse(ForeignName.isValid("two words", 32));
        assertFalse(ForeignName.isValid("-.2d.".repeat(100_000), 32));
    }
}
