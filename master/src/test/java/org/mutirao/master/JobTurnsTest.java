package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mutirao.master.dispatch.Dispatcher;
import org.mutirao.master.ledger.Command;
import org.mutirao.protocol.id.JobId;

/** Jobs share the workers. */
class JobTurnsTest {
    private final Scene scene = new Scene();

    private List<String> taken(Scene.Player worker, int count) {
        for (int i = 0; i < count; i++) {
            worker.asks();
        }
        return worker.heard;
    }

    @Test
    void aLargeJobDoesNotKeepASmallOneWaiting() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(20);
        scene.submitJob("large", 1000, 0);
        scene.submitJob("small", 2, 0);
        assertEquals(List.of("large-1.zip", "small-1.zip", "large-2.zip", "small-2.zip", "large-3.zip"), taken(ana, 5));
    }

    @Test
    void plainPackagesHaveTurnsAsAJobHas() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(20);
        scene.submitJob("job", 3, 0);
        scene.submit("a");
        scene.submit("b");
        scene.submit("c");
        assertEquals(List.of("job-1.zip", "a", "job-2.zip", "b", "job-3.zip", "c", "nothing"), taken(ana, 7));
    }

    @Test
    void aHigherPriorityGoesFirstWhateverItIsOf() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(20);
        scene.submitJob("low", 1, 0);
        scene.submit("middle", 1);
        scene.submitJob("high", 2, 2);
        scene.submit("highest", 3);
        assertEquals(List.of("highest", "high-1.zip", "high-2.zip", "middle", "low", "nothing"), taken(ana, 6));
    }

    @Test
    void waitingWorkersGetTheTasksOfAJobAtOnce() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(1);
        Scene.Player bia = scene.new Player("bia").joinsWithSlots(1);
        ana.asksAndWaits(Duration.ofSeconds(20));
        bia.asksAndWaits(Duration.ofSeconds(20));
        scene.submitJob("job", 2, 0);
        assertEquals(List.of("job-1.zip"), ana.heard);
        assertEquals(List.of("job-2.zip"), bia.heard);
    }

    @Test
    void aLostTaskOfAJobIsHadByAnother() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(1);
        Scene.Player bia = scene.new Player("bia").joinsWithSlots(2);
        scene.submitJob("job", 2, 0);
        ana.asks();
        scene.dispatcher.onLeave(ana.id);
        scene.loop.runAll();
        assertEquals(
                List.of("job-2.zip", "job-1.zip"),
                taken(bia, 2).stream().sorted(Comparator.reverseOrder()).toList());
    }

    @Test
    void whatIsCancelledIsNotProposedToAnybody() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(20);
        scene.submitJob("job", 1000, 0);
        ana.asks();
        scene.propose(new Command.CancelJob(new JobId(1), scene.clock.millis()));
        ana.asks();
        assertEquals(List.of("job-1.zip", "nothing"), ana.heard);
        assertTrue(scene.machine.ledger().job(new JobId(1)).orElseThrow().ended());
    }

    @Test
    void aNewLeaderOffersWhatStillWaits() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(20);
        scene.submitJob("job", 3, 0);
        ana.asks();
        Dispatcher next = scene.takeOver();
        ana.joinsAt(next);
        next.onRequest(ana.id, Duration.ZERO, ana);
        scene.loop.runAll();
        assertEquals(List.of("job-1.zip", "job-2.zip"), ana.heard);
    }
}
