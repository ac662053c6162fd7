package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.mutirao.master.dispatch.PendingRequest;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.Lease;

/** Ten thousand workers: what one event costs is counted in questions that were looked at, not in time. */
class CrowdTest {
    private static final int WORKERS = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Scene scene = new Scene();
    private final List<Scene.Player> players = new ArrayList<>();
    private long looks;
    private int served;
    private int empty;

    /** A question of a worker that asks twice, as with packages ahead. */
    private final class Question implements PendingRequest {
        private final Scene.Player player;
        private boolean closed;

        Question(Scene.Player player) {
            this.player = player;
        }

        @Override
        public CompletionStage<Void> deliver(TaskRecord task, Lease lease) {
            served++;
            player.held.add(lease);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void empty() {
            empty++;
        }

        @Override
        public boolean isClosed() {
            looks++;
            return closed;
        }
    }

    private List<Question> allAsk() {
        List<Question> questions = new ArrayList<>();
        for (Scene.Player player : players) {
            Question question = new Question(player);
            scene.dispatcher.onRequest(player.id, PATIENCE, question);
            questions.add(question);
        }
        scene.loop.runAll();
        return questions;
    }

    private void workers() {
        for (int i = 0; i < WORKERS; i++) {
            players.add(scene.new Player("w" + i).joinsWithSlots(1));
        }
    }

    private long looksOf(Runnable event) {
        long before = looks;
        event.run();
        scene.loop.runAll();
        return looks - before;
    }

    @Test
    void aTaskForOneOfManyWhoWaitLooksAtOne() {
        workers();
        allAsk();
        for (int i = 0; i < 100; i++) {
            String name = "t" + i;
            assertTrue(
                    looksOf(() -> scene.submit(name)) <= 3, "the first in line gets it, and nobody else is looked at");
        }
        assertEquals(100, served);
        assertEquals(players.get(99).held.size(), 1, "in the order of asking");
        assertEquals(players.get(100).held.size(), 0);
    }

    @Test
    void whatHappensToOneOfManyWhoAreFullLooksAtFew() {
        workers();
        for (int i = 0; i < WORKERS + 500; i++) {
            scene.submit("t" + i);
        }
        allAsk();
        assertEquals(WORKERS, served);
        allAsk();
        assertEquals(WORKERS, served, "all are full, and wait for more");
        scene.pass(Duration.ofMillis(250));
        for (int i = 0; i < 100; i++) {
            Scene.Player player = players.get(7 * i);
            Lease lease = player.held.get(0);
            long cost = looksOf(() -> player.delivers(lease));
            assertTrue(cost <= 3, cost + " were looked at for one result");
            assertEquals(1, player.held.size(), "it got the next one");
            assertTrue(looksOf(() -> player.beats()) == 0);
        }
        assertEquals(WORKERS + 100, served);
        assertEquals(0, empty);
    }

    @Test
    void manyConnectionsThatEndAreLookedForOnce() {
        workers();
        List<Question> questions = allAsk();
        long cost = looksOf(() -> {
            for (Question question : questions.subList(0, 5_000)) {
                question.closed = true;
                scene.dispatcher.dropGone();
            }
        });
        assertEquals(0, cost);
        assertTrue(looksOf(() -> scene.pass(Duration.ofMillis(250))) <= WORKERS);
        assertEquals(5_000, empty);
        scene.submit("t");
        assertEquals(1, players.get(5_000).held.size());
    }

    /** Those that wait in vain with them are looked at too, but never the tasks one by one. */
    @Test
    void plainTasksCostNoMoreWhereManyTasksHaveNeedsThatNobodyMeets() {
        for (int i = 0; i < 5_000; i++) {
            scene.submit("never" + i, Scene.needs(64 + i % 3, 0, 0));
        }
        scene.submitJob("never", 5_000, Scene.needs(0, 1L << 50, 0));
        for (int i = 0; i < 100; i++) {
            players.add(scene.new Player("w" + i).joinsWithSlots(1).tells(Scene.facts(8, 1L << 30, 0)));
        }
        long before = scene.tasksLookedAt;
        allAsk();
        assertEquals(before, scene.tasksLookedAt, "there is nothing for them");
        for (int i = 0; i < 100; i++) {
            String name = "plain" + i;
            assertTrue(looksOf(() -> scene.submit(name)) <= 100);
        }
        assertEquals(100, served);
        assertEquals(before + 100, scene.tasksLookedAt, "each task was looked at once, and nothing before it");
    }

    @Test
    void manyJobsThatDoNotSuitKeepNothingOfALowerPriorityBack() {
        for (int i = 0; i < 300; i++) {
            scene.submitJob("large" + i, 2, 1); // their packages have 100 bytes
        }
        scene.submit("small", 0, 10);
        Scene.Player stranger = scene.new Player("s").joinsAsStranger(50);
        stranger.asks();
        assertEquals("small", stranger.last());
        scene.submitJob("larger", 2, 1);
        Scene.Player one = scene.new Player("one").joinsWithSlots(1);
        one.asks();
        assertTrue(one.last().startsWith("large"), one.last());
    }

    /** A program of another group that can read none of very many tasks in front still finds the one behind them. */
    @Test
    void aTaskBehindManyThatDoNotSuitIsFoundInSeveralLooks() {
        for (int i = 0; i < 1_000; i++) {
            scene.submit("large" + i, 0, 10_000);
        }
        scene.submit("small", 0, 10);
        Scene.Player stranger = scene.new Player("s").joinsAsStranger(1_000);
        int asked = 0;
        while (stranger.tasksHeard() == 0) {
            assertTrue(++asked <= 20, "it was not found");
            stranger.asks();
        }
        assertEquals("small", stranger.last());
        assertTrue(asked > 1, "no look is as long as the queue");
        scene.submit("urgent", 5, 10);
        stranger.delivers(stranger.held.get(0));
        stranger.asks();
        assertEquals("urgent", stranger.last(), "the front is looked at first");
    }
}
