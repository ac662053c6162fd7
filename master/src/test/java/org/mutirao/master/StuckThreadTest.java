package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.master.face.zmq.ZmqPorts;
import org.mutirao.protocol.threads.Activity;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.testkit.Zips;

/** A thread of the master that does not move is known to those who ask. */
class StuckThreadTest {
    private static final Duration AT_ONCE = Duration.ofNanos(-1);

    @TempDir
    private Path folder;

    private static HttpResponse<String> ready(Master master) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + master.httpPort() + "/ready");
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    @Test
    void noThreadIsForgotten() throws Exception {
        try (Master master =
                TestMaster.in(folder).zmq(new ZmqPorts(0, 0, 0, 0, 0, 0)).start()) {
            Set<String> unwatched = new TreeSet<>(List.of(
                    "master's loop",
                    "publisher",
                    "inbox",
                    "search for other masters",
                    "blob exchange",
                    "log supervisor",
                    "log writer",
                    "copy watch",
                    "served-by file",
                    "ZeroMQ broker",
                    "ZeroMQ proxy",
                    "ZeroMQ reference",
                    "ZeroMQ server-1",
                    "ZeroMQ keeper"));
            unwatched.removeAll(master.liveness().watched());
            assertEquals(Set.of(), unwatched);
        }
    }

    @Test
    void readyAndExplainNameIt() throws Exception {
        try (Master master = TestMaster.in(folder)
                .http(new HostPort("127.0.0.1", 0), Optional.empty())
                .start()) {
            master.openHttp();
            String data = Base64.getEncoder().encodeToString(Zips.of("main.py", "print(1)"));
            Talk.ask(
                    master, "{\"action\":\"SUBMIT_TASK\",\"name\":\"a\",\"key\":\"k\",\"task_data\":\"" + data + "\"}");
            assertEquals(200, ready(master).statusCode());
            try (Activity publisher = master.liveness().activity("publisher", AT_ONCE)) {
                publisher.doing("writing results/x.zip");
                HttpResponse<String> not = ready(master);
                assertEquals(503, not.statusCode());
                assertTrue(not.body().contains("the publisher has not moved"), not.body());
                assertTrue(not.body().contains("writing results/x.zip"), not.body());
                String why = Talk.ask(master, "{\"action\":\"EXPLAIN_TASK\",\"task\":\"1\"}")
                        .toString();
                assertTrue(why.contains("The publisher has not moved"), why);
                publisher.idle();
                assertEquals(200, ready(master).statusCode());
            }
        }
    }
}
