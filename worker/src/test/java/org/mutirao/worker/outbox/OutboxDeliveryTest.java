package org.mutirao.worker.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.dialect.OwnDialect;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.Reply.Terms;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.message.WorkerRequest.Delivery;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.wire.WireClient.Endpoint;
import org.mutirao.testkit.LocalNetwork;
import org.mutirao.testkit.ManualClock;
import org.mutirao.testkit.ManualThreads;
import org.mutirao.testkit.Zips;
import org.mutirao.worker.link.Session;
import org.mutirao.worker.link.Sessions;

/** How results get from the outbox to the master that leads, whatever is lost on the way, on a network of this JVM. */
@Timeout(60)
class OutboxDeliveryTest {
    private static final GridId GRID = GridId.parse("99999999-8888-7777-6666-555555555555");
    private static final GridId ANOTHER = GridId.parse("11111111-2222-3333-4444-555555555555");
    private static final WorkerId SELF = new WorkerId("w");

    @TempDir
    private Path folder;

    private final ManualThreads threads = new ManualThreads(new ManualClock());
    private final LocalNetwork network = new LocalNetwork(threads);
    private final Masters masters = new Masters();
    private final Link link = new Link();
    private Outbox outbox;
    private ResultSender sender;

    /** Two masters of one grid: what either took is taken. */
    private final class Masters {
        private final Map<Lease, byte[]> taken = new HashMap<>();
        private final List<WorkerRequest.ReturnTask> returned = new ArrayList<>();
        private int duplicates;
        private String leader = "a";
        private Optional<Reply.Failure> refusal = Optional.empty();

        void open() {
            for (String node : List.of("a", "b")) {
                network.node(node).listen((request, from) -> answer(node, request, from));
            }
        }

        private Reply answer(String node, Request request, InetAddress from) {
            assertEquals(network.node("worker").place().host(), from.getHostAddress());
            if (!node.equals(leader)) {
                return new Reply.NotLeader(Optional.of(network.node(leader).place()), "another leads");
            }
            if (request instanceof WorkerRequest.ReturnTask back) {
                returned.add(back);
                return new Reply.Ok(false);
            }
            return refusal.isPresent() ? refusal.get() : take((WorkerRequest.SubmitResult) request);
        }

