package org.mutirao.master.inbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArrivalsTest {
    private final Arrivals arrivals = new Arrivals();
    private Writing writing = Writing.UNKNOWN;
    private Arrivals.Content content = Arrivals.Content.PART;

    private Arrivals.Step look(long size, Duration at) throws IOException {
        Sighting sighting = new Sighting(size, FileTime.fromMillis(0), FileTime.fromMillis(0), "file");
        return arrivals.look("x.zip", sighting, () -> content, () -> writing, Duration.ZERO, at.toNanos());
    }

    @ParameterizedTest
    @CsvSource({
        "WHOLE, NO, 99, WAIT",
        "WHOLE, NO, 100, TAKE",
        "WHOLE, UNKNOWN, 1999, WAIT",
        "WHOLE, UNKNOWN, 2000, TAKE",
        "WHOLE, YES, 3600000, WAIT",
        "PART, UNKNOWN, 59999, WAIT",
        "PART, NO, 59999, WAIT",
        "PART, UNKNOWN, 60000, REJECT",
        "PART, YES, 3600000, WAIT",
        "OTHER, UNKNOWN, 1999, WAIT",
        "OTHER, NO, 2000, REJECT",
        "OTHER, YES, 3600000, WAIT",
    })
    void aFileThatDoesNotChangeIsJudgedAfter(Arrivals.Content inside, Writing open, long millis, Arrivals.Step expected)
            throws IOException {
        content = inside;
        writing = open;
        look(5, Duration.ZERO);
        assertEquals(expected, look(5, Duration.ofMillis(millis)));
    }

    @Test
    void aCopyThatPausesIsNeverRejected() throws IOException {
        for (int i = 0; i < 100; i++) {
            assertEquals(Arrivals.Step.WAIT, look(i, Duration.ofSeconds(i * 12L)));
        }
        content = Arrivals.Content.WHOLE;
        assertEquals(Arrivals.Step.WAIT, look(100, Duration.ofMinutes(20)));
        assertEquals(Arrivals.Step.TAKE, look(100, Duration.ofSeconds(1202)));
    }

    @Test
    void whatTakesLongIsLookedAtOnceASecondAlsoWhileItGrows() throws IOException {
        look(1, Duration.ZERO);
        assertEquals(
                Duration.ofMillis(50),
                arrivals.patience("x.zip", Duration.ofMillis(1999).toNanos()));
        look(2, Duration.ofSeconds(3));
        assertEquals(
                Duration.ofSeconds(1),
                arrivals.patience("x.zip", Duration.ofSeconds(3).toNanos()));
    }
}
