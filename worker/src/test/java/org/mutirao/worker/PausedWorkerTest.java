package org.mutirao.worker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.testkit.Zips;
import org.mutirao.worker.environment.EnvironmentSettings;
import org.mutirao.worker.link.Search;
import org.mutirao.worker.run.Python;
import org.mutirao.worker.stay.Pausing;
import org.mutirao.worker.stay.Senses;
import org.mutirao.worker.stay.SlotCount;
import org.mutirao.worker.stay.Stay;
import org.mutirao.worker.stay.WorkTimes;
import org.mutirao.worker.warm.Warm;

/** A whole worker on a machine to which a person comes back. */
class PausedWorkerTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static Python python;

    @TempDir
    private Path folder;

    private volatile boolean somebody;
    private HandingMaster master;
    private Worker worker;

    private final Senses senses = new Senses() {
        @Override
        public Optional<Duration> idle() {
            return Optional.of(somebody ? Duration.ZERO : Duration.ofHours(1));
        }

        @Override
        public Optional<Boolean> onBattery() {
            return Optional.of(false);
        }
    };

    @BeforeAll
    static void find() throws Exception {
        python = Python.find(Optional.empty());
    }

    @AfterEach
    void close() {
        worker.close();
        master.close();
    }

    private void start(Optional<Pausing> pausing) throws Exception {
        master = new HandingMaster(
                folder,
                Zips.of(
                        "main.py",
                        "import os, time\nopen(r'" + folder.resolve("begun")
                                + "', 'w').close()\nwhile not os.path.exists(r'" + folder.resolve("go")
                                + "'): time.sleep(0.01)"));
        WorkTimes times = new WorkTimes(Optional.empty(), Optional.of(Duration.ofMinutes(5)), false, pausing);
        worker = Worker.start(
                new WorkerConfig(
                        folder.resolve("work"),
                        new Search(List.of(master.place()), DiscoveryPorts.none()),
                        new SlotCount(1, 1),
                        new WorkerConfig.Interpreter(
                                Optional.empty(), Warm.auto(), false, List.of(), EnvironmentSettings.defaults()),
                        new WorkerConfig.Limits(Duration.ofMinutes(5), ByteSize.mebi(64), ByteSize.mebi(1)),
                        WorkerConfig.Called.asItsMachine(),
                        Duration.ofMillis(100),
                        new Stay(false, Optional.empty(), Optional.empty(), OptionalInt.empty(), times),
                        Optional.empty()),
                () -> python,
                any -> senses,
                InstantSource.system(),
                System::nanoTime,
                session -> {});
        await().atMost(TIMEOUT).until(() -> Files.exists(folder.resolve("begun")));
    }

    private void somebodyComes() {
        somebody = true;
        await().atMost(TIMEOUT).until(() -> master.notNow().isPresent());
    }

    @Test
    void whatStandsStillIsStillHeldAndGoesOnWhenThePersonLeaves() throws Exception {
        start(Optional.empty());
        somebodyComes();
        assertTrue(master.notNow().orElseThrow().contains("stands still"), "it says so");
        assertEquals(List.of(Lease.of(1, 1)), master.held(), "the lease is renewed");
        Files.createFile(folder.resolve("go"));
        somebody = false;
        await().atMost(TIMEOUT).until(() -> master.results.size() == 1);
        assertEquals(new Ending.Exited(0), master.results.get(0).delivery().ending());
        assertEquals(List.of(), master.returned);
    }

    @Test
    void whatIsGivenBackDoesNotCountAsLost() throws Exception {
        start(Optional.of(Pausing.GIVE_BACK));
        somebodyComes();
        await().atMost(TIMEOUT).until(() -> !master.returned.isEmpty());
        assertEquals(List.of("somebody uses the worker's machine"), master.returned);
        assertEquals(List.of(false), master.counted);
        await().atMost(TIMEOUT).until(() -> master.held().isEmpty());
        assertEquals(1, master.handedOut.get(), "it asks for no more");
        assertEquals(
                List.of(Lease.of(1, 1)),
                master.heldWhileReturning,
                "what is not named any more is lost, and that counts");
    }

    /** Of a group another master may lead by now. What it does not hear would be lost, and that counts. */
    @Test
    void whatNoMasterHeardIsGivenBackOnceMore() throws Exception {
        start(Optional.of(Pausing.GIVE_BACK));
        master.deaf.set(1);
        somebodyComes();
        await().atMost(TIMEOUT).until(() -> !master.heldWhileReturning.isEmpty());
        assertEquals(List.of(false), master.counted);
        assertEquals(List.of(Lease.of(1, 1)), master.heldWhileReturning);
    }

    @Test
    void whoLeavesGivesBackWhatStandsStill() throws Exception {
        start(Optional.empty());
        somebodyComes();
        worker.drain();
        await().atMost(TIMEOUT).until(() -> !master.returned.isEmpty());
        assertEquals(List.of(false), master.counted);
    }
}
