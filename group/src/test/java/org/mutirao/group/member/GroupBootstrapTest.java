package org.mutirao.group.member;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.text.Language;
import org.mutirao.protocol.text.Text;

/** How fresh masters become one group, and never two, on a network of this JVM. */
class GroupBootstrapTest {
    private static final String A = "0000000a";
    private static final String B = "0000000b";
    private static final String C = "0000000c";
    private static final String D = "0000000d";
    private static final String E = "0000000e";
    private static final String F = "0000000f";
    private static final List<String> THREE = List.of(A, B, C);

    @TempDir
    private Path folder;

    private LocalGroup group(String name) {
        return new LocalGroup(folder.resolve(name));
    }

    private static void start(LocalGroup group, String... nodes) {
        for (String node : nodes) {
            group.start(node, LocalGroup.three());
        }
    }

    private static Set<Optional<GridId>> grids(LocalGroup group, List<String> nodes) {
        return nodes.stream().map(node -> group.master(node).grid()).collect(Collectors.toSet());
    }

    @Test
    void threeFreshMastersAgreeOnTheirIdsAndOnOneGroup() {
        LocalGroup group = group("all");
        start(group, A, B, C);
        group.awaitGroupOf(A, B, C);
        assertEquals(
                Set.of(1, 2, 3),
                THREE.stream().map(node -> group.master(node).card().id()).collect(Collectors.toSet()));
        assertEquals(1, grids(group, THREE).size());
        Membership first = group.master(A).place().orElseThrow();
        assertEquals(first.founders(), group.master(B).place().orElseThrow().founders());
        assertEquals(first.founders(), group.raft().members());
    }

    /** Each is one short until its own third comes, though there are enough of both together. */
    @Test
    void twoRoomsOnOneAddressFormTwoGroupsAndDoNotSeeEachOther() {
        LocalGroup one = new LocalGroup(folder, RoomSecret.random(new SecureRandom()));
        LocalGroup other = one.another(RoomSecret.random(new SecureRandom()));
        start(one, A, B);
        start(other, D, E);
        one.run(Duration.ofMinutes(1));
        assertEquals(Set.of(Optional.empty()), grids(one, List.of(A, B)));
        assertEquals(Set.of(Optional.empty()), grids(other, List.of(D, E)));
        assertTrue(one.master(A).saysNow("Waiting for 1 more of 3 masters"), one.toString());
        start(one, C);
        start(other, F);
        one.awaitGroupOf(A, B, C);
        other.awaitGroupOf(D, E, F);
        assertEquals(Set.of(1, 2, 3), ids(one, A, B, C));
        assertEquals(Set.of(1, 2, 3), ids(other, D, E, F));
        assertNotEquals(one.raft().grids(), other.raft().grids());
    }

    private static Set<Integer> ids(LocalGroup group, String... nodes) {
        return Stream.of(nodes).map(node -> group.master(node).card().id()).collect(Collectors.toSet());
    }

    @Test
    void twoOfThreeWaitAndSayForWhom() {
        LocalGroup group = group("two");
        start(group, A, B);
        group.run(Duration.ofMinutes(1));
        assertEquals(Set.of(Optional.empty()), grids(group, List.of(A, B)));
        assertTrue(group.master(A).saysNow("Waiting for 1 more of 3 masters"), group.toString());
        start(group, C);
        group.awaitGroupOf(A, B, C);
    }

    @Test
    void aPartitionHoldsTheGroupUpAndNeverSplitsIt() {
        LocalGroup group = group("cut");
        group.firewall().isolate(C);
        start(group, A, B, C);
        group.run(Duration.ofMinutes(1));
        assertEquals(Set.of(Optional.empty()), grids(group, THREE));
        group.firewall().healAll();
        group.firewall().cut(A, B);
        group.run(Duration.ofMinutes(1));
        assertEquals(Set.of(Optional.empty()), grids(group, THREE), "A and B don't know of each other");
        group.firewall().healAll();
        group.awaitGroupOf(A, B, C);
    }

    /** Of pairs that overlap only one can have the master in the middle. */
    @Test
    void aMasterInTheMiddlePromisesItselfToOneGroupOnly() {
        LocalGroup group = group("middle");
        group.firewall().cut(A, B);
        for (int id = 1; id <= 3; id++) {
            group.start(THREE.get(id - 1), LocalGroup.settings(2, OptionalInt.of(id), Election.HIGHEST_PRIORITY));
        }
        group.await("C belongs to one", () -> group.master(C).grid().isPresent());
        group.run(Duration.ofMinutes(1));
        long formed = THREE.stream()
                .filter(node -> group.master(node).grid().isPresent())
                .count();
        assertEquals(2, formed, group.toString());
        assertEquals(1, group.raft().grids().size());
    }

