package org.mutirao.worker.stay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.LocalTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HoursTest {
    @ParameterizedTest
    @CsvSource({
        "18:00-07:00, 18:00, true",
        "18:00-07:00, 23:59, true",
        "18:00-07:00, 00:00, true",
        "18:00-07:00, 06:59:59, true",
        "18:00-07:00, 07:00, false",
        "18:00-07:00, 17:59:59, false",
        "08:30-12:00, 08:30, true",
        "08:30-12:00, 12:00, false",
        "08:30-12:00, 03:00, false",
        "22:00-00:00, 23:00, true",
        "22:00-00:00, 00:00, false"
    })
    void maySpanMidnight(String hours, LocalTime time, boolean open) {
        assertEquals(open, Hours.parse(hours).include(time));
    }

    @ParameterizedTest
    @CsvSource({
        "18:00-07:00, 07:00, 11h",
        "18:00-07:00, 17:59, 1m",
        "08:30-12:00, 12:00, 20h30m",
        "08:30-12:00, 08:30, 24h"
    })
    void tellHowLongToWait(String hours, LocalTime time, String wait) {
        assertEquals(Duration.parse("PT" + wait), Hours.parse(hours).untilNext(time));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "18:00", "18:00-", "6pm-7am", "18:00-07:00-09:00", "25:00-07:00", "07:00-07:00"})
    void otherTextsAreRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Hours.parse(text));
    }
}
