package org.mutirao.worker.link;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.clock.ApplicationClock;
import org.mutirao.protocol.clock.ClockFollower;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.identity.WorkerKey;
import org.mutirao.protocol.message.WorkerRequest.Instance;
import org.mutirao.protocol.stranger.StrangerKind;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.threads.Stall;

/** The link against masters on real sockets that stall, close and change. */
class MasterLinkTest {
    private static final WorkerId ID = new WorkerId("w");
    private static final Duration STEP = Duration.ofMillis(100);

    private final List<WorkerId> newIds = new CopyOnWriteArrayList<>();
    private final List<String> advices = new CopyOnWriteArrayList<>();
    private volatile boolean owes;
    private volatile Optional<WorkerFacts> facts = Optional.empty();
    private final AtomicLong watch = new AtomicLong();
    private final Liveness liveness = new Liveness(watch::get);
    /** What the listener does when there is a master. */
    private volatile Runnable whenConnected = () -> {};

    private final AtomicInteger faults = new AtomicInteger();
    private MasterLink link;

    @BeforeAll
    static void bePatient() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
        Awaitility.setDefaultPollInterval(Duration.ofMillis(20));
    }

    @AfterEach
    void stop() {
        if (link != null) {
            link.close();
        }
    }

    private final class Listener implements LinkListener {
        @Override
        public void onConnected(Session session, boolean first) {
            if (faults.getAndDecrement() > 0) {
                throw new NoClassDefFoundError("a bug");
            }
            whenConnected.run();
        }

        @Override
        public void onLost(Session session, String reason) {}

        @Override
        public void onSearching(String where) {}

        @Override
        public void onStillSearching(String advice) {
            advices.add(advice);
        }

        @Override
        public void onDrop(List<Lease> leases) {}

        @Override
        public void onNewId(WorkerKey key, String reason) {
            newIds.add(key.id());
        }

        @Override
        public boolean owesStrangers() {
            return owes;
        }

        @Override
        public List<Lease> held(Optional<GridId> grid) {
            return List.of();
        }
    }

    private void start(Timing timing, ScriptedMaster... masters) {
        start(timing, System::nanoTime, masters);
    }

    private void start(Timing timing, LongSupplier nanos, ScriptedMaster... masters) {
        link = new MasterLink(
                new MasterLink.Identity(
                        ID,
                        "pc",
                        1,
                        0,
                        STEP,
                        new Instance("this-process", Optional.of("the-one-before")),
                        WorkerKey.random(),
                        () -> facts),
                new Search(List.of(masters).stream().map(ScriptedMaster::place).toList(), DiscoveryPorts.none()),
                new Listener(),
                nanos,
                new ClockPart(new ClockFollower(new ApplicationClock(InstantSource.system()), System::nanoTime)),
                timing,
                liveness.activity("link", Duration.ofMinutes(10)));
        link.start();
    }

    private static Timing timing() {
        return new Timing(Duration.ofSeconds(20), STEP, STEP, STEP, STEP);
    }

    private static Timing impatient() {
        return new Timing(STEP, STEP, STEP, STEP, STEP);
    }

    private static WorkerFacts withTag(String tag) {
        return WorkerFacts.builder().machine("linux", "").tags(List.of(tag)).build();
    }

    @Test
    void oursIsToldWhatThisMachineIsBeforeItIsAskedForWorkAndAgainWhenThatChanged() throws Exception {
        facts = Optional.of(withTag("lab3"));
        try (ScriptedMaster ours = new ScriptedMaster(
                request -> ScriptedMaster.ours(request).replace("[\"lease\"]", "[\"lease\",\"facts\"]"))) {
            whenConnected = () -> assertTrue(ours.firstWith("TELL_FACTS").isPresent());
            start(timing(), ours);
            await().until(() -> link.now().isPresent());
            String told = ours.firstWith("TELL_FACTS").orElseThrow();
            assertTrue(told.contains("\"tags\":[\"lab3\"]") && told.contains("what-the-master-told"), told);
            await().until(() -> ours.firstWith("HEARTBEAT").isPresent());
            assertEquals(
                    1,
                    ours.heard.stream()
                            .filter(text -> text.contains("TELL_FACTS"))
                            .count());
            facts = Optional.of(withTag("lab4"));
            link.factsChanged();
            await().until(() -> ours.firstWith("lab4").isPresent());
        }
    }

    @Test
    void whoDoesNotKnowTheMessageIsToldNothing() throws Exception {
        facts = Optional.of(withTag("lab3"));
        try (ScriptedMaster earlier = new ScriptedMaster(ScriptedMaster::ours);
                ScriptedMaster groupD = new ScriptedMaster(ScriptedMaster::groupD)) {
            start(timing(), earlier);
            await().until(() -> earlier.firstWith("HEARTBEAT").isPresent());
            link.close();
            start(timing(), groupD);
            await().until(() -> groupD.firstWith("HEARTBEAT").isPresent());
            assertTrue(earlier.heard.stream().noneMatch(text -> text.contains("lab3")));
            assertTrue(groupD.heard.stream().noneMatch(text -> text.contains("lab3")));
        }
    }

    private boolean isOurs() {
        return link.now().map(session -> session.terms().isPresent()).orElse(false);
    }

    private Optional<StrangerKind> kind() {
        return link.now().flatMap(Session::stranger);
    }

    @Test
    void aLongSearchIsExplainedOnce() throws IOException {
        AtomicLong now = new AtomicLong();
        AtomicInteger asked = new AtomicInteger();
        UnaryOperator<String> hangsUp = request -> {
            asked.incrementAndGet();
            return ScriptedMaster.CLOSE;
        };
        try (ScriptedMaster master = new ScriptedMaster(hangsUp)) {
            start(impatient(), () -> now.addAndGet(Duration.ofSeconds(6).toNanos()), master);
            await().until(() -> !advices.isEmpty());
            int before = asked.get();
            await().until(() -> asked.get() > before + 1);
            assertEquals(1, advices.size(), advices.toString());
            assertTrue(advices.get(0).contains("No master answers at " + master.place()), advices.get(0));
        }
    }

    /** Else the worker would look alive and ask nobody for work. */
    @Test
    void theLinkOutlivesAFaultOfOurOwnAndConnectsAgain() throws IOException {
        faults.set(1);
        try (ScriptedMaster master = new ScriptedMaster(ScriptedMaster::oursInEnvelopes)) {
            start(timing(), master);
            await().until(this::isOurs);
        }
    }

    @Test
    void aLinkThatDoesNotMoveIsNamedAndKeepsNobodyFromLeaving() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        whenConnected = () -> {
            stuck.countDown();
            boolean over = false;
            while (!over) {
                try {
                    never.await();
                    over = true;
                } catch (InterruptedException e) {
                    over = false; // as in a system call
                }
            }
        };
        try (ScriptedMaster master = new ScriptedMaster(ScriptedMaster::oursInEnvelopes)) {
            start(timing(), master);
            assertTrue(stuck.await(30, TimeUnit.SECONDS));
            watch.addAndGet(Duration.ofMinutes(11).toNanos());
            List<Stall> stalls = liveness.stalls();
            assertEquals(1, stalls.size());
            String said = stalls.get(0).sentence();
            assertTrue(said.startsWith("the link has not moved for 660 s: registering with the master at "), said);
            assertTimeoutPreemptively(Duration.ofSeconds(30), () -> link.leave());
        } finally {
            never.countDown();
        }
    }

    /** A long pause between two heartbeats is no stall. */
    @Test
    void aLinkThatBeatsMovesAgainAndAgain() throws IOException {
        try (ScriptedMaster master = new ScriptedMaster(ScriptedMaster::oursInEnvelopes)) {
            start(timing(), master);
            await().until(this::isOurs);
            watch.addAndGet(Duration.ofMinutes(11).toNanos());
            await().until(() -> liveness.stalls().isEmpty());
        }
    }

    /** Whether it is one of ours or not: silence says nothing about dialects. */
    @Test
    void aMasterThatStallsIsNeverSpokenToInGroupFsDialect() throws IOException {
        try (ScriptedMaster master = new ScriptedMaster(request -> ScriptedMaster.SILENCE)) {
            start(impatient(), master);
            await().until(() -> master.heard.size() >= 3);
            assertEquals(Optional.empty(), link.now());
            assertEquals(Optional.empty(), master.firstWith("\"type\""));
            master.follows(ScriptedMaster::oursInEnvelopes);
            await().until(this::isOurs);
            assertEquals(Optional.empty(), master.firstWith("\"type\""));
        }
    }

    @Test
    void groupFsMasterIsKnownByItsClosingAtOnce() throws IOException {
        try (ScriptedMaster master = new ScriptedMaster(ScriptedMaster::groupF)) {
            start(timing(), master);
            await().until(() -> kind().equals(Optional.of(StrangerKind.F)));
        }
    }

    /** One of ours that is being stopped closes connections too. */
    @Test
    void oneOfOursThatClosedOnceIsNotTakenForGroupFs() throws IOException {
        try (ScriptedMaster master = new ScriptedMaster(request -> ScriptedMaster.CLOSE)) {
            master.follows(request -> {
                master.follows(ScriptedMaster::oursInEnvelopes);
                return ScriptedMaster.CLOSE;
            });
            start(timing(), master);
            await().until(() -> link.now().isPresent());
            assertTrue(isOurs());
        }
    }

    @Test
    void aMasterThatWasOursIsNeverDemoted() throws IOException {
        try (ScriptedMaster master = new ScriptedMaster(ScriptedMaster::ours)) {
            start(timing(), master);
            await().until(this::isOurs);
            master.follows(ScriptedMaster::groupF);
            int before = master.heard.size();
            await().until(() -> master.heard.size() > before + 3);
            assertEquals(Optional.empty(), kind());
            assertEquals(Optional.empty(), master.firstWith("\"type\""));
            master.follows(ScriptedMaster::ours);
            await().until(this::isOurs);
        }
    }

    @Test
    void aSessionInAForeignDialectIsTriedInOurWordsAgain() throws IOException {
        try (ScriptedMaster master = new ScriptedMaster(ScriptedMaster::groupF)) {
            start(timing(), master);
            await().until(() -> kind().equals(Optional.of(StrangerKind.F)));
            master.follows(ScriptedMaster::oursInEnvelopes);
            await().until(this::isOurs);
        }
    }

    @Test
    void oursIsPreferredWhoeverIsAskedFirst() throws IOException {
        try (ScriptedMaster foreign = new ScriptedMaster(ScriptedMaster::groupD);
                ScriptedMaster ours = new ScriptedMaster(ScriptedMaster::ours)) {
            start(timing(), foreign, ours);
            await().until(() -> link.now().isPresent());
            assertTrue(isOurs());
        }
    }

    @Test
    void oursIsLookedForWhileAnotherHasNothing() throws IOException {
        try (ScriptedMaster foreign = new ScriptedMaster(ScriptedMaster::groupD);
                ScriptedMaster ours = new ScriptedMaster(request -> ScriptedMaster.SILENCE)) {
            owes = true;
            start(impatient(), foreign, ours);
            await().until(() -> kind().isPresent());
            ours.follows(ScriptedMaster::ours);
            int before = foreign.heard.size();
            await().until(() -> foreign.heard.size() > before + 3);
            assertTrue(kind().isPresent(), "what it has for the other is finished first");
            owes = false;
            await().until(this::isOurs);
        }
    }

    @Test
    void everyRequestAfterRegisteringProvesTheSession() throws IOException {
        try (ScriptedMaster master = new ScriptedMaster(ScriptedMaster::ours)) {
            start(timing(), master);
            await().until(() -> master.firstWith("HEARTBEAT").isPresent());
            String registration = master.firstWith("REGISTER").orElseThrow();
            assertTrue(registration.contains("\"instance\":\"this-process\",\"after\":\"the-one-before\""));
            assertTrue(master.firstWith("HEARTBEAT").orElseThrow().contains("\"session\":\"what-the-master-told\""));
        }
    }

    @Test
    void aWorkerWhoseIdIsTakenGoesOnUnderANewOne() throws IOException {
        try (ScriptedMaster master = new ScriptedMaster(request -> request.contains("\"peer_id\":\"w\"")
                ? "{\"status\":\"ERROR\",\"code\":\"ID_IN_USE\",\"message\":\"it is here\"}"
                : ScriptedMaster.ours(request))) {
            start(timing(), master);
            await().until(this::isOurs);
            assertEquals(1, newIds.size());
            assertNotEquals(ID, newIds.get(0));
            assertEquals(newIds.get(0), link.now().orElseThrow().self());
        }
    }

    @Test
    void aMasterThatDoesNotKnowTheSessionIsRegisteredWithAgain() throws IOException {
        try (ScriptedMaster master = new ScriptedMaster(ScriptedMaster::ours)) {
            start(timing(), master);
            await().until(this::isOurs);
            master.follows(request -> {
                master.follows(ScriptedMaster::ours);
                return "{\"status\":\"ERROR\",\"code\":\"REGISTER_AGAIN\",\"message\":\"who?\"}";
            });
            await().until(() -> master.heard.stream()
                            .filter(text -> text.contains("REGISTER\""))
                            .count()
                    == 2);
            assertEquals(List.of(), newIds);
        }
    }
}
