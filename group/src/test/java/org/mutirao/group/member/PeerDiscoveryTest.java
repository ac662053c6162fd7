package org.mutirao.group.member;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.group.member.GroupSettings.PeerAddress;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.units.HostPort;

/** How masters find each other, on a network of this JVM. */
class PeerDiscoveryTest {
    private static final String A = "0000000a";
    private static final String B = "0000000b";
    private static final String C = "0000000c";

    @TempDir
    private Path folder;

    private LocalGroup group;

    @BeforeEach
    void open() {
        group = new LocalGroup(folder);
    }

    /** Of a group that never comes about: they only look for each other. */
    private void start(String node, int id) {
        group.start(node, LocalGroup.settings(9, OptionalInt.of(id), Election.HIGHEST_PRIORITY));
    }

    private List<String> seenBy(String node) {
        return group.master(node).discovery().present().stream()
                .map(MasterCard::node)
                .toList();
    }

    @Test
    void theyMeetByMulticastWithinASecond() {
        start(A, 1);
        start(B, 2);
        start(C, 3);
        group.run(Duration.ofSeconds(1));
        assertEquals(List.of(B, C), seenBy(A));
        assertEquals(List.of(A, C), seenBy(B));
        assertEquals(List.of(A, B), seenBy(C));
    }

    @Test
    void withoutMulticastTheyMeetByTheAddressesThatAPersonGave() {
        List<PeerAddress> peers = List.of(
                new PeerAddress(1, new HostPort("10.77.0.1", 50_000)),
                new PeerAddress(2, new HostPort("10.77.0.2", 50_000)));
        for (int id = 1; id <= 2; id++) {
            GroupSettings settings = new GroupSettings(
                    "default",
                    2,
                    OptionalInt.of(id),
                    OptionalInt.empty(),
                    Election.HIGHEST_PRIORITY,
                    peers,
                    0,
                    GroupSettings.MULTICAST,
                    false);
            group.start(id == 1 ? A : B, settings);
        }
        group.run(Duration.ofSeconds(1));
        assertEquals(List.of(B), seenBy(A));
        assertEquals(List.of(A), seenBy(B));
    }

    /** What is only heard may be anybody's word. */
    @Test
    void aMasterThatIsHeardButDoesNotAnswerDoesNotCount() {
        start(A, 1);
        group.firewall().cutOneWay(A, B);
        start(B, 2);
        group.run(Duration.ofSeconds(3));
        assertEquals(List.of(), seenBy(A), "B says that it is there, but A can't ask it");
        assertEquals(List.of(), seenBy(B), "B asks A, and gets no answer");
        group.firewall().healAll();
        group.run(Duration.ofSeconds(1));
        assertEquals(List.of(B), seenBy(A));
        assertEquals(List.of(A), seenBy(B));
    }

    @Test
    void whoIsCutOffIsForgottenAfterFourSecondsAndKnownAgainAtOnce() {
        start(A, 1);
        start(B, 2);
        group.run(Duration.ofSeconds(1));
        group.firewall().cut(A, B);
        group.run(Duration.ofSeconds(3));
        assertTrue(group.master(A).discovery().confirmed(B).isPresent(), "a moment's silence is nothing");
        group.run(Duration.ofSeconds(2));
        assertFalse(group.master(A).discovery().confirmed(B).isPresent());
        group.firewall().healAll();
        group.run(Duration.ofMillis(500));
        assertEquals(List.of(B), seenBy(A));
    }

    @Test
    void whoAnswersNeverVanishesForAMoment() {
        start(A, 1);
        start(B, 2);
        group.run(Duration.ofSeconds(1));
        for (int i = 0; i < 200; i++) {
            group.run(Duration.ofMillis(50));
            assertEquals(List.of(B), seenBy(A));
        }
    }

    @Test
    void aMasterThatStartsAnewIsKnownByWhatItSaysNow() {
        start(A, 1);
        start(B, 2);
        group.run(Duration.ofSeconds(1));
        group.restart(B, LocalGroup.settings(9, OptionalInt.of(7), Election.HIGHEST_PRIORITY));
        group.run(Duration.ofSeconds(3));
        assertEquals(7, group.master(A).discovery().confirmed(B).orElseThrow().id());
    }

    /** As after a folder was copied: the watch over copies asks there for proof. */
    @Test
    void anotherMasterWithTheSameFolderIsToldOfAndNeverCountedAsAPeer() {
        group.start("pc1", A, 50_000, LocalGroup.settings(9, OptionalInt.of(1), Election.HIGHEST_PRIORITY));
        LocalMaster first = group.master(A);
        first.discovery().lookalikes();
        group.start("pc2", A, 50_001, LocalGroup.settings(9, OptionalInt.of(1), Election.HIGHEST_PRIORITY));
        group.run(Duration.ofSeconds(1));
        assertTrue(
                first.discovery().lookalikes().stream().anyMatch(address -> address.getPort() == 50_001),
                "it is told where the copy is");
        assertEquals(List.of(), first.discovery().present());
    }
}
