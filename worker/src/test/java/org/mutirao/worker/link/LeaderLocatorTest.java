package org.mutirao.worker.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.testkit.LocalNetwork;
import org.mutirao.testkit.ManualClock;
import org.mutirao.testkit.ManualThreads;

/** How a worker finds the master that leads, while masters die, are cut off and disagree, on a network of this JVM. */
class LeaderLocatorTest {
    private final ManualThreads threads = new ManualThreads(new ManualClock());
    private final LocalNetwork network = new LocalNetwork(threads);
    private LeaderLocator locator;

    @BeforeEach
    void open() throws UnknownHostException {
        locator = new LeaderLocator(network.node("worker"), threads.pool("compass", 9, Duration.ofSeconds(1)));
        locator.learn(List.of(place("a"), place("b"), place("c")), address("a"));
    }

    private HostPort place(String node) {
        return network.node(node).place();
    }

    private InetSocketAddress address(String node) throws UnknownHostException {
        return place(node).resolved();
    }

    private void says(String node, long term, boolean self, Optional<String> leader) {
        network.node(node).listen((request, from) -> {
            assertTrue(request instanceof GroupRequest.FindLeader, "it asks for nothing else: " + request);
            return new Reply.Leadership(term, self, leader.map(this::place), List.of());
        });
    }

    private void leads(String node, long term) {
        says(node, term, true, Optional.empty());
    }

    private void follows(String node, long term, String leader) {
        says(node, term, false, Optional.of(leader));
    }

    private void knowsNobody(String node, long term) {
        says(node, term, false, Optional.empty());
    }

    @Test
    void theOneThatLeadsIsFoundWhereverItIs() throws Exception {
        for (String leader : List.of("a", "b", "c")) {
            for (String each : List.of("a", "b", "c")) {
                follows(each, 3, leader);
            }
            leads(leader, 3);
            assertEquals(Optional.of(address(leader)), locator.leader());
        }
    }

    @Test
    void ofTwoWordsTheLaterTermCounts() throws Exception {
        follows("a", 5, "c");
        follows("b", 6, "a");
        assertEquals(Optional.of(address("a")), locator.leader(), "c is dead and was the leader of an earlier term");
        follows("a", 7, "c");
        assertEquals(Optional.of(address("c")), locator.leader());
    }

    @Test
    void aLeaderThatIsCutOffFromHereIsStillNamedByTheOthers() throws Exception {
        leads("a", 3);
        follows("b", 3, "a");
        follows("c", 3, "a");
        network.firewall().cut("worker", "a");
        assertEquals(Optional.of(address("a")), locator.leader());
    }

    @Test
    void whereNobodyAnswersThereIsNoLeaderAndAfterwardsThereIs() throws Exception {
        leads("a", 3);
        follows("b", 3, "a");
        follows("c", 3, "a");
        network.firewall().isolate("worker");
        assertEquals(Optional.empty(), locator.leader());
        network.firewall().healAll();
        assertEquals(Optional.of(address("a")), locator.leader());
    }

    /** Its question arrives, and it never hears the answer. */
    @Test
    void aMasterThatIsHeardNoMoreIsAsGoodAsDead() throws Exception {
        leads("a", 3);
        follows("b", 4, "c");
        leads("c", 4);
        network.firewall().cutOneWay("a", "worker");
        assertEquals(Optional.of(address("c")), locator.leader());
    }

    @Test
    void anAnswerThatComesTooLateIsNone() throws Exception {
        leads("a", 3);
        network.firewall().delay("a", "worker", Duration.ofSeconds(2));
        assertEquals(Optional.empty(), locator.leader());
        network.firewall().delay("a", "worker", Duration.ofMillis(900));
        assertEquals(Optional.of(address("a")), locator.leader());
    }

    @Test
    void oneMasterThatNamesAnotherIsAGroup() throws Exception {
        LeaderLocator fresh =
                new LeaderLocator(network.node("worker"), threads.pool("compass", 9, Duration.ofSeconds(1)));
        assertFalse(fresh.knowsGroup());
        assertEquals(Optional.empty(), fresh.leader(), "there is nobody to ask");
        leads("b", 3);
        fresh.hint(Optional.of(place("b")), address("a"));
        assertTrue(fresh.knowsGroup());
        assertEquals(Optional.of(address("b")), fresh.leader());
    }

    @Test
    void whileTheLeaderIsAliveNothingMoves() throws Exception {
        leads("a", 3);
        follows("b", 3, "a");
        follows("c", 3, "a");
        for (int turn = 0; turn < 4; turn++) {
            assertEquals(Optional.empty(), locator.movedFrom(address("a")));
        }
    }

    /** A leader that is frozen can't say itself that it no longer leads. */
    @Test
    void aLeaderThatIsFrozenIsLeftForTheNewOne() throws Exception {
        follows("b", 4, "c");
        leads("c", 4);
        network.firewall().isolate("a");
        assertEquals(Optional.of(address("c")), locator.movedFrom(address("a")));
    }

    @Test
    void aClaimIsBelievedOnlyFromTheOneThatIsSureOfItself() throws Exception {
        network.firewall().isolate("a");
        follows("b", 4, "c");
        knowsNobody("c", 4);
        assertEquals(Optional.empty(), locator.movedFrom(address("a")), "b says so, but c does not lead");
        network.firewall().isolate("c");
        assertEquals(Optional.empty(), locator.movedFrom(address("a")), "c can't be asked");
    }

    @Test
    void anOldLeaderOfALaterTermIsNotLeftForOneThatDoesNotKnowYet() throws Exception {
        leads("a", 5);
        leads("b", 4);
        leads("c", 4);
        assertEquals(Optional.empty(), locator.movedFrom(address("a")));
        leads("b", 6);
        leads("c", 6);
        assertTrue(locator.movedFrom(address("a")).isPresent());
    }
}
