package org.mutirao.master.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.Admission;
import org.mutirao.protocol.id.TaskNeeds;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.id.WorkerId;

/** What no machine can ever run is known as long as it is true. */
class KnownMachinesTest {
    private final KnownMachines machines = new KnownMachines();

    private static TaskNeeds cores(int number) {
        return new TaskNeeds(Optional.empty(), List.of(), Optional.empty(), List.of(), number, 0, 0);
    }

    /** One that tells nothing of its machine, and so gets nothing that asks for something. */
    private void silent(int number) {
        machines.told(new WorkerId("worker-" + number), "pc" + number, Optional.empty(), Admission.OPEN_ROOM, Map.of());
    }

    @Test
    void anAnswerHoldsUntilAMachineComesOrGoes() {
        assertEquals(Optional.empty(), machines.unmet(cores(2)), "nobody is about");
        silent(1);
        String one = machines.unmet(cores(2)).orElseThrow();
        assertTrue(one.contains("pc1"), one);
        silent(2);
        String both = machines.unmet(cores(2)).orElseThrow();
        assertTrue(both.contains("pc1") && both.contains("pc2"), both);
        machines.gone(new WorkerId("worker-2"));
        assertEquals(one, machines.unmet(cores(2)).orElseThrow());
        assertEquals(Optional.empty(), machines.unmet(TaskNeeds.none()));
    }

    @Test
    void ofMoreMachinesThanThereAreInAnyRoomNothingIsSaid() {
        for (int i = 1; i <= 1000; i++) {
            silent(i);
        }
        assertTrue(machines.unmet(cores(2)).isPresent());
        silent(1001);
        assertEquals(Optional.empty(), machines.unmet(cores(2)));
    }

    @Test
    void theNetworkThatNobodyGivesIsNamedWithWhatToDo() {
        TaskNeeds online = TaskNeeds.none().network(true);
        WorkerFacts offline = WorkerFacts.builder().withoutNetwork(true).build();
        WorkerId pc7 = new WorkerId("worker-7");
        machines.told(pc7, "pc7", Optional.of(offline), Admission.OPEN_ROOM, Map.of());
        assertEquals(
                Optional.of("no connected worker gives scripts the network; start one with --allow-network:"
                        + " pc7 has no network"),
                machines.unmet(online));
        machines.told(pc7, "pc7", Optional.of(WorkerFacts.unknown()), Admission.OPEN_ROOM, Map.of());
        assertEquals(Optional.empty(), machines.unmet(online), "it was started again");
    }

    @Test
    void manyKindsOfTasksAreAnsweredAlike() {
        silent(1);
        for (int i = 1; i <= 1000; i++) {
            assertTrue(machines.unmet(cores(i)).isPresent());
        }
    }
}
