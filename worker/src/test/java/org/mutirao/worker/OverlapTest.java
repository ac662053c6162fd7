package org.mutirao.worker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.protocol.wire.FileSpool;
import org.mutirao.protocol.wire.WireServer;
import org.mutirao.testkit.Zips;
import org.mutirao.worker.environment.EnvironmentSettings;
import org.mutirao.worker.link.Search;
import org.mutirao.worker.run.Python;
import org.mutirao.worker.stay.SlotCount;
import org.mutirao.worker.stay.Stay;
import org.mutirao.worker.warm.Warm;

/** While a script runs, the next package is fetched and the last result delivered; the scripts still run one after the other. */
class OverlapTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final GridId GRID = GridId.random();

    @TempDir
    private Path folder;

    /** Hands out scripts in their order, holds questions until there is one, and confirms results when the test says. */
    private static final class HoldingMaster implements WireServer.Handler, AutoCloseable {
        private final WireServer server;
        private final Deque<byte[]> scripts = new ArrayDeque<>();
        private final Deque<WireServer.Answer> waiting = new ArrayDeque<>();
        private final List<WireServer.Answer> unconfirmed = new ArrayList<>();
        private final List<Lease> results = new ArrayList<>();
        private int handedOut;

        HoldingMaster(Path spool) throws IOException {
            server = WireServer.start(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    WireServer.Limits.defaults(),
                    new FileSpool(Files.createDirectories(spool), ByteSize.mebi(1)),
                    this);
        }

        synchronized void add(String script) {
            scripts.add(Zips.of("main.py", script));
            serve();
        }

        synchronized int handedOut() {
            return handedOut;
        }

        synchronized List<Lease> results() {
            return List.copyOf(results);
        }

        synchronized void confirmAll() {
            unconfirmed.forEach(answer -> answer.send(new Reply.Ok(false)));
            unconfirmed.clear();
        }

        private void serve() {
            while (!scripts.isEmpty() && !waiting.isEmpty()) {
                byte[] zip = scripts.remove();
                waiting.remove()
                        .send(new Reply.TaskPackage(
                                "t.zip",
                                Payload.inMemory(zip, new Blob(Sha256.of(zip), zip.length)),
                                Optional.of(
                                        new Reply.Assignment(GRID, Lease.of(++handedOut, 1), Duration.ofMinutes(1)))));
            }
        }

        @Override
        public synchronized void onRequest(
                WireServer.Connection from, Dialect dialect, Request request, WireServer.Answer answer) {
            Request said = request instanceof WorkerRequest.InSession in ? in.said() : request;
            if (said instanceof WorkerRequest.Register) {
                answer.send(new Reply.Registered(Optional.of(new Reply.Terms(
                        GRID,
                        List.of(Feature.values()),
                        Duration.ofMinutes(1),
                        List.of(),
                        Optional.of("what-the-master-told")))));
            } else if (said instanceof WorkerRequest.Heartbeat) {
                answer.send(new Reply.Alive(List.of(), true));
            } else if (said instanceof WorkerRequest.RequestTask) {
                waiting.add(answer);
                serve();
            } else if (said instanceof WorkerRequest.SubmitResult submit) {
                results.add(submit.delivery().orElseThrow().lease());
                unconfirmed.add(answer);
            } else {
                answer.send(new Reply.Ok(false));
            }
        }

        @Override
        public void onClosed(WireServer.Connection connection) {}

        @Override
        public void close() {
            server.close();
        }
    }

    private Worker worker(HoldingMaster master) throws Exception {
        Python python = Python.find(Optional.empty());
        return Worker.start(
                new WorkerConfig(
                        folder.resolve("work"),
                        new Search(List.of(new HostPort("127.0.0.1", master.server.port())), DiscoveryPorts.none()),
                        new SlotCount(1, 1),
                        new WorkerConfig.Interpreter(
                                Optional.empty(), Warm.auto(), false, List.of(), EnvironmentSettings.defaults()),
                        new WorkerConfig.Limits(Duration.ofMinutes(5), ByteSize.mebi(64), ByteSize.mebi(1)),
                        WorkerConfig.Called.asItsMachine(),
                        Duration.ofMillis(100),
                        Stay.FOREVER,
                        Optional.empty()),
                () -> python,
                InstantSource.system(),
                () -> 0, // by this clock every script is quick, however busy the machine is
                session -> {});
    }

    @Test
    void packagesComeAndResultsGoWhileAScriptRuns() throws Exception {
        Path runs = folder.resolve("runs");
        Path begun = folder.resolve("begun");
        Path go = folder.resolve("go");
        Path third = folder.resolve("third");
        try (HoldingMaster master = new HoldingMaster(folder.resolve("spool"))) {
            try (Worker worker = worker(master)) {
                assertFalse(worker.id().value().isEmpty());
                master.add("print(1)");
                await().atMost(TIMEOUT).until(() -> master.results().size() == 1);
                // The first result is not confirmed yet: that keeps nobody waiting.
                master.add("import os, time\nopen(r'" + begun + "', 'w').close()\nwhile not os.path.exists(r'" + go
                        + "'): time.sleep(0.01)\nopen(r'" + runs + "', 'a').write('second ')");
                await().atMost(TIMEOUT).until(() -> Files.exists(begun));
                // Not before: each comes by a connection of its own, so this one might be there first.
                master.add("open(r'" + third + "', 'w').close()\nopen(r'" + runs + "', 'a').write('third')");
                await().atMost(TIMEOUT).until(() -> master.handedOut() == 3);
                master.confirmAll();
                assertEquals(List.of(Lease.of(1, 1)), master.results());
                assertFalse(Files.exists(third), "it waits for its turn");
                Files.createFile(go);
                await().atMost(TIMEOUT).until(() -> master.results().size() == 3);
                master.confirmAll();
                assertEquals("second third", Files.readString(runs));
            }
        }
    }
}
