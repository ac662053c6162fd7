package org.mutirao.group.member;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.message.Reply;
import org.mutirao.testkit.LocalNetwork;

/** What the leader does for its group while masters come, go, lag, move and are cut off, on a network of this JVM. */
class GroupReconcilerTest extends OnLocalGroup {
    @BeforeEach
    void found() {
        group = new LocalGroup(folder);
        group.found(A, B, C);
    }

    private void awaitLeader(String node) {
        group.await(node + " leads", () -> group.raft().leader().equals(Optional.of(node)));
    }

    private boolean counts(String node) {
        return member(node).filter(Member::voter).isPresent();
    }

    private boolean notes(String by, String part) {
        return group.master(by).notices().stream().anyMatch(notice -> notice.contains(part));
    }

    @Test
    void theBestLeadsAgainWhenItIsBackAndHasEverything() {
        group.firewall().isolate(C);
        awaitLeader(B);
        group.raft().write(1000);
        group.raft().hold(C);
        group.firewall().healAll();
        group.run(Duration.ofSeconds(30));
        assertEquals(Optional.of(B), group.raft().leader(), "C is back, but lacks what was written meanwhile");
        group.master(C).isBusy(true);
        group.raft().release(C);
        group.run(Duration.ofSeconds(30));
        assertEquals(Optional.of(B), group.raft().leader(), "C has the log, and is still acting on it");
        group.master(C).isBusy(false);
        awaitLeader(C);
    }

    /** It would be asked for votes in vain, and everybody would wait. */
    @Test
    void aMasterThatIsOnlyHeardOneWayDoesNotLead() {
        group.firewall().isolate(C);
        awaitLeader(B);
        group.firewall().healAll();
        group.firewall().cutOneWay(C, A);
        group.firewall().cutOneWay(C, B);
        group.run(Duration.ofSeconds(30));
        assertEquals(Optional.of(B), group.raft().leader(), group.toString());
        group.firewall().healAll();
        awaitLeader(C);
    }

    @Test
    void aLeaderWithoutAMajorityChangesNothing() {
        List<Member> before = group.raft().members();
        group.firewall().isolate(C);
        group.firewall().isolate(B);
        group.start(D, settings(2));
        group.firewall().isolate(D);
        group.run(Duration.ofSeconds(30));
        assertEquals(before, group.raft().members());
        assertEquals(Optional.empty(), group.raft().leader());
    }

    @Test
    void aWipedDiskUnderTheOldIdTakesThePlaceOfTheOldOneOnceThatIsAway() {
        group.start("another", D, 50_000, settings(1));
        group.run(Duration.ofSeconds(30));
        assertFalse(counts(D), "the old one is there");
        assertTrue(notes(C, "calls itself 1 like the one at"), group.toString());
        group.master(A).close();
        group.awaitGroupOf(D, B, C);
        assertEquals(1, member(D).orElseThrow().rank(), "it has the rank of the one whose place it took");
        assertTrue(notes(C, "has everything and counts now"), group.toString());
    }

    /** On the same machine, as after a new disk: one engine address must never stand there twice. */
    @Test
    void anEmptiedFolderOnTheSameMachineIsTakenIn() {
        group.master(A).close();
        group.start(A, D, 50_000, settings(1));
        group.awaitGroupOf(D, B, C);
    }

    @Test
    void aNewcomerCountsOnlyWhenItHasEverything() {
        group.raft().write(500);
        group.master(A).close();
        group.raft().hold(D);
        group.start(D, settings(1)).lacks(3);
        group.await("it is taken in", () -> member(D).isPresent());
        group.run(Duration.ofSeconds(30));
        assertFalse(counts(D), "it has nothing of the log");
        group.raft().release(D);
        group.run(Duration.ofSeconds(30));
        assertFalse(counts(D), "three packages are missing there");
        group.master(D).lacks(0);
        group.awaitGroupOf(D, B, C);
    }

    @Test
    void aNewcomerThatIsCutOffWhileItIsTakenInIsTakenInAfterwards() {
        group.master(A).close();
        int[] admitted = {0};
        group.firewall().filter((from, to, message) -> {
            if (message instanceof GroupRequest.Admit && admitted[0]++ == 0) {
                group.firewall().isolate(D);
                return false;
            }
            return true;
        });
        group.start(D, settings(1));
        group.await("it was asked in", () -> admitted[0] > 0);
        group.run(Duration.ofSeconds(30));
        assertFalse(member(D).isPresent());
        group.firewall().healAll();
        group.awaitGroupOf(D, B, C);
    }

    /** It has a place then, without being on the log. */
    @Test
    void aNewcomerWhoseConsentIsLostIsTakenInAllTheSame() {
        group.master(A).close();
        int[] admitted = {0};
        group.firewall().filter((from, to, message) -> {
            if (message instanceof GroupRequest.Admit) {
                admitted[0]++;
                group.firewall().cutOneWay(to, from);
            }
            return true;
        });
        group.start(D, settings(1));
        group.await("it was asked in", () -> admitted[0] > 0);
        group.firewall().filter((from, to, message) -> true);
        group.run(Duration.ofSeconds(10)); // until what is known of it is what it says of itself now
        group.firewall().healAll();
        assertTrue(group.master(D).grid().isPresent(), "it heard that it is admitted: " + group);
        group.awaitGroupOf(D, B, C);
    }

