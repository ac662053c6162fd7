package org.mutirao.group.member;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.message.Reply;
import org.mutirao.testkit.LocalNetwork;

/** Who gets a place in the group of a room without a key. */
class JoinRuleTest extends OnLocalGroup {
    @BeforeEach
    void found() {
        group = new LocalGroup(folder, JoinRule.WORD);
        group.found(A, B, C);
    }

    private boolean notes(String part) {
        return group.master(C).notices().stream().anyMatch(notice -> notice.contains(part));
    }

    @Test
    void aStrangerUnderALostMastersIdWaitsForAnOperator() throws Exception {
        group.master(A).close();
        group.start("another", D, LocalNetwork.PORT, settings(1));
        group.run(Duration.ofMinutes(1));
        assertEquals(Optional.empty(), member(D), group.toString());
        assertTrue(notes("asks to join"), group.toString());
        assertTrue(group.master(D).saysNow("This one asks to join"), group.toString());
        group.master(C)
                .reconciler()
                .add(group.master(C).discovery().confirmed(D).orElseThrow());
        group.awaitGroupOf(D, B, C);
    }

    @Test
    void anEmptiedDiskOnTheOldMachineIsTakenInByItself() {
        group.master(A).close();
        group.start(A, D, LocalNetwork.PORT, settings(1));
        group.awaitGroupOf(D, B, C);
    }

    @Test
    void aFreePlaceIsNobodysOnceTheGroupWasWhole() throws Exception {
        group.master(C).reconciler().remove(member(A).orElseThrow());
        group.master(A).close();
        group.start(D, settings(4));
        group.run(Duration.ofMinutes(1));
        assertEquals(Optional.empty(), member(D), group.toString());
        assertTrue(notes("asks to join"), group.toString());
    }

    /** One master that becomes three: its group was never whole. */
    @Test
    void whoIsLackingSinceTheGroupWasBegunIsTakenIn() {
        LocalGroup small = new LocalGroup(folder.resolve("small"), JoinRule.WORD);
        small.found(A);
        small.restart(A, settings(1));
        small.start(B, settings(2));
        small.start(C, settings(3));
        small.awaitGroupOf(A, B, C);
    }

    /** A program that has heard the members' cards says that one of them is elsewhere now. */
    @Test
    void aMemberThatIsThereIsNotFoundElsewhereOnAnothersWord() throws Exception {
        Member before = member(A).orElseThrow();
        MasterCard real = group.master(A).card();
        LocalNetwork.Node thief = group.network().node("thief");
        MasterCard forged = real.with()
                .host(thief.place().host())
                .port(thief.place().port())
                .enginePort(51_999)
                .build();
        thief.listen((request, from) -> new Reply.Card(forged));
        for (int second = 0; second < 30; second++) {
            thief.ask(
                    PeerDiscovery.endpoint(group.network().node(C).place()),
                    new GroupRequest.Greet(forged),
                    Duration.ofSeconds(1));
            group.run(Duration.ofSeconds(1));
        }
        assertEquals(before.engine(), member(A).orElseThrow().engine(), group.toString());
    }

    @Test
    void theGridIsTheOneThatWasFounded() {
        Optional<GridId> grid = group.master(A).grid();
        group.restart(A, settings(1));
        group.awaitGroupOf(A, B, C);
        assertEquals(grid, group.master(A).grid());
    }
}
