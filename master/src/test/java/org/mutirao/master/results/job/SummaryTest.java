package org.mutirao.master.results.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mutirao.protocol.id.ResourceUse;

/** What people read of each task of a job. */
class SummaryTest {
    private static final ResourceUse USED =
            new ResourceUse(Optional.of(1L << 20), Optional.of(250L), Optional.empty(), Optional.of(7L));

    private static String lines(SummaryLine... lines) throws IOException {
        StringBuilder text = new StringBuilder();
        Summary summary = new Summary(text);
        for (SummaryLine line : lines) {
            summary.add(line, Optional.empty(), USED);
        }
        return text.substring((Summary.HEADER + Summary.USED).length());
    }

    private static SummaryLine because(String reason) {
        return new SummaryLine(
                "a.csv",
                17,
                "failed",
                OptionalInt.of(3),
                reason,
                new SummaryLine.Times(OptionalLong.of(1_234), OptionalLong.of(60_007)),
                "lab-7",
                2,
                Optional.of("a.zip"));
    }

    @Test
    void aLineSaysWhatBecameOfATask() throws IOException {
        assertEquals(
                "a.csv,17,failed,3,no such column,1.234,60.007,lab-7,2,a.zip,1048576,0.250,,7\n",
                lines(because("no such column")));
        assertEquals(
                "b.csv,18,queued,,,,,,0,,1048576,0.250,,7\n",
                lines(new SummaryLine(
                        "b.csv",
                        18,
                        "queued",
                        OptionalInt.empty(),
                        "",
                        SummaryLine.Times.NONE,
                        "",
                        0,
                        Optional.empty())));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '~',
            value = {
                "a, b~\"a, b\"",
                "say \"no\"~\"say \"\"no\"\"\"",
                "`two\nlines`~`\"two\nlines\"`",
                "=cmd|' /C calc'!A0~'=cmd|' /C calc'!A0",
                "=1,2~\"'=1,2\"",
                "+1~'+1",
                "-1~'-1",
                "@SUM(A1)~'@SUM(A1)",
                "`\tx`~`'\tx`",
                "a=b~a=b"
            })
    void aReasonIsTextWhateverItHas(String reason, String cell) throws IOException {
        assertEquals(
                "a.csv,17,failed,3," + cell + ",1.234,60.007,lab-7,2,a.zip,1048576,0.250,,7\n", lines(because(reason)));
    }
}
