package org.mutirao.master.door;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.mutirao.protocol.message.CarriesPayload;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Faults;
import org.mutirao.protocol.wire.WireServer.Answer;

/** Sees to it that each request gets exactly one reply: the first counts, and one that does not come in time is given here. */
final class PendingReplies {
    /** Longer than any request may wait for work, for words of the channel, or for the log. */
    static final Duration DEADLINE = Duration.ofSeconds(150);
    /** What comes with a payload waits for disks and other masters. */
    static final Duration PAYLOAD_DEADLINE = Duration.ofMinutes(30);

    private final LongSupplier nanos;
    private final Faults faults = new Faults(Text.of("a request"));
    private final Set<Pending> open = ConcurrentHashMap.newKeySet();

    PendingReplies(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** The way back for one request, to be used once. */
    Answer expect(Request request, Answer answer) {
        Pending pending =
                new Pending(request.getClass().getSimpleName(), answer, nanos.getAsLong() + deadline(request));
        open.add(pending);
        return pending;
    }

    private static long deadline(Request request) {
        boolean carries = CarriesPayload.of(request).isPresent()
                || request instanceof OperatorRequest.ChangeMasters
                || request instanceof GroupRequest;
        return (carries ? PAYLOAD_DEADLINE : DEADLINE).toNanos();
    }

    /** Says once that a request failed, and answers it. */
    void failed(Request request, Answer answer, Throwable fault) {
        faults.report(Text.of("answering %s", request.getClass().getSimpleName()), fault);
        answer.send(Answer.unexpected());
    }

    /** Answers what nobody answered in time. To be called now and then, by any thread but the loop, which may be what hangs. */
    void tick() {
        long now = nanos.getAsLong();
        for (Pending pending : open) {
            if (now - pending.until > 0) {
                faults.report(
                        Text.of("waiting for an answer to %s", pending.what),
                        new IllegalStateException("never answered"));
                giveUp(pending);
            }
        }
    }

    private void giveUp(Pending pending) {
        try {
            pending.send(new Reply.Failure(
                    Refusal.TRY_LATER, Text.of("the master did not come to answer this in time; try again later")));
        } catch (RuntimeException | Error e) { // the others are waiting too
            faults.report(Text.of("answering %s", pending.what), e);
        }
    }

    private final class Pending implements Answer {
        private final String what;
        private final Answer answer;
        private final long until;
        private final AtomicBoolean answered = new AtomicBoolean();

        Pending(String what, Answer answer, long until) {
            this.what = what;
            this.answer = answer;
            this.until = until;
        }

        @Override
        public CompletableFuture<Void> send(Reply reply) {
            if (!answered.compareAndSet(false, true)) {
                return CompletableFuture.failedFuture(new IllegalStateException("answered already"));
            }
            open.remove(this);
            return answer.send(reply);
        }
    }
}