    @Test
    void whoMovedIsFoundAtItsNewAddress() {
        assertEquals(50_000, member(A).orElseThrow().address().port());
        group.master(A).close();
        group.start(A, A, 50_007, settings(1));
        group.await(
                "A's new port is on the log",
                () -> member(A).orElseThrow().address().port() == 50_007);
        assertEquals(51_007, member(A).orElseThrow().engine().port());
        group.awaitGroupOf(A, B, C);
    }

    @Test
    void aNewPriorityMovesTheLead() {
        GroupSettings heavy = LocalGroup.settings(3, OptionalInt.of(1), OptionalInt.of(99), Election.HIGHEST_PRIORITY);
        group.restart(A, heavy);
        awaitLeader(A);
        assertEquals(99, member(A).orElseThrow().weight());
    }

    @Test
    void whoLeavesHandsOverFirst() {
        group.master(C).reconciler().close();
        group.master(C).reconciler().handOver();
        assertEquals(Optional.of(B), group.raft().leader(), group.toString());
    }

    @Test
    void theOneThatAPersonChoseLeadsUntilAnotherDoes() throws Exception {
        group.master(C).reconciler().transfer(member(A).orElseThrow());
        awaitLeader(A);
        group.run(Duration.ofSeconds(30));
        assertEquals(Optional.of(A), group.raft().leader(), "the rule does not take it away again");
        group.firewall().isolate(A);
        awaitLeader(C);
        group.firewall().healAll();
        group.run(Duration.ofSeconds(30));
        assertEquals(Optional.of(C), group.raft().leader(), "and now the rule holds");
    }

    @Test
    void whoWasRemovedStaysOutsideUntilItIsAdded() throws Exception {
        group.master(C).reconciler().remove(member(A).orElseThrow());
        group.run(Duration.ofSeconds(30));
        assertFalse(member(A).isPresent(), group.toString());
        assertTrue(notes(C, "'console masters add 1' takes it in again"), group.toString());
        group.master(C)
                .reconciler()
                .add(group.master(C).discovery().confirmed(A).orElseThrow());
        group.awaitGroupOf(A, B, C);
    }

    @Test
    void aMasterOfAnotherGroupIsToldOfAndLeftAlone() {
        LocalGroup other = new LocalGroup(folder.resolve("other"));
        other.found(D, "0000000e");
        group.master(A).close();
        group.start("pc4", "other/" + D, 50_000, settings(1));
        group.run(Duration.ofSeconds(30));
        assertTrue(notes(C, "holds the data of another group"), group.toString());
        assertFalse(member(D).isPresent());
    }

    @Test
    void aMasterOfAnotherVersionIsNamedAndLeftOutside() throws Exception {
        MasterCard like = group.master(A).card();
        LocalNetwork.Node old = group.network().node("old");
        MasterCard card = MasterCard.builder()
                .version(0)
                .group(like.group())
                .id(7)
                .node(D)
                .priority(7)
                .election(like.election())
                .size(like.size())
                .host(old.place().host())
                .port(old.place().port())
                .enginePort(51_000)
                .build();
        old.listen((request, from) -> new Reply.Card(card));
        old.ask(
                PeerDiscovery.endpoint(group.network().node(C).place()),
                new GroupRequest.Greet(card),
                Duration.ofSeconds(1));
        group.master(A).close();
        group.run(Duration.ofSeconds(30));
        assertTrue(notes(C, "is of another version (0, this one 1)"), group.toString());
        assertFalse(member(D).isPresent(), "though there is room for it");
    }

    @Test
    void eachRuleOfElectionLetsItsOwnLead() {
        for (Election rule : Election.values()) {
            LocalGroup other = new LocalGroup(folder.resolve(rule.toString()));
            List<String> nodes = List.of(A, B, C);
            for (int id = 1; id <= 3; id++) {
                OptionalInt priority = OptionalInt.of(id == 2 ? 50 : 10 + id);
                other.start(nodes.get(id - 1), LocalGroup.settings(3, OptionalInt.of(id), priority, rule));
            }
            String expected = Map.of(Election.HIGHEST_PRIORITY, B, Election.HIGHEST_RANK, C, Election.LOWEST_ID, A)
                    .get(rule);
            other.await(
                    expected + " leads by " + rule, () -> other.raft().leader().equals(Optional.of(expected)));
            other.firewall().isolate(expected);
            other.await(
                    "another leads",
                    () -> other.raft().leader().isPresent()
                            && !other.raft().leader().equals(Optional.of(expected)));
            other.firewall().healAll();
            other.await("the first again", () -> other.raft().leader().equals(Optional.of(expected)));
        }
    }

    @Test
    void mastersThatRankEquallyAreNamed() {
        group.restart(A, LocalGroup.settings(3, OptionalInt.of(1), OptionalInt.of(2), Election.HIGHEST_PRIORITY));
        group.run(Duration.ofSeconds(10));
        assertTrue(notes(C, "Masters 1 and 2 rank equally for the election by highest-priority"), group.toString());
    }
}
