package org.mutirao.master.front;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.mutirao.master.channel.Channel;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.ChannelRequest.Speaker;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.wire.WireServer.Connection;
import org.mutirao.testkit.ManualClock;

/** What the desk does by the clock, with a clock that moves only when told to. */
class ChannelDeskTest {
    private static final Speaker ANA = new Speaker("ana", "session-of-ana");

    private final ManualClock clock = new ManualClock();
    private final Channel channel = new Channel();
    private final ChannelDesk desk = new ChannelDesk(
            () -> channel,
            command -> CompletableFuture.completedFuture(channel.apply(command)),
            (delay, task) -> task.run(),
            clock,
            clock::nanos);
    private final Connection connection = new Connection() {
        @Override
        public InetSocketAddress remote() {
            return new InetSocketAddress(0);
        }

        @Override
        public boolean isOpen() {
            return true;
        }
    };

    private List<Reply> ask(ChannelRequest request) {
        List<Reply> replies = new ArrayList<>();
        desk.answer(
                request,
                reply -> {
                    replies.add(reply);
                    return CompletableFuture.completedFuture(null);
                },
                connection);
        return replies;
    }

    private Reply say(long number) {
        return ask(new ChannelRequest.Say(ANA, number, Optional.empty(), Optional.empty(), "text", 0))
                .get(0);
    }

    private static ChannelRequest read(Duration patience) {
        return new ChannelRequest.Read(Optional.of(ANA), 1_000_000, Optional.empty(), List.of(), patience);
    }

    @Test
    void whoFloodsIsToldToWaitAndMayGoOnAfterwards() {
        ask(new ChannelRequest.Enter(ANA, 0, false));
        for (int number = 1; number <= 400; number++) {
            assertInstanceOf(Reply.Heard.class, say(number));
        }
        assertEquals(
                Refusal.TRY_LATER,
                assertInstanceOf(Reply.Failure.class, say(401)).refusal());
        clock.advance(Duration.ofSeconds(1));
        for (int number = 401; number <= 600; number++) {
            assertInstanceOf(Reply.Heard.class, say(number));
        }
        assertInstanceOf(Reply.Failure.class, say(601));
    }

    @Test
    void whoIsNotHeardOfIsGoneAndWhoIsHeardOfStays() {
        ask(new ChannelRequest.Enter(ANA, 0, false));
        for (int times = 0; times < 3; times++) {
            clock.advance(Duration.ofSeconds(39));
            desk.tick(true);
            ask(read(Duration.ZERO));
        }
        assertTrue(channel.sessions().containsKey("ana"));
        clock.advance(Duration.ofSeconds(41));
        desk.tick(true);
        assertEquals(List.of(), List.copyOf(channel.sessions().keySet()));
    }

    @Test
    void aNewLeaderGivesEverybodyTheWholeTime() {
        ask(new ChannelRequest.Enter(ANA, 0, false));
        clock.advance(Duration.ofSeconds(30));
        desk.onFollowing();
        clock.advance(Duration.ofSeconds(30));
        desk.tick(true);
        assertTrue(channel.sessions().containsKey("ana"));
    }

    @Test
    void whoWaitsInVainIsAnsweredInTheEndAndWhenAnotherLeadsAtOnce() {
        ask(new ChannelRequest.Enter(ANA, 0, false));
        List<Reply> waiting = ask(read(Duration.ofSeconds(10)));
        desk.tick(true);
        assertEquals(List.of(), waiting);
        clock.advance(Duration.ofSeconds(11));
        desk.tick(true);
        assertEquals(
                List.of(),
                assertInstanceOf(Reply.Messages.class, waiting.get(0)).messages());

        List<Reply> moved = ask(read(Duration.ofSeconds(10)));
        desk.onFollowing();
        assertEquals(
                Refusal.TRY_LATER,
                assertInstanceOf(Reply.Failure.class, moved.get(0)).refusal());
    }

    @Test
    void whoAsksAnewWaitsNoMoreForTheEarlierAnswer() {
        ask(new ChannelRequest.Enter(ANA, 0, false));
        List<Reply> first = ask(read(Duration.ofSeconds(10)));
        List<Reply> second = ask(read(Duration.ofSeconds(10)));
        assertEquals(
                List.of(), assertInstanceOf(Reply.Messages.class, first.get(0)).messages());
        assertEquals(List.of(), second);
    }
}
