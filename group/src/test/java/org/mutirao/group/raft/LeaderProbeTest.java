package org.mutirao.group.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.RaftPeerId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mutirao.testkit.LocalNetwork;
import org.mutirao.testkit.ManualClock;
import org.mutirao.testkit.ManualThreads;

/** Whether a follower reaches its leader, on a network of this JVM. */
class LeaderProbeTest {
    /** After that the engine takes a connection for dead. */
    private static final Duration DEAD = Duration.ofSeconds(3);

    private static final RaftPeerId A = RaftPeerId.valueOf("a");
    private static final RaftPeerId B = RaftPeerId.valueOf("b");

    private final ManualThreads threads = new ManualThreads(new ManualClock());
    private final LocalNetwork network = new LocalNetwork(threads);
    private final LeaderProbe probe = new LeaderProbe(RaftPeerId.valueOf("self"), this::ask, threads::nanos);
    private RaftPeerId leader = A;
    private int asked;
    private int pending;
    private int maxPending;
    private boolean refused;

    private CompletableFuture<?> ask(RaftPeerId whom) throws IOException {
        if (refused) {
            throw new IOException("refused");
        }
        asked++;
        pending++;
        maxPending = Math.max(pending, maxPending);
        CompletableFuture<String> answer =
                network.node("self").call(network.node(whom.toString()), "READ_INDEX", () -> "an index");
        threads.after(DEAD, () -> answer.completeExceptionally(new IOException("the connection is dead")));
        return answer.whenComplete((index, failure) -> pending--);
    }

    @BeforeEach
    void look() {
        threads.scheduler("log", "log", Duration.ofSeconds(1))
                .scheduleWithFixedDelay(() -> probe.look(leader), 0, 100, TimeUnit.MILLISECONDS);
    }

    private void run(long millis) {
        threads.run(Duration.ofMillis(millis));
    }

    @Test
    void itIsOpenAsSoonAsTheLeaderAnsweredAndAsksTwiceASecond() {
        assertFalse(probe.isOpen());
        run(100);
        assertTrue(probe.isOpen());
        run(10_000);
        assertTrue(probe.isOpen());
        assertEquals(20, asked, 1);
    }

    @Test
    void aCutIsSeenWithinTwoSecondsWhicheverWayIsCut() {
        for (boolean question : new boolean[] {true, false}) {
            run(1_000);
            assertTrue(probe.isOpen());
            network.firewall().cutOneWay(question ? "self" : "a", question ? "a" : "self");
            run(1_000);
            assertTrue(probe.isOpen(), "a moment's silence is nothing");
            run(1_000);
            assertFalse(probe.isOpen());
            network.firewall().healAll();
            run(DEAD.toMillis() + 200);
            assertTrue(probe.isOpen());
        }
        assertEquals(1, maxPending, "behind a dead connection more would only queue");
    }

    @Test
    void whatTheOldLeaderAnsweredSaysNothingOfTheNewOne() {
        network.firewall().delay("a", "self", Duration.ofMillis(400));
        run(10);
        leader = B;
        network.firewall().isolate("b");
        run(1_000);
        assertFalse(probe.isOpen(), "a's answer came after b was the leader");
        network.firewall().healAll();
        run(DEAD.toMillis() + 200);
        assertTrue(probe.isOpen());
    }

    @Test
    void aLeaderThatCantEvenBeAskedIsAskedAgain() {
        refused = true;
        run(1_000);
        assertFalse(probe.isOpen());
        refused = false;
        run(200);
        assertTrue(probe.isOpen());
    }

    @Test
    void withoutALeaderAndAsTheLeaderThereIsNothingToAsk() {
        leader = null;
        run(1_000);
        leader = RaftPeerId.valueOf("self");
        run(1_000);
        assertFalse(probe.isOpen());
        assertEquals(0, asked);
    }
}
