package org.mutirao.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Every sentence that a person can meet has its Portuguese twin, and no twin is left without its sentence. */
class TwinsTest {
    static final List<String> MODULES = List.of("protocol", "group", "master", "worker", "console");

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    /** What is filled in: of a pattern of {@code String.format}, of a line of the log, and of picocli. */
    private static final Pattern GAPS =
            Pattern.compile("%(?:\\d+\\$)?[-#+ 0,(]*\\d*(?:\\.\\d+)?[a-zA-Z%]|\\{\\}|\\$\\{[^}]*}");

    private static Path sources(String module) {
        return ROOT.resolve(module).resolve("src/main/java");
    }

    private static Path file(String module) {
        return ROOT.resolve(module)
                .resolve("src/main/resources/org/mutirao")
                .resolve(module)
                .resolve("messages_pt.properties");
    }

    private static Properties twins(String module) throws IOException {
        Properties twins = new Properties();
        try (Reader in = Files.newBufferedReader(file(module))) {
            twins.load(in);
        }
        return twins;
    }

    private static String keyOf(String english) {
        return english.replace(' ', '_');
    }

    @ParameterizedTest
    @FieldSource("MODULES")
    void everySentenceHasItsTwin(String module) throws IOException {
        SourceTexts texts = SourceTexts.of(sources(module));
        Properties twins = twins(module);
        Set<String> missing = new TreeSet<>();
        texts.sentences().forEach((sentence, place) -> {
            if (!twins.containsKey(keyOf(sentence))) {
                missing.add(place);
            }
        });
        assertEquals(Set.of(), missing, "sentences without a twin in messages_pt.properties");
        Set<String> left = new TreeSet<>(twins.stringPropertyNames());
        texts.sentences().keySet().forEach(sentence -> left.remove(keyOf(sentence)));
        assertEquals(Set.of(), left, "twins whose sentence is gone");
        assertEquals(Set.of(), texts.notGivenToText(), "shown to people, but never given to Text");
        assertEquals(Set.of(), texts.notConstant(), "no constant, so nobody can look for its twin");
    }

    /** Those for programs are named in {@code for-programs/MODULE.txt}, with the reason. */
    @ParameterizedTest
    @FieldSource("MODULES")
    void eachTextIsASentenceOrIsNamedAsOneForPrograms(String module) throws IOException {
        Set<String> found = SourceTexts.of(sources(module)).inNoSentence();
        Set<String> unknown = new TreeSet<>(found);
        Set<String> unneeded = new TreeSet<>();
        for (String line :
                Files.readAllLines(ROOT.resolve("scenarios/src/test/resources/for-programs/" + module + ".txt"))) {
            Predicate<String> named = line.endsWith(": *")
                    ? place -> place.startsWith(line.substring(0, line.length() - 1))
                    : line::equals;
            if (!line.isBlank() && !line.startsWith("#")) {
                if (found.stream().noneMatch(named)) {
                    unneeded.add(line);
                }
                unknown.removeIf(named);
            }
        }
        assertEquals(Set.of(), unknown, "never given to Text, and not named as a text for programs");
        assertEquals(Set.of(), unneeded, "named as texts for programs, but not there");
    }

    @ParameterizedTest
    @FieldSource("MODULES")
    void twinsHaveTheSameGapsAndAreNotEmptyAndEachStandsOnce(String module) throws IOException {
        Properties twins = twins(module);
        try (Stream<String> lines = Files.lines(file(module))) {
            assertEquals(
                    twins.size(),
                    lines.filter(line -> !line.isBlank()).count(),
                    "a key stands twice, or a line is none");
        }
        for (String key : twins.stringPropertyNames()) {
            String twin = twins.getProperty(key);
            assertFalse(twin.isBlank(), key);
            assertEquals(gaps(key), gaps(twin), key);
        }
    }

    /** In any order, since a twin may name the same values in another one. */
    private static List<String> gaps(String text) {
        Matcher found = GAPS.matcher(text);
        return found.results()
                .map(gap -> gap.group().replaceAll("\\d+\\$", "").replace('_', ' '))
                .sorted()
                .toList();
    }
}
