package org.mutirao.master.handlers;

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
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.ChannelRequest.Speaker;
import org.mutirao.protocol.message.ChannelRow;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.wire.WireServer.Connection;
import org.mutirao.testkit.ManualClock;

/** What the handler does by the clock, with a clock that moves only when told to. */
class ChannelHandlerTest {
    private static final Speaker ANA = new Speaker("ana", "session-of-ana");

    private final ManualClock clock = new ManualClock();
    private final Channel channel = new Channel();
    private final ChannelHandler handler = new ChannelHandler(
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
        handler.answer(
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
        long before = LimitsReached.here().times(Limit.CHANNEL);
        assertEquals(
                Refusal.TRY_LATER,
                assertInstanceOf(Reply.Failure.class, say(401)).refusal());
        assertEquals(before + 1, LimitsReached.here().times(Limit.CHANNEL));
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
            handler.tick(true);
            ask(read(Duration.ZERO));
        }
        assertTrue(channel.sessions().containsKey("ana"));
        clock.advance(Duration.ofSeconds(41));
        handler.tick(true);
        assertEquals(List.of(), List.copyOf(channel.sessions().keySet()));
    }

    @Test
    void aNewLeaderGivesEverybodyTheWholeTime() {
        ask(new ChannelRequest.Enter(ANA, 0, false));
        clock.advance(Duration.ofSeconds(30));
        handler.onFollowing();
        clock.advance(Duration.ofSeconds(30));
        handler.tick(true);
        assertTrue(channel.sessions().containsKey("ana"));
    }

    @Test
    void whoWaitsInVainIsAnsweredInTheEndAndWhenAnotherLeadsAtOnce() {
        ask(new ChannelRequest.Enter(ANA, 0, false));
        List<Reply> waiting = ask(read(Duration.ofSeconds(10)));
        handler.tick(true);
        assertEquals(List.of(), waiting);
        clock.advance(Duration.ofSeconds(11));
        handler.tick(true);
        assertEquals(
                List.of(),
                assertInstanceOf(Reply.Messages.class, waiting.get(0)).messages());

        List<Reply> moved = ask(read(Duration.ofSeconds(10)));
        handler.onFollowing();
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

    @Test
    void aHistoryCountsWhatWasSaidAndNotWhoCame() {
        ask(new ChannelRequest.Enter(ANA, 0, false));
        say(1);
        for (int number = 0; number < 50; number++) {
            ask(new ChannelRequest.Enter(new Speaker("guest-" + number, "session-" + number), 0, false));
        }
        ChannelRequest newest = new ChannelRequest.Read(Optional.empty(), 0, Optional.of(10), List.of(), Duration.ZERO);
        List<ChannelRow> rows =
                assertInstanceOf(Reply.Messages.class, ask(newest).get(0)).messages();
        assertEquals(1, rows.stream().filter(row -> row.kind().equals("said")).count(), rows.toString());
        assertEquals(
                10, rows.stream().filter(row -> row.kind().equals("joined")).count(), rows.toString());
    }

    @Test
    void onlyTheGridSpeaksOnItsTopic() {
        ask(new ChannelRequest.Enter(ANA, 0, false));
        Reply reply = ask(new ChannelRequest.Say(ANA, 1, Optional.of("grid"), Optional.empty(), "text", 0))
                .get(0);
        assertEquals(
                Refusal.BAD_REQUEST,
                assertInstanceOf(Reply.Failure.class, reply).refusal());
        assertEquals(1, channel.lastId(), "only that ana came");
    }

    /** A session that only listens is there as long as it asks, however long nobody says anything. */
    @Test
    void aListenerStaysForHours() {
        ask(new ChannelRequest.Enter(ANA, 0, false));
        for (int round = 0; round < 600; round++) {
            ask(read(Duration.ofSeconds(20)));
            clock.advance(Duration.ofSeconds(20));
            handler.tick(true);
        }
        assertTrue(channel.isThere("ana", ANA.session()));
    }
}