    /** B asks C just after C has promised itself to A, and before A says 'begin'. */
    @Test
    void betweenThePromiseAndTheBeginningNobodyElseIsPromisedAnything() {
        LocalGroup group = group("between");
        group.firewall().cut(A, B);
        boolean[] promised = {false};
        group.firewall().filter((from, to, message) -> {
            if (!promised[0] && message instanceof Reply.Ok && to.equals(A)) {
                promised[0] = true;
                group.run(Duration.ofSeconds(2));
                assertTrue(group.master(B).saysNow("master 3 has just promised itself to another"), group.toString());
            }
            return true;
        });
        for (int id = 1; id <= 3; id++) {
            group.start(THREE.get(id - 1), LocalGroup.settings(2, OptionalInt.of(id), Election.HIGHEST_PRIORITY));
        }
        group.await(
                "A and C are one",
                () -> group.master(A).place().isPresent()
                        && group.master(A).grid().equals(group.master(C).grid()));
        assertTrue(promised[0], "C was asked");
        group.run(Duration.ofMinutes(1));
        assertEquals(Optional.empty(), group.master(B).grid());
    }

    @Test
    void aFourthMasterStaysOutsideAndSaysHowToAddIt() {
        LocalGroup group = group("four");
        start(group, A, B, C);
        group.awaitGroupOf(A, B, C);
        start(group, D);
        group.run(Duration.ofMinutes(1));
        assertEquals(Optional.empty(), group.master(D).grid());
        assertEquals(4, group.master(D).card().id());
        assertTrue(group.master(D).saysNow("console masters add 4"), group.toString());
    }

    @Test
    void whatStandsInTheFolderHoldsAfterARestart() {
        LocalGroup group = group("again");
        start(group, A, B, C);
        group.awaitGroupOf(A, B, C);
        Optional<GridId> grid = group.master(A).grid();
        Membership before = group.master(B).place().orElseThrow();
        group.firewall().isolate(B);
        group.restart(B, LocalGroup.three());
        group.run(Duration.ofSeconds(1));
        assertEquals(grid, group.master(B).grid());
        assertEquals(before, group.master(B).place().orElseThrow(), "it asks nobody for that");
    }

    @Test
    void aMasterThatHasAPlaceTakesNoOther() throws Exception {
        LocalGroup group = group("taken");
        start(group, A, B, C);
        group.awaitGroupOf(A, B, C);
        group.run(Duration.ofSeconds(10)); // until no promise holds any more
        Optional<GridId> before = group.master(A).grid();
        List<MasterCard> cards =
                THREE.stream().map(node -> group.master(node).card()).toList();
        for (GroupRequest another : List.of(
                new GroupRequest.FoundGroup(GridId.random(), false, cards),
                new GroupRequest.FoundGroup(GridId.random(), true, cards),
                new GroupRequest.Admit(GridId.random(), A, 7))) {
            Reply reply = group.network()
                    .node("stranger")
                    .ask(PeerDiscovery.endpoint(group.network().node(A).place()), another, Duration.ofSeconds(1));
            assertEquals(Reply.Refusal.CONFLICT, ((Reply.Failure) reply).refusal(), another.toString());
        }
        group.restart(A, LocalGroup.three());
        assertEquals(before, group.master(A).grid());
    }

    @Test
    void eachMasterSpeaksItsLanguageThoughTheyRefuseEachOtherInEnglish() throws Exception {
        LocalGroup group = group("languages");
        try {
            Text.speak(Language.PORTUGUESE);
            start(group, A, B);
            group.run(Duration.ofSeconds(10));
            assertTrue(group.master(A).saysNow("Esperando mais 1 de 3 mestres do grupo 'default'."), group.toString());
            Reply reply = group.network()
                    .node("stranger")
                    .ask(
                            PeerDiscovery.endpoint(group.network().node(A).place()),
                            new GroupRequest.Admit(GridId.random(), C, 7),
                            Duration.ofSeconds(1));
            String why = ((Reply.Failure) reply).message();
            assertEquals("this is not the master that is meant", why);
            assertEquals("este não é o mestre procurado", Text.again(why));
        } finally {
            Text.speak(Language.ENGLISH);
        }
    }

