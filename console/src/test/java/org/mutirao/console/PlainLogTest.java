package org.mutirao.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PlainLogTest {
    private final PlainLog log = new PlainLog();

    @Test
    void ofAProgressBarTheLastStateStays() {
        assertEquals("98% [###]\nend\n", log.next("\r0% []\r2% [#]\r98% [###]\nend\n"));
        assertEquals("a\nb\n", log.next("a\r\nb\r\r\n"));
        assertEquals("kept\n", log.next("kept\r\n"));
    }

    @Test
    void eachPartOfAFollowedBarIsALine() {
        assertEquals("2%", log.next("\r1%\r2%"));
        assertEquals("\n4%", log.next("\r3%\r4%"));
        assertEquals("\n", log.next("\r\n"));
        assertEquals("Name: ", log.next("Name: "));
        assertEquals("Ana\n", log.next("Ana\n"));
    }

    @Test
    void coloursAndTitlesAreLeftOut() {
        assertEquals("red plain\n", log.next("\u001b[1;31mred\u001b[0m plain\u001b[2K\n"));
        assertEquals("x\n", log.next("\u001b]0;a title\u0007x\n"));
        assertEquals("cut", log.next("cut\u001b[3"));
        assertEquals(" in two\n", log.next("1m in two\n"));
        assertEquals("next\n", log.next("\u001b]a title without an end\nnext\n"));
    }

    @Test
    void whatCouldMoveATerminalIsShownAsAQuestionMark() {
        assertEquals("a?b\tc?\n", log.next("a\bb\tc\u009b\n"));
    }
}
