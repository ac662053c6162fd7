package org.mutirao.protocol.id;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerFactsTest {
    private static WorkerFacts withPackages(List<String> packages) {
        return WorkerFacts.unknown().withPackages(packages);
    }

    private static WorkerFacts with(List<String> pythons, List<String> tags) {
        return WorkerFacts.builder()
                .machine("linux", "x86_64")
                .pythons(pythons)
                .tags(tags)
                .build();
    }

    @Test
    void packagesAreKnownByBothNames() {
        WorkerFacts facts = withPackages(List.of("sklearn", "PIL", "scikit-learn", "pillow"));
        assertTrue(facts.hasPackage("sklearn"));
        assertTrue(facts.hasPackage("scikit_learn"));
        assertTrue(facts.hasPackage("PIL"));
        assertTrue(facts.hasPackage("Pillow"));
        assertFalse(facts.hasPackage("pil"), "import knows upper case from lower case");
        assertTrue(facts.hasPackage("Scikit.-_Learn"));
        assertFalse(facts.hasPackage("scikitlearn"));
        assertFalse(facts.hasPackage("pandas"));
    }

    @Test
    void packagesAreCheckedAndSortedOnce() {
        WorkerFacts facts = withPackages(List.of("pandas", "numpy", "pandas"));
        assertEquals(List.of("numpy", "pandas"), facts.packages());
        assertSame(facts.packages(), facts.withDisk(5).packages());
        assertSame(
                facts.packages(),
                WorkerFacts.unknown().withPackages(facts.packages()).packages());
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "3.x", "three", "3.12.1 and more", "3.12\n"})
    void whatIsNoVersionIsRefused(String version) {
        assertThrows(IllegalArgumentException.class, () -> with(List.of(version), List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "-x", "<b>", "\u001b[31m"})
    void whatIsNoTagIsRefused(String tag) {
        assertThrows(IllegalArgumentException.class, () -> with(List.of(), List.of(tag)));
        assertFalse(WorkerFacts.isTag(tag));
    }

    @Test
    void whatIsChangedLeavesTheRest() {
        WorkerFacts facts = WorkerFacts.builder()
                .machine("linux", "x86_64")
                .pythons(List.of("3.12.1"))
                .cores(8)
                .memory(16)
                .gpus(List.of("A2000"))
                .tags(List.of("lab3"))
                .packages(List.of("numpy"))
                .limits(Optional.of(new WorkerLimits(2, 4, List.of(WorkerLimits.MEMORY))))
                .build();
        assertEquals(facts, facts.but().build());
        assertEquals(facts, facts.withDisk(5).withDisk(0));
        assertEquals(4, facts.withPackages(List.of()).maxTaskMemory());
        assertEquals(2, facts.usualTaskMemory());
        assertTrue(facts.failsToEnforce(WorkerLimits.MEMORY));
        assertFalse(facts.failsToEnforce(WorkerLimits.OPEN_FILES));
        assertEquals(0, WorkerFacts.unknown().maxTaskMemory());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Two words", "two words", "<b>", "memory\n"})
    void whatIsNoWordForALimitIsRefused(String word) {
        assertThrows(IllegalArgumentException.class, () -> new WorkerLimits(0, 0, List.of(word)));
        assertThrows(IllegalArgumentException.class, () -> new WorkerLimits(0, 0, Collections.nCopies(17, "memory")));
        assertThrows(IllegalArgumentException.class, () -> new WorkerLimits(-1, 0, List.of()));
    }

    @Test
    void thereIsALimitForEverything() {
        List<String> many =
                IntStream.range(0, 3001).mapToObj(number -> "p" + number).toList();
        assertEquals(
                "'packages': expected up to 3000 names with 32768 characters in all",
                assertThrows(IllegalArgumentException.class, () -> withPackages(many))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> withPackages(Collections.nCopies(400, "x".repeat(99))));
        assertThrows(IllegalArgumentException.class, () -> with(Collections.nCopies(17, "3.12"), List.of()));
        assertThrows(IllegalArgumentException.class, () -> with(List.of(), Collections.nCopies(17, "t")));
        assertEquals(3000, withPackages(many.subList(0, 3000)).packages().size());
    }
}