    @Test
    void mastersThatDoNotFitSayWhyAndFoundNothing() {
        LocalGroup group = group("unlike");
        group.start(A, LocalGroup.settings(2, OptionalInt.of(1), Election.HIGHEST_PRIORITY));
        group.start(B, LocalGroup.settings(3, OptionalInt.of(2), Election.HIGHEST_PRIORITY));
        group.run(Duration.ofSeconds(10));
        assertTrue(group.master(A).saysNow("wants a group of 3, this one of 2"), group.toString());
        group.restart(B, LocalGroup.settings(2, OptionalInt.of(2), Election.LOWEST_ID));
        group.run(Duration.ofSeconds(10));
        assertTrue(group.master(A).saysNow("elects by lowest-id"), group.toString());
        assertEquals(Set.of(Optional.empty()), grids(group, List.of(A, B)));
        group.restart(B, LocalGroup.settings(2, OptionalInt.of(2), Election.HIGHEST_PRIORITY));
        group.awaitGroupOf(A, B);
    }

    @Test
    void twoMastersUnderOneGivenIdAreToldAndFoundNothing() {
        LocalGroup group = group("twins");
        for (String node : List.of(A, B)) {
            group.start(node, LocalGroup.settings(2, OptionalInt.of(1), Election.HIGHEST_PRIORITY));
        }
        group.run(Duration.ofSeconds(10));
        assertTrue(group.master(A).saysNow("Master 1 is there twice"), group.toString());
        assertTrue(group.master(B).saysNow("Master 1 is there twice"), group.toString());
        assertEquals(Set.of(Optional.empty()), grids(group, List.of(A, B)));
    }

    /** A promise that came late is forgotten in time, and the founder that gave up may ask again. */
    @Test
    void aSlowAnswerOnlyHoldsTheGroupUp() {
        LocalGroup group = group("slow");
        group.firewall().filter((from, to, message) -> {
            if (message instanceof GroupRequest.FoundGroup) {
                group.firewall().delay(from, to, Duration.ofSeconds(4));
            }
            return true;
        });
        start(group, A, B, C);
        group.run(Duration.ofSeconds(30));
        assertEquals(Set.of(Optional.empty()), grids(group, THREE), "no promise comes in time");
        group.firewall().filter((from, to, message) -> true);
        for (String from : THREE) {
            THREE.forEach(to -> group.firewall().delay(from, to, Duration.ZERO));
        }
        group.awaitGroupOf(A, B, C);
        assertEquals(1, grids(group, THREE).size());
    }

    private enum Accident {
        LOST,
        LOST_AND_RECEIVER_STARTS_ANEW,
        SENDER_STARTS_ANEW,
        SENDER_CUT_OFF_FOR_A_WHILE
    }

    private static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** The n-th message of the founding meets an accident, for each n. */
    @ParameterizedTest
    @EnumSource
    void whateverBecomesOfAnyMessageThereIsOneGroupInTheEnd(Accident accident) {
        int met = 0;
        for (boolean more = true; more; met++) {
            more = foundsWithAccidentAt(met, accident);
        }
        assertTrue(met > 8, "two promises and two orders to begin, each with its answer; only " + met);
    }

    /** Returns whether there were so many messages. */
    private boolean foundsWithAccidentAt(int number, Accident accident) {
        LocalGroup group = group(accident + "-" + number);
        int[] left = {number};
        String[] crashed = {null};
        group.firewall().filter((from, to, message) -> {
            boolean founding = message instanceof GroupRequest.FoundGroup || message instanceof Reply.Ok;
            if (!founding || left[0]-- != 0) {
                return true;
            }
            if (accident == Accident.SENDER_STARTS_ANEW) {
                crashed[0] = message instanceof Reply ? to : from; // the founder, before or after it was obeyed
                throw new Crash();
            }
            if (accident == Accident.LOST_AND_RECEIVER_STARTS_ANEW) {
                group.restart(message instanceof Reply ? from : to, LocalGroup.three());
            }
            if (accident == Accident.SENDER_CUT_OFF_FOR_A_WHILE) {
                group.firewall().isolate(message instanceof Reply ? to : from);
                group.threads().after(Duration.ofSeconds(10), group.firewall()::healAll);
            }
            return false;
        });
        start(group, A, B, C);
        try {
            group.run(Duration.ofSeconds(20));
        } catch (Crash e) {
            group.restart(crashed[0], LocalGroup.three());
        }
        group.awaitGroupOf(A, B, C);
        assertEquals(1, grids(group, THREE).size());
        return left[0] < 0;
    }
}
