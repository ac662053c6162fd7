package org.mutirao.master.face.zmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.testkit.ManualClock;

/** How long a user of those programs is there, by a clock that moves only when told to. */
class MessageServiceTest {
    private final ManualClock clock = new ManualClock();
    private final List<ChannelRequest> asked = new ArrayList<>();
    private final Subscriptions subscriptions = new Subscriptions();
    private final GridCaller grid = new GridCaller(request -> {
        asked.add((ChannelRequest) request);
        return CompletableFuture.completedFuture(
                request instanceof ChannelRequest.Look
                        ? new Reply.ChannelView(List.of(), List.of(), 0, 0)
                        : new Reply.Heard(1, 1, Optional.of(7L)));
    });
    private final MessageService service =
            new MessageService(grid, new Clockwork(clock), clock::nanos, subscriptions, 1);

    private boolean isShownAfter(Duration silence) throws InterruptedException {
        service.answer(Envelope.of("login", "user", "rui"));
        clock.advance(silence);
        asked.clear();
        service.keepThere(user -> {});
        return asked.stream().anyMatch(ChannelRequest.Read.class::isInstance)
                && asked.stream().noneMatch(ChannelRequest.Exit.class::isInstance);
    }

    @Test
    void aListenerIsNotLoggedOut() throws InterruptedException {
        assertTrue(isShownAfter(Duration.ofMinutes(11)));
        assertTrue(isShownAfter(Duration.ofHours(20)));
        subscriptions.hear(new byte[] {1, 'r', 'u', 'i'});
        assertTrue(isShownAfter(Duration.ofDays(3)), "as long as somebody subscribes to the name");
        subscriptions.hear(new byte[] {0, 'r', 'u', 'i'});
        assertTrue(!isShownAfter(Duration.ofDays(3)), "in the end");
    }

    @Test
    void theSessionsOwnProgressIsCountedOn() throws InterruptedException {
        service.answer(Envelope.of("publish", "user", "rui", "channel", "general", "message", "oi"));
        clock.advance(Duration.ofDays(1));
        service.answer(Envelope.of("publish", "user", "rui", "channel", "general", "message", "oi"));
        List<Long> numbers = asked.stream()
                .filter(ChannelRequest.Say.class::isInstance)
                .map(request -> ((ChannelRequest.Say) request).number())
                .toList();
        assertEquals(List.of(8L, 9L), numbers);
    }

    @Test
    void moreSubscriptionsThanAreRememberedAreCounted() {
        for (int i = 0; i < 2_000; i++) {
            subscriptions.hear(("\001user" + i).getBytes(StandardCharsets.US_ASCII));
        }
        long before = LimitsReached.here().times(Limit.ZMQ);
        subscriptions.hear("\001user1".getBytes(StandardCharsets.US_ASCII));
        assertEquals(before, LimitsReached.here().times(Limit.ZMQ), "known already");
        subscriptions.hear("\001another".getBytes(StandardCharsets.US_ASCII));
        subscriptions.hear(("\001" + "x".repeat(300)).getBytes(StandardCharsets.US_ASCII));
        assertEquals(before + 2, LimitsReached.here().times(Limit.ZMQ));
        assertFalse(subscriptions.has("another"));
    }
}
