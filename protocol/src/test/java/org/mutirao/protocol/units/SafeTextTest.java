package org.mutirao.protocol.units;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class SafeTextTest {
    @Test
    void plainTextIsLeftAsItIs() {
        String plain = "main.py ended with 0~";

        assertSame(plain, SafeText.of(plain, ' '));
        assertSame(plain, SafeText.of(plain, ' ', plain.length()));
    }

    @Test
    void whatIsTooLongIsCut() {
        assertEquals("abc", SafeText.of("abcd", ' ', 3));
        assertEquals("\uD83D\uDE00", SafeText.of("\uD83D\uDE00\uD83D\uDE00", ' ', 1));
    }

    @Test
    void whatMovesACursorOrTurnsTheEyeIsReplaced() {
        assertEquals("a?b?c?d", SafeText.of("a\u001bb\u202ec\u007fd", '?'));
        assertEquals("não é", SafeText.of("não é", '?'));
    }
}
