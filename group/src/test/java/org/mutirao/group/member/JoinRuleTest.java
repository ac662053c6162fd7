package org.mutirao.group.member;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.message.Reply;
import org.mutirao.testkit.LocalNetwork;

/** Who gets a place in the group of a room without a key. */
class JoinRuleTest {
    private static final String A = "0000000a";
    private static final String B = "0000000b";
    private static final String C = "0000000c";
    private static final String D = "0000000d";

    @TempDir
    private Path folder;

    private LocalGroup group;

    @BeforeEach
    void found() {
        group = new LocalGroup(folder, JoinRule.WORD);
        group.found(A, B, C);
    }

    @AfterEach
    void theEngineCouldDoAllThat() {
        assertEquals(List.of(), group.raft().violations());
    }

    private static GroupSettings settings(int id) {
        return LocalGroup.settings(3, OptionalInt.of(id), Election.HIGHEST_PRIORITY);
    }

    private Optional<Member> member(String node) {
        return group.raft().members().stream()
                .filter(member -> member.node().equals(node))
                .findFirst();
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
