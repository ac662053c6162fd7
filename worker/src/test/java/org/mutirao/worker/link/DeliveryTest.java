package org.mutirao.worker.link;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.clock.ApplicationClock;
import org.mutirao.protocol.clock.ClockFollower;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.identity.WorkerKey;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.WorkerRequest.Delivery;
import org.mutirao.protocol.message.WorkerRequest.Instance;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.protocol.wire.WireClient;
import org.mutirao.testkit.Zips;
import org.mutirao.worker.outbox.Outbox;
import org.mutirao.worker.outbox.ResultSender;

/** What becomes of results that vanish or are damaged in the outbox, or are too large, at a master on a real socket. */
class DeliveryTest {
    private static final GridId GRID = GridId.parse("99999999-8888-7777-6666-555555555555");

    @TempDir
    private Path folder;

    private Outbox outbox;
    private WireClient client;
    private MasterLink link;

    @BeforeEach
    void open() throws IOException {
        outbox = Outbox.open(
                Files.createDirectories(folder.resolve("outbox")), folder.resolve("refused"), folder.resolve("whole"));
        client = new WireClient(1, Spool.none());
    }

    @AfterEach
    void close() {
        link.close();
        client.close();
    }

    private ResultSender resultSender(ScriptedMaster master) throws InterruptedException {
        Duration step = Duration.ofMillis(100);
        link = new MasterLink(
                new MasterLink.Identity(
                        new WorkerId("w"),
                        "pc",
                        1,
                        0,
                        Duration.ofSeconds(5),
                        new Instance("this", Optional.empty()),
                        WorkerKey.random(),
                        Optional::empty),
                new Search(List.of(master.place()), DiscoveryPorts.none()),
                new LinkListener() {
                    @Override
                    public void onConnected(Session session, boolean first) {}

                    @Override
                    public void onLost(Session session, String reason) {}

                    @Override
                    public void onSearching(String where) {}

                    @Override
                    public void onDrop(List<Lease> leases) {}

                    @Override
                    public boolean owesStrangers() {
                        return false;
                    }

                    @Override
                    public List<Lease> held(Optional<GridId> grid) {
                        return outbox.leases(grid);
                    }
                },
                System::nanoTime,
                new ClockPart(new ClockFollower(new ApplicationClock(InstantSource.system()), System::nanoTime)),
                new Timing(Duration.ofSeconds(20), step, step, step, step),
                Liveness.unwatched().activity("link", Duration.ofHours(1)));
        link.start();
        link.await();
        return new ResultSender(
                outbox,
                link,
                client,
                "pc",
                Liveness.unwatched().activity("courier", Duration.ofHours(1)),
                time -> {}); // it tries again at once
    }

    private void put(byte[] zip) throws IOException {
        Path packed = Files.write(folder.resolve("packed.zip"), zip);
        outbox.put(
                new WorkerId("w"),
                "a.zip",
                new Payload(packed, new Blob(Sha256.of(zip), zip.length)),
                Optional.of(new Delivery(GRID, Lease.of(4, 2), new Ending.Exited(0), Duration.ofMillis(7))));
    }

    private Path zip() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("outbox"))) {
            return files.filter(file -> file.toString().endsWith(".zip"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** A small one stands behind its description. */
    private Map<String, String> small() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("outbox"))) {
            byte[] bytes = Files.readAllBytes(files.findFirst().orElseThrow());
            int start = new String(bytes, StandardCharsets.ISO_8859_1).indexOf('\n') + 1;
            return Zips.read(Arrays.copyOfRange(bytes, start, bytes.length));
        }
    }

    private static String refusing(String request) {
        return request.contains("\"SUBMIT_RESULT\"")
                ? "{\"status\":\"ERROR\",\"message\":\"the payload was refused\"}"
                : ScriptedMaster.ours(request);
    }

    private void isGivenBack(UnaryOperator<String> script, String why, Tampering tampering) throws Exception {
        try (ScriptedMaster master = new ScriptedMaster(script)) {
            put(Zips.of("stdout.txt", "x"));
            tampering.with(zip());
            resultSender(master).step();
            await().until(() -> master.firstWith("\"RETURN_TASK\"").isPresent());
            String told = master.firstWith("\"RETURN_TASK\"").orElseThrow();
            assertTrue(told.contains("\"task_id\":4") && told.contains(why), told);
            assertEquals(0, outbox.size());
            assertEquals(List.of(), outbox.leases(Optional.of(GRID)));
        }
    }

    private interface Tampering {
        void with(Path zip) throws IOException;
    }

    @Test
    void aResultThatVanishesFromTheOutboxIsGivenBack() throws Exception {
        isGivenBack(ScriptedMaster::ours, "was removed from the outbox", Files::delete);
    }

    @Test
    void aResultThatIsCutInTheOutboxIsGivenBack() throws Exception {
        isGivenBack(ScriptedMaster::ours, "was changed in the outbox", zip -> Files.write(zip, new byte[3]));
    }

    @Test
    void aResultWhoseBytesChangedInTheOutboxIsGivenBack() throws Exception {
        isGivenBack(DeliveryTest::refusing, "was damaged in the outbox", zip -> {
            byte[] bytes = Files.readAllBytes(zip);
            bytes[bytes.length / 2] ^= 1;
            Files.write(zip, bytes);
        });
    }

    @Test
    void aResultThatTheMasterRefusesFollowsWithoutItsFilesAndIsKeptWhole() throws Exception {
        String large = Stream.iterate(1L, n -> n * 6364136223846793005L + 1442695040888963407L)
                .limit(2000)
                .map(String::valueOf)
                .reduce("", String::concat);
        try (ScriptedMaster master = new ScriptedMaster(DeliveryTest::refusing)) {
            put(Zips.of("stdout.txt", "fine", "result.json", "{\"exit_code\":0}", "files/large.txt", large));
            ResultSender resultSender = resultSender(master);
            resultSender.step();
            assertEquals(1, outbox.size());
            assertEquals(List.of(Lease.of(4, 2)), outbox.leases(Optional.of(GRID)));
            Map<String, String> smaller = small();
            assertEquals("fine", smaller.get("stdout.txt"));
            assertTrue(smaller.get("result.json").contains("the master says"), smaller.get("result.json"));
            assertTrue(!smaller.containsKey("files/large.txt"));
            try (Stream<Path> kept = Files.list(folder.resolve("whole"))) {
                assertEquals(large, Zips.entry(kept.findFirst().orElseThrow(), "files/large.txt"));
            }
            assertTrue(master.firstWith("\"RETURN_TASK\"").isEmpty());
            master.follows(ScriptedMaster::ours);
            resultSender.step();
            assertEquals(0, outbox.size());
            assertTrue(master.firstWith("without its files").isPresent());
        }
    }
}
