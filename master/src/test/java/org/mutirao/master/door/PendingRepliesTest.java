package org.mutirao.master.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.mutirao.testkit.ManualClock;

/** Each request gets exactly one reply, whatever becomes of it. */
class PendingRepliesTest {
    private static final Request QUESTION = new OperatorRequest.GetStatus();

    private final ManualClock clock = new ManualClock();
    private final PendingReplies pending = new PendingReplies(clock::nanos);
    private final List<Reply> sent = new ArrayList<>();
    private final Answer answer = pending.expect(QUESTION, reply -> {
        sent.add(reply);
        return CompletableFuture.completedFuture(null);
    });

    @Test
    void theFirstReplyCountsAndASecondIsRefused() {
        answer.send(new Reply.NoTask());
        assertTrue(answer.send(Answer.unexpected()).isCompletedExceptionally());
        pending.failed(QUESTION, answer, new NoClassDefFoundError("too late"));
        clock.advance(PendingReplies.DEADLINE.multipliedBy(2));
        pending.tick();
        assertEquals(List.of(new Reply.NoTask()), sent);
    }

    @Test
    void whoIsNotAnsweredInTimeIsToldSoOnce() {
        clock.advance(PendingReplies.DEADLINE);
        pending.tick();
        assertEquals(List.of(), sent);
        clock.advance(Duration.ofSeconds(1));
        pending.tick();
        pending.tick();
        answer.send(new Reply.NoTask());
        assertEquals(1, sent.size());
        assertEquals(
                Refusal.TRY_LATER,
                assertInstanceOf(Reply.Failure.class, sent.get(0)).refusal());
    }

    @Test
    void aResultHasTimeForTheDiskAlsoInASession() {
        answer.send(new Reply.NoTask());
        Payload result = new Payload(Path.of("r.zip"), new Blob(Sha256.of(new byte[0]), 0));
        WorkerRequest submit = new WorkerRequest.SubmitResult(new WorkerId("w"), "r.zip", result, Optional.empty());
        pending.expect(new WorkerRequest.InSession("session-1", submit), reply -> {
            sent.add(reply);
            return CompletableFuture.completedFuture(null);
        });
        clock.advance(PendingReplies.PAYLOAD_DEADLINE);
        pending.tick();
        assertEquals(List.of(new Reply.NoTask()), sent);
        clock.advance(Duration.ofSeconds(1));
        pending.tick();
        assertEquals(2, sent.size());
    }

    @Test
    void aRequestWhoseHandlerThrowsIsAnswered() {
        pending.failed(QUESTION, answer, new NoClassDefFoundError("a bug"));
        assertEquals(List.of(Answer.unexpected()), sent);
    }
}
