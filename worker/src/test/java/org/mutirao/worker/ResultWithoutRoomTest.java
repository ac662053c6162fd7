package org.mutirao.worker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.testkit.Zips;
import org.mutirao.worker.environment.EnvironmentSettings;
import org.mutirao.worker.link.Search;
import org.mutirao.worker.run.Python;
import org.mutirao.worker.stay.SlotCount;
import org.mutirao.worker.stay.Stay;
import org.mutirao.worker.warm.Warm;
import org.slf4j.LoggerFactory;

/** A whole worker whose disk, outbox or own code fails after a script has run: the run is not thrown away. */
class ResultWithoutRoomTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Logger SLOTS = (Logger) LoggerFactory.getLogger(Slot.class);
    private static Python python;
    private final Ear ear = new Ear();

    @TempDir
    private Path folder;

    private Optional<Path> disk = Optional.empty();
    private Optional<Worker> worker = Optional.empty();
    private Optional<HandingMaster> master = Optional.empty();

    @BeforeAll
    static void find() throws Exception {
        python = Python.find(Optional.empty());
    }

    /** What slots say. */
    private static final class Ear extends AppenderBase<ILoggingEvent> {
        private final List<String> said = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent event) {
            said.add(event.getFormattedMessage());
        }
    }

    @BeforeEach
    void listen() {
        ear.start();
        SLOTS.addAppender(ear);
    }

    private long saidOf(String words) {
        return ear.said.stream().filter(line -> line.contains(words)).count();
    }

    @AfterEach
    void close() throws Exception {
        SLOTS.detachAppender(ear);
        worker.ifPresent(Worker::close);
        master.ifPresent(HandingMaster::close);
        if (disk.isPresent()) {
            assertEquals(0, run("umount", "-l", disk.get().toString()));
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor(20, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }

    /** Takes the right to mount, as root on Linux has it. */
    private Path smallDisk() throws Exception {
        Path place = Files.createDirectories(folder.resolve("disk"));
        boolean mounted = false;
        try {
            mounted = run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place.toString()) == 0;
        } catch (IOException e) {
            // No such command: not Linux.
        }
        assumeTrue(mounted, "SKIPPED: a small disk can only be made by root on Linux");
        disk = Optional.of(place);
        return place;
    }

    private HandingMaster start(Path work, Worker.PythonSource source, String script) throws Exception {
        HandingMaster handing = new HandingMaster(folder, Zips.of("main.py", script));
        master = Optional.of(handing);
        List<HostPort> masters = List.of(handing.place());
        WorkerConfig config = new WorkerConfig(
                work,
                new Search(masters, DiscoveryPorts.none()),
                new SlotCount(1, 1),
                new WorkerConfig.Interpreter(
                        Optional.empty(), Warm.auto(), false, List.of(), EnvironmentSettings.defaults()),
                new WorkerConfig.Limits(Duration.ofMinutes(5), ByteSize.mebi(64), ByteSize.mebi(1)),
                WorkerConfig.Called.asItsMachine(),
                Duration.ofMillis(100),
                Stay.FOREVER,
                Optional.empty());
        worker = Optional.of(Worker.start(config, source, InstantSource.system(), System::nanoTime, session -> {}));
        return handing;
    }

    /** Says that it ran, somewhere else, and prints; then does {@code more} and ends with 3. */
    private String script(String more) {
        return "import os, shutil, sys\n"
                + "open(r'" + folder.resolve("runs") + "', 'a').write('ran\\n')\n"
                + "print('worked for days', flush=True)\n"
                + "def fill(name):\n"
                + "    with open(name, 'wb', buffering=0) as out:\n"
                + "        for size in (65536, 4096, 1):\n"
                + "            try:\n"
                + "                while out.write(os.urandom(size)) == size: pass\n"
                + "            except OSError: pass\n"
                + more + "\n"
                + "sys.exit(3)\n";
    }

    private void oneRunCameThrough(HandingMaster handing) throws IOException {
        await().atMost(TIMEOUT).until(() -> !handing.results.isEmpty());
        HandingMaster.Result result = handing.results.get(0);
        assertEquals(Lease.of(1, 1), result.delivery().lease());
        assertTrue(result.delivery().ending() instanceof Ending.Exited exited && exited.code() == 3, result.toString());
        assertEquals("worked for days\n", result.files().get("stdout.txt"));
        assertEquals(List.of(), handing.returned);
        assertEquals(1, handing.results.size());
        assertEquals(List.of("ran"), Files.readAllLines(folder.resolve("runs")));
    }

    @Test
    void aDiskThatIsFullWhilePackingCostsTheFilesOnly() throws Exception {
        HandingMaster handing = start(smallDisk(), () -> python, script("fill('large.bin')"));
        oneRunCameThrough(handing);
        String note = handing.results.get(0).delivery().ending().note();
        assertTrue(note.contains("not packed"), note);
    }

    /** What the run's own folder took is enough for a small result, which is packed in memory. */
    @Test
    void aDiskThatStaysFullStillLetsTheOutputAndTheCodeThrough() throws Exception {
        Path work = smallDisk();
        oneRunCameThrough(start(work, () -> python, script("fill(r'" + work.resolve("hog") + "')")));
        String note = master.orElseThrow().results.get(0).delivery().ending().note();
        assertFalse(note.contains("not packed"), note);
    }

    @Test
    void anOutboxThatTakesNothingKeepsTheResultUntilItDoes() throws Exception {
        Path work = folder.resolve("work");
        Path outbox = work.resolve("1").resolve("outbox");
        // A file where the folder was: nothing can be put there, whoever tries.
        HandingMaster handing = start(
                work,
                () -> python,
                script("shutil.rmtree(r'" + outbox + "')\nopen(r'" + outbox + "', 'w').write('in the way')"));
        await().atMost(TIMEOUT).until(() -> saidOf("can't be kept on this disk now") == 1);
        await().atMost(TIMEOUT).until(() -> handing.held().equals(List.of(Lease.of(1, 1))));
        assertEquals(List.of(), handing.results);
        Files.delete(outbox);
        oneRunCameThrough(handing);
    }

    @Test
    void aFaultOfTheSlotGivesTheLeaseBackAtOnceAndTheSlotGoesOn() throws Exception {
        // Without a command, which can't be, the slot runs into a fault of its own code at each task.
        HandingMaster handing =
                start(folder.resolve("work"), () -> new Python(null, python.version(), ""), "print('never')");
        await().atMost(TIMEOUT).until(() -> handing.returned.size() == 5);
        for (String reason : handing.returned) {
            assertTrue(reason.contains("the worker failed unexpectedly while it ran this"), reason);
        }
        assertEquals(5, handing.handedOut.get());
        await().atMost(TIMEOUT)
                .until(() -> handing.inVain.get() > 0 && handing.held().isEmpty());
        assertEquals(List.of(), handing.results);
    }
}
