package org.mutirao.master.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.WorkerFacts;

class PackageListsTest {
    private static WorkerFacts facts(String... packages) {
        return WorkerFacts.unknown().withPackages(List.of(packages));
    }

    @Test
    void workersWithTheSameShareOneList() {
        PackageLists lists = new PackageLists(100);
        WorkerFacts one = lists.keep(facts("numpy", "pandas"));
        WorkerFacts two = lists.keep(facts("numpy", "pandas"));
        assertSame(one.packages(), two.packages());
        assertEquals(1, lists.size());
        lists.drop(Optional.of(one));
        assertEquals(1, lists.size());
        lists.drop(Optional.of(two));
        lists.drop(Optional.empty());
        assertEquals(0, lists.size());
    }

    @Test
    void allListsTogetherAreBounded() {
        PackageLists lists = new PackageLists(10);
        WorkerFacts one = lists.keep(facts("numpy"));
        assertEquals(List.of("numpy"), one.packages());
        assertEquals(List.of(), lists.keep(facts("pandas")).packages(), "no room");
        assertEquals(List.of("numpy"), lists.keep(facts("numpy")).packages());
        lists.drop(Optional.of(one));
        lists.drop(Optional.of(one));
        assertEquals(List.of("pandas"), lists.keep(facts("pandas")).packages());
    }
}
