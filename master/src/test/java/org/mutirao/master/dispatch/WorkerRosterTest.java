package org.mutirao.master.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.WorkerId;

class WorkerRosterTest {
    private final Set<String> inUse = new HashSet<>();
    private final List<String> forgotten = new ArrayList<>();
    private final WorkerRoster roster = new WorkerRoster(
            3,
            session -> !inUse.contains(session.id().value()),
            session -> forgotten.add(session.id().value()));

    private void hear(String... names) {
        for (String name : names) {
            roster.heard(new WorkerId(name), 1);
        }
    }

    private boolean knows(String name) {
        return roster.find(new WorkerId(name)).isPresent();
    }

    @Test
    void whenFullTheLongestSilentThatIsNotInUseMakesRoom() {
        hear("a", "b", "c", "a");
        inUse.add("b");
        hear("d");
        assertEquals(List.of("c"), forgotten);
        assertTrue(knows("a") && knows("b") && knows("d"));
        assertEquals(3, roster.all().size());
    }

    @Test
    void allAreInTheOrderInWhichTheyJoined() {
        hear("c", "a", "b", "c");
        assertEquals(List.of("c", "a", "b"), ids());
        roster.remove(new WorkerId("c"));
        hear("c");
        assertEquals(List.of("a", "b", "c"), ids());
    }

    private List<String> ids() {
        return roster.all().stream().map(session -> session.id().value()).toList();
    }

    @Test
    void whenAllAreInUseANewOneIsServedButNotRemembered() {
        hear("a", "b", "c");
        inUse.addAll(Set.of("a", "b", "c"));
        assertEquals("d", roster.heard(new WorkerId("d"), 1).id().value());
        assertEquals(List.of(), forgotten);
        assertEquals(3, roster.all().size());
        inUse.clear();
        hear("d");
        assertTrue(knows("d"));
        assertEquals(List.of("a"), forgotten);
    }
}
