package org.mutirao.master.handlers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.mutirao.testkit.ManualClock;
import org.mutirao.testkit.StepLoop;

class FailedTasksTest {
    private static final Blob PACKAGE = new Blob(Sha256.of("p".getBytes(StandardCharsets.UTF_8)), 1);
    private static final int FAILED = 2 * FailedTasks.SLICE + 7;

    private record Open(Command command, CompletableFuture<Applied> applied) {}

    private final ManualClock clock = new ManualClock();
    private final StepLoop loop = new StepLoop();
    private final TaskLedger ledger = new TaskLedger();
    private final Deque<Open> log = new ArrayDeque<>();
    private final FailedTasks failed = new FailedTasks(
            () -> ledger,
            command -> {
                Open open = new Open(command, new CompletableFuture<>());
                log.add(open);
                return open.applied();
            },
            clock,
            loop);
    private final CompletableFuture<Reply> replied = new CompletableFuture<>();

    FailedTasksTest() {
        for (int id = 1; id <= FAILED + 2; id++) {
            ledger.apply(new Command.Submit("k" + id, "t", PACKAGE, CompactSize.LARGE, 0, 0, 5, 10));
            if (id <= FAILED) {
                ledger.apply(new Command.GiveUp(new TaskId(id), PACKAGE.hash(), "gone", 20));
            }
        }
    }

    private int takeIn() {
        int taken = log.size();
        for (Open open = log.poll(); open != null; open = log.poll()) {
            open.applied().complete(ledger.apply(open.command()));
        }
        return taken;
    }

    @Test
    void manyAreQueuedAgainSomeAtATime() {
        failed.retry(Answer.into(replied));
        assertEquals(FailedTasks.SLICE, takeIn());
        assertTrue(log.isEmpty(), "others on the loop come first");
        loop.runAll();
        assertEquals(FailedTasks.SLICE, takeIn());
        loop.runAll();
        assertFalse(replied.isDone());
        assertEquals(7, takeIn());
        loop.runAll();
        assertEquals(new Reply.Changed(FAILED), replied.join());
        assertEquals(FAILED + 2, ledger.counts().queued());
    }

    @Test
    void oneThatAnotherOperatorRetriedIsNoFailure() {
        failed.retry(Answer.into(replied));
        ledger.apply(new Command.Retry(new TaskId(1), 30));
        for (int i = 0; i < 3; i++) {
            takeIn();
            loop.runAll();
        }
        assertEquals(new Reply.Changed(FAILED - 1), replied.join());
    }

    @Test
    void aLogThatTakesNothingEndsIt() {
        failed.retry(Answer.into(replied));
        takeIn();
        loop.runAll();
        log.forEach(open -> open.applied().completeExceptionally(new IllegalStateException("full")));
        log.clear();
        loop.runAll();
        assertTrue(log.isEmpty(), "nothing more is tried");
        Reply.Failure failure = (Reply.Failure) replied.join();
        assertEquals(Reply.Refusal.TRY_LATER, failure.refusal());
        assertTrue(failure.message().contains(FailedTasks.SLICE + " tasks are queued again"), failure.message());
    }
}