        private Reply take(WorkerRequest.SubmitResult result) {
            Delivery delivery = result.delivery().orElseThrow();
            assertEquals(GRID, delivery.grid(), "the result of one grid is nothing to another");
            try {
                Payload payload = result.result();
                byte[] bytes = payload.bytes().isPresent() ? payload.bytes().get() : Files.readAllBytes(payload.file());
                boolean duplicate = taken.put(delivery.lease(), bytes) != null;
                duplicates += duplicate ? 1 : 0;
                return new Reply.Ok(duplicate);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** The link, as far as the sender sees it: after a doubt it has found the leader. */
    private final class Link implements Sessions {
        private String master = "a";
        private int doubts;

        @Override
        public Session await() {
            try {
                Terms terms = new Terms(GRID, List.of(), Duration.ofMinutes(1), List.of());
                Endpoint endpoint = new Endpoint(network.node(master).place().resolved(), new OwnDialect(), true);
                return new Session(endpoint, Optional.of(terms), Optional.empty(), SELF);
            } catch (UnknownHostException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void doubt(Session suspect) {
            doubts++;
            master = masters.leader;
        }
    }

    @BeforeEach
    void open() throws IOException {
        masters.open();
        start();
    }

    /** A worker that starts, perhaps on what an earlier one left. */
    private void start() throws IOException {
        Files.createDirectories(folder.resolve("outbox"));
        outbox = Outbox.open(folder.resolve("outbox"), folder.resolve("refused"), folder.resolve("whole"));
        sender = new ResultSender(
                outbox,
                link,
                network.node("worker"),
                "pc",
                Liveness.unwatched().activity("courier", Duration.ofHours(1)),
                threads::run);
    }

    private void put(GridId grid, int task, String text) throws IOException {
        Delivery delivery = new Delivery(grid, Lease.of(task, 1), new Ending.Exited(0), Duration.ofMillis(7));
        outbox.put(SELF, "t" + task + ".zip", Zips.of("stdout.txt", text), Optional.of(delivery));
    }

    /** As one that is too large for memory. */
    private void putFile(int task) throws IOException {
        byte[] zip = Zips.of("stdout.txt", "result " + task);
        Delivery delivery = new Delivery(GRID, Lease.of(task, 1), new Ending.Exited(0), Duration.ofMillis(7));
        Path packed = Files.write(folder.resolve("packed.zip"), zip);
        outbox.put(
                SELF,
                "t" + task + ".zip",
                new Payload(packed, new Blob(Sha256.of(zip), zip.length)),
                Optional.of(delivery));
    }

    private void put(int task) throws IOException {
        put(GRID, task, "result " + task);
    }

    /** Steps until nothing is left. */
    private void deliverAll(int most) throws InterruptedException {
        for (int steps = 0; outbox.size() > 0; steps++) {
            assertTrue(steps < most, "it was not delivered in " + most + " steps");
            sender.step();
        }
    }

    private void hasTaken(int... tasks) {
        assertEquals(tasks.length, masters.taken.size());
        for (int task : tasks) {
            assertEquals(Map.of("stdout.txt", "result " + task), Zips.read(masters.taken.get(Lease.of(task, 1))));
        }
    }

    private List<Path> files(String name) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(name))) {
            return files.toList();
        }
    }

    @Test
    void eachIsDeliveredOnceAndNothingStaysBehind() throws Exception {
        put(1);
        putFile(2);
        put(3);
        deliverAll(3);
        hasTaken(1, 2, 3);
        assertEquals(0, masters.duplicates);
        assertEquals(List.of(), files("outbox"));
    }

    /** The worker can't tell that from a lost request. */
    @Test
    void whenTheAnswerIsLostItIsSentAgainAndTakenOnce() throws Exception {
        put(1);
        network.firewall().cutOneWay("a", "worker");
        sender.step();
        assertEquals(1, outbox.size(), "it may have arrived, and may not");
        assertEquals(1, link.doubts, "whether the master lives is to be found out at once");
        hasTaken(1);
        network.firewall().healAll();
        deliverAll(1);
        hasTaken(1);
        assertEquals(1, masters.duplicates);
    }

    @Test
    void aPartitionDelaysAndLosesNothing() throws Exception {
        put(1);
        put(2);
        network.firewall().isolate("worker");
        threads.after(Duration.ofMinutes(10), network.firewall()::healAll);
        long began = threads.nanos();
        deliverAll(1000);
        hasTaken(1, 2);
        assertEquals(0, masters.duplicates);
        Duration took = Duration.ofNanos(threads.nanos() - began);
        assertTrue(took.compareTo(Duration.ofMinutes(11)) < 0, "it comes soon after: " + took);
    }

    @Test
    void anAnswerThatComesTooLateIsAsGoodAsLost() throws Exception {
        put(1);
        network.firewall().delay("worker", "a", Duration.ofSeconds(90));
        sender.step();
        threads.run(Duration.ofSeconds(90));
        hasTaken(1);
        assertEquals(1, outbox.size());
        network.firewall().delay("worker", "a", Duration.ZERO);
        deliverAll(1);
        assertEquals(1, masters.duplicates);
    }

    @Test
    void whoNoLongerLeadsSendsItToTheOneThatDoes() throws Exception {
        put(1);
        masters.leader = "b";
        sender.step();
        assertEquals(1, link.doubts);
        deliverAll(1);
        hasTaken(1);
    }

    @Test
    void theLeaderDiesAfterItTookIt() throws Exception {
        put(1);
        network.firewall().cutOneWay("a", "worker");
        sender.step();
        network.node("a").stop();
        masters.leader = "b";
        sender.step();
        deliverAll(1);
        hasTaken(1);
        assertEquals(1, masters.duplicates, "b knows from the log that a took it");
    }

    @Test
    void aWorkerThatStartsAnewDeliversWhatTheOldOneOwed() throws Exception {
        put(1);
        putFile(2);
        network.firewall().isolate("worker");
        sender.step();
        start();
        assertEquals(2, outbox.size());
        assertEquals(
                List.of(Lease.of(1, 1), Lease.of(2, 1)),
                outbox.leases(Optional.of(GRID)).stream()
                        .sorted((one, other) -> one.toString().compareTo(other.toString()))
                        .toList());
        network.firewall().healAll();
        deliverAll(2);
        hasTaken(1, 2);
    }

    @Test
    void aMasterThatCantTakeItNowIsAskedAgainAfterAPause() throws Exception {
        put(1);
        masters.refusal = Optional.of(new Reply.Failure(Refusal.TRY_LATER, "the disk is full"));
        long began = threads.nanos();
        sender.step();
        sender.step();
        assertEquals(Duration.ofSeconds(2), Duration.ofNanos(threads.nanos() - began));
        masters.refusal = Optional.empty();
        deliverAll(1);
        hasTaken(1);
    }

    @Test
    void whatNobodyWantsAnyMoreIsKeptForAPerson() throws Exception {
        put(1);
        masters.refusal = Optional.of(new Reply.Failure(Refusal.CONFLICT, "the lease is not yours"));
        deliverAll(1);
        assertEquals(Map.of(), masters.taken);
        assertEquals(2, files("refused").size(), "the result and what it belongs to");
        assertEquals(List.of(), masters.returned);
    }

    @Test
    void aResultThatVanishedWhileTheMasterWasAwayIsGivenBack() throws Exception {
        putFile(1);
        network.firewall().isolate("worker");
        sender.step();
        for (Path file : files("outbox")) {
            if (file.toString().endsWith(".zip")) {
                Files.delete(file);
            }
        }
        network.firewall().healAll();
        deliverAll(1);
        assertEquals(Map.of(), masters.taken);
        assertEquals(Lease.of(1, 1), masters.returned.get(0).lease());
        assertTrue(masters.returned.get(0).reason().contains("its file was removed"));
    }

    @Test
    void theResultOfAnotherGridWaitsForThatGrid() throws Exception {
        put(ANOTHER, 7, "of another grid");
        put(1);
        sender.step();
        hasTaken(1);
        assertEquals(List.of(Lease.of(7, 1)), outbox.leases(Optional.of(ANOTHER)));
    }
}
