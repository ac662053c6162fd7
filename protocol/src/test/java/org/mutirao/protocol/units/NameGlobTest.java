package org.mutirao.protocol.units;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameGlobTest {
    @ParameterizedTest
    @CsvSource({
        "slow*, slow.zip, true",
        "slow*, slow, true",
        "slow*, very-slow, false",
        "*.csv, june.csv, true",
        "*.csv, june.csv.bak, false",
        "j?ne, june, true",
        "j?ne, jne, false",
        "a*b*c, aXbYc, true",
        "a*b*c, aXbY, false",
        "*, x, true",
        "plain, plain, true",
        "plain, Plain, false",
        "?, ã, true",
        "?, 😀, true",
        "a.c, abc, false",
        "[ab], a, false"
    })
    void itIsAsShellsHaveIt(String pattern, String name, boolean matches) {
        assertEquals(matches, NameGlob.of(pattern).matches(name), pattern + " of " + name);
    }

    @Test
    void onlyStarsAndQuestionMarksMakeAPattern() {
        assertTrue(NameGlob.isPattern("a*"));
        assertTrue(NameGlob.isPattern("a?"));
        assertFalse(NameGlob.isPattern("a[b].{c}"));
        assertTrue(NameGlob.of("*").matches(""));
        assertFalse(NameGlob.of("").matches("a"));
    }

    /** A pattern from outside must not keep the master busy. */
    @Test
    void noPatternTakesLong() {
        String pattern = "*a".repeat(2000) + "b";
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(30), () -> assertFalse(NameGlob.of(pattern).matches("a".repeat(4000))));
    }
}
