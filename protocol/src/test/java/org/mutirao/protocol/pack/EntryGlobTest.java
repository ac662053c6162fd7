package org.mutirao.protocol.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntryGlobTest {
    private static boolean matches(String glob, String name) {
        return EntryGlob.of(glob).orElseThrow().matches(name);
    }

    @ParameterizedTest
    @CsvSource({
        "*.csv, a.csv, true",
        "*.csv, data/a.csv, false",
        "*.csv, .csv, false",
        "data/*, data/a.csv, true",
        "data/*, data/x/a.csv, false",
        "data/*, data/.hidden, false",
        "data/.*, data/.hidden, true",
        "data/**, data/x/y/a.csv, true",
        "data/**, data/x/.y/a.csv, false",
        "**/*.csv, a.csv, true",
        "**/*.csv, x/y/a.csv, true",
        "**/b/*.csv, a/b/c/b/x.csv, true",
        "a/**/z, a/z, true",
        "a/**/z, a/b/c/z, true",
        "a/**/z, a/b/c/y, false",
        "*a*b*c*, xxaxxbxxc, true",
        "*a*b*c*, xxaxxcxxb, false",
        "day?.txt, day1.txt, true",
        "day?.txt, day10.txt, false",
        "day[0-9].txt, day7.txt, true",
        "day[!0-9].txt, day7.txt, false",
        "day[!0-9].txt, dayx.txt, true",
        "???.txt, a👍b.txt, true",
        "A.csv, a.csv, false",
        "inputs/a, inputs/a, true"
    })
    void matchesAsAShellDoes(String glob, String name, boolean expected) {
        assertEquals(expected, matches(glob, name));
    }

    @Test
    void choosesBetweenBraces() {
        List<String> found = Stream.of("a.csv", "a.txt", "b.csv", "b.txt", "c.csv")
                .filter(name -> matches("{a,b}.{csv,tsv}", name))
                .toList();
        assertEquals(List.of("a.csv", "b.csv"), found);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "a/", "a//b", "../a", "./a", "a\\b", "[", "[]", "{a", "a}", "{a,{b}}"})
    void whatIsNoPatternIsNone(String text) {
        assertFalse(EntryGlob.of(text).isPresent());
    }

    @Test
    void tellsInWhichFolderAllLies() {
        assertEquals("data/", EntryGlob.of("data/*.json").orElseThrow().folder());
        assertEquals("", EntryGlob.of("*.json").orElseThrow().folder());
        assertEquals("a/", EntryGlob.of("a/b*/c/*.json").orElseThrow().folder());
        assertEquals("a/", EntryGlob.of("a/b.json").orElseThrow().folder());
        assertEquals("", EntryGlob.of("**/b.json").orElseThrow().folder());
    }

    /** A regular expression made of it would take centuries. */
    @Test
    void noPatternTakesLong() {
        String stars = "*a".repeat(120) + "b";
        String deep = "**/a/".repeat(40) + "b";
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            assertFalse(matches(stars, "a".repeat(240)));
            assertFalse(matches(deep, "a/".repeat(120) + "a"));
        });
        assertTrue(matches(stars, "a".repeat(239) + "b"));
    }
}
