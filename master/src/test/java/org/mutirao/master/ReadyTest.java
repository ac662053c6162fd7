package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.master.dispatch.MasterListener;
import org.mutirao.master.door.WarmUp;
import org.mutirao.protocol.json.Json;
import org.mutirao.testkit.Zips;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/**
 * The order of a start: the master has answered itself, then it says {@code ready}, and only then it takes in what lies in tasks/, which
 * keeps the processors busy. Other groups' programs give up after five seconds without an answer.
 */
class ReadyTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private final Logger warmUp = (Logger) LoggerFactory.getLogger(WarmUp.class);
    /** What this test's own start wrote; others of this JVM start masters too. */
    private final Queue<String> warmed = new ConcurrentLinkedQueue<>();

    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        private final String mine = Thread.currentThread().getName();

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getThreadName().equals(mine)) {
                warmed.add(event.getFormattedMessage());
            }
        }
    };

    @BeforeEach
    void listen() {
        appender.start();
        warmUp.setLevel(Level.DEBUG);
        warmUp.setAdditive(false);
        warmUp.addAppender(appender);
    }

    @AfterEach
    void stopListening() {
        warmUp.detachAppender(appender);
        warmUp.setAdditive(true);
        warmUp.setLevel(null);
    }

    /** Does something at the very moment at which a line appears. */
    private static final class Witness extends FilterWriter {
        private final String line;
        private final Runnable at;
        private boolean seen;

        Witness(String line, Runnable at) {
            super(new StringWriter());
            this.line = line;
            this.at = at;
        }

        @Override
        public void flush() {
            if (!seen && out.toString().contains(line)) {
                seen = true;
                at.run();
            }
        }
    }

    /** What is the case when {@code ready} is printed. */
    private record Moment(List<String> warmed, Map<String, Object> announced, boolean takesIn, boolean lies) {}

    @Test
    void readyIsSaidWhenDiscoveryAnswersAndTasksAreTakenInAfterThat() throws IOException {
        Path waiting = Zips.drop(
                Files.createDirectories(folder.resolve("tasks")), "a.zip", Zips.of("main.py", "print('a')\n"));
        CommandLine line = Main.commandLine();
        line.parseArgs(
                "--tasks=" + folder.resolve("tasks"),
                "--results=" + folder.resolve("results"),
                "--data=" + folder.resolve("data"),
                "--host=127.0.0.1",
                "--port=0",
                "--discovery-ports=0",
                "--http=off");
        Main main = line.getCommand();
        MasterConfig config = main.config();
        Core.World world = new Core.World(
                InstantSource.system(), System::nanoTime, new MasterListener() {}, word -> {}, word -> {});
        try (Core master = Core.start(config, world)) {
            Queue<Moment> moments = new ConcurrentLinkedQueue<>();
            Witness witness = new Witness(
                    "ready master",
                    () -> moments.add(new Moment(
                            List.copyOf(warmed), discovered(master), master.takesIn(), Files.exists(waiting))));
            line.setOut(new PrintWriter(witness));
            main.announce(config, master);
            assertEquals(1, moments.size(), "it says once that it is ready");
            Moment ready = moments.remove();
            assertTrue(
                    ready.warmed().toString().contains("questions by UDP were answered before anybody else asks"),
                    "it asked itself before: " + ready.warmed());
            assertEquals(master.port(), ready.announced().get("master_port"), "and answers others");
            assertFalse(ready.takesIn(), "tasks/ waits until it was said");
            assertTrue(ready.lies(), "nothing was taken in");
            await("then it is taken in").atMost(LONG).until(() -> !Files.exists(waiting));
        }
    }

    private static Map<String, Object> discovered(Core master) {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout((int) LONG.toMillis());
            byte[] question = ("{\"action\":\"DISCOVER_MASTER\",\"peer_id\":\"early\",\"port_tcp\":"
                            + socket.getLocalPort() + "}")
                    .getBytes(StandardCharsets.UTF_8);
            int port = master.discoveryPorts().numbers().get(0);
            socket.send(new DatagramPacket(question, question.length, InetAddress.getLoopbackAddress(), port));
            DatagramPacket answer = new DatagramPacket(new byte[1024], 1024);
            socket.receive(answer);
            return Json.readMap(Arrays.copyOf(answer.getData(), answer.getLength()));
        } catch (IOException e) {
            return Map.of("nobody answers", e.toString());
        }
    }
}
