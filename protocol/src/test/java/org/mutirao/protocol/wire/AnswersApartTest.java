package org.mutirao.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.stream.ChunkedWriteHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.room.Entrant;
import org.mutirao.protocol.units.ByteSize;

/** Group C's peer has two threads on one socket, each of which takes what one recv returns for its answer. */
class AnswersApartTest implements WireServer.Handler {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final String ALIVE = "{\"status\":\"ALIVE\"}";
    private static final ByteSize HELD = ByteSize.mebi(1);

    private final EmbeddedChannel channel =
            new EmbeddedChannel(
                    new ChunkedWriteHandler(),
                    new ServerConnection(
                            new WireServer.Limits(
                                    4096, Duration.ofSeconds(10), Duration.ofSeconds(60), 100, 3, HELD, HELD),
                            Entrant.ANYBODY,
                            new HeldBytes(HELD, HELD).of(HERE),
                            Spool.none(),
                            this)) {
                @Override
                protected SocketAddress remoteAddress0() {
                    return new InetSocketAddress(HERE, 1);
                }
            };

    @Override
    public void onRequest(WireServer.Connection from, Dialect dialect, Request request, WireServer.Answer answer) {
        answer.send(new Reply.Alive(List.of(), true));
    }

    @Override
    public void onClosed(WireServer.Connection connection) {}

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runPendingTasks();
    }

    private void assertOneAnswer() {
        ByteBuf answer = channel.readOutbound();
        assertEquals(ALIVE, answer.toString(StandardCharsets.UTF_8));
        answer.release();
        assertNull(channel.readOutbound(), "two answers at once");
    }

    @Test
    void twoAnswersAreNeverWrittenAtOnce() {
        channel.freezeTime();
        String heartbeat = "{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\"}";
        channel.writeInbound(Unpooled.copiedBuffer(heartbeat.repeat(3), StandardCharsets.UTF_8));
        pass(0);
        assertOneAnswer();
        for (int more = 0; more < 2; more++) {
            pass(49);
            assertNull(channel.readOutbound(), "too early");
            pass(1);
            assertOneAnswer();
        }
        pass(1000);
        assertNull(channel.readOutbound());
    }
}
