package org.mutirao.protocol.wire;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.ThreadExecutorMap;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;

/** A server that is closed while its threads have work. */
class ServerEndTest extends OnLoopback {
    private final CountDownLatch works = new CountDownLatch(1);

    /** The first request is answered by the test; the second one is then heard by work of the thread, and not as it comes. */
    @Override
    public void onRequest(WireServer.Connection from, Dialect dialect, Request request, WireServer.Answer answer) {
        if (unanswered.isEmpty()) {
            unanswered.add(answer);
            return;
        }
        works.countDown();
        EventExecutor own = ThreadExecutorMap.currentExecutor();
        await().until(own::isShuttingDown);
    }

    @Test
    void itsConnectionsEndWithIt() throws Exception {
        try (Socket socket = connect()) {
            byte[] two =
                    "{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\"}".repeat(2).getBytes(StandardCharsets.UTF_8);
            socket.getOutputStream().write(two);
            await().until(() -> !unanswered.isEmpty());
            unanswered.get(0).send(new Reply.Ok(false));
            works.await();
            server.close();
            byte[] heard = socket.getInputStream().readAllBytes();
            assertEquals("{\"status\":\"OK\"}", new String(heard, StandardCharsets.UTF_8));
        }
    }
}
