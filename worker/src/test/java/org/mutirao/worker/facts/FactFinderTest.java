package org.mutirao.worker.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.id.WorkerLimits;
import org.mutirao.worker.run.Python;

class FactFinderTest {
    @Test
    void systemsAndProcessorsHaveOneWordEach() {
        assertEquals("linux", FactFinder.system("Linux"));
        assertEquals("macos", FactFinder.system("Mac OS X"));
        assertEquals("windows", FactFinder.system("Windows 11"));
        assertEquals("some-new-system", FactFinder.system("Some new system"));
        assertEquals("x86_64", FactFinder.machine("amd64"));
        assertEquals("aarch64", FactFinder.machine("aarch64"));
        assertEquals("riscv64", FactFinder.machine("riscv64"));
        assertEquals(32, FactFinder.system("x".repeat(100)).length());
    }

    @Test
    void whatCostsNothingIsKnownFirst(@TempDir Path folder) throws Exception {
        Python python = Python.find(Optional.empty());
        KnownFacts known = new KnownFacts();
        assertTrue(known.now().isEmpty());
        List<WorkerFacts> seen = new ArrayList<>();
        known.onChange(() -> seen.add(known.now().orElseThrow()));
        WorkerLimits limits = new WorkerLimits(2, 4, List.of());
        FactFinder.Given given = new FactFinder.Given(List.of("lab3"), 3, limits, true);
        new FactFinder(python, given, folder, folder.resolve("kept"), known).step();
        WorkerFacts first = seen.get(0);
        assertEquals(Optional.of(python.version()), first.python());
        assertEquals(List.of("lab3"), first.tags());
        assertEquals(3, first.cores(), "those that tasks may use");
        assertTrue(first.memory() > 0 && first.disk() > 0, first.toString());
        assertTrue(first.packages().isEmpty());
        assertEquals(Optional.of(limits), first.limits());
        assertEquals(Optional.of(limits), seen.get(1).limits());
        assertFalse(first.hasNetwork() || seen.get(1).hasNetwork());
        assertTrue(seen.get(1).hasPackage("json"));
        assertEquals(first.memory(), seen.get(1).memory());
    }

    @Test
    void onlyMuchMoreOrLessFreeDiskIsNews() {
        long gib = 1L << 30;
        assertFalse(FactFinder.isWorthTelling(100 * gib, 91 * gib), "a script has left something");
        assertTrue(FactFinder.isWorthTelling(100 * gib, 90 * gib));
        assertTrue(FactFinder.isWorthTelling(100 * gib, 110 * gib));
        assertFalse(FactFinder.isWorthTelling(gib, gib - (255 << 20)), "a tenth, but little");
        assertTrue(FactFinder.isWorthTelling(gib, gib - (256 << 20)));
    }

    @Test
    void whatIsKnownAlreadyIsNoNews() {
        KnownFacts known = new KnownFacts();
        List<String> calls = new ArrayList<>();
        known.onChange(() -> calls.add("change"));
        known.change(facts -> facts);
        known.change(facts -> facts.withDisk(5));
        known.change(facts -> facts.withDisk(5));
        assertEquals(2, calls.size(), "the first, and the one that was another");
        assertFalse(known.now().isEmpty());
    }
}
