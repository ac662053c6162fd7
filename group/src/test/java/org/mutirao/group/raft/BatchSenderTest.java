package org.mutirao.group.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

/** Which commands travel together; time and the state machine's thread are played. */
class BatchSenderTest {
    private static final byte[] NOTHING = {};
    private static final byte[] LARGE = new byte[256 * 1024];
    private static final long LONG = Duration.ofSeconds(1).toNanos();

    private final Words words = new Words();
    private final OwnEntries<String, Integer> entries = new OwnEntries<>(words);
    /** The timers add to it on a thread of their own. */
    private final BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();

    private final Executor owner = work::add;
    private final List<ByteString> sent = new ArrayList<>();
    private final List<CompletableFuture<RaftClientReply>> replies = new ArrayList<>();
    /** Otherwise the writer writes at once. */
    private Executor writer = Runnable::run;

    private long now;
    private boolean isBroken;
    private final List<Runnable> late = new ArrayList<>();

    private final BatchSender<String, Integer> sender = new BatchSender<>(
            entries, this::append, owner, task -> writer.execute(task), Duration.ofSeconds(10), () -> true, () -> now);

    private CompletableFuture<RaftClientReply> append(ByteString entry) {
        if (isBroken) {
            throw new IllegalStateException("it is a test");
        }
        sent.add(entry);
        replies.add(new CompletableFuture<>());
        return replies.get(replies.size() - 1);
    }

    private void work() {
        while (!work.isEmpty()) {
            work.remove().run();
        }
    }

    private void workUntil(BooleanSupplier done) throws InterruptedException {
        while (!done.getAsBoolean()) {
            Runnable next = work.poll(20, TimeUnit.SECONDS);
            assertNotNull(next, "no timer came");
            next.run();
        }
    }

    private CompletableFuture<Integer> propose(String word, byte[] bytes) {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        sender.propose(word, bytes, result);
        return result;
    }

    private CompletableFuture<Integer> say(String word) {
        CompletableFuture<Integer> said = propose(word, NOTHING);
        work();
        return said;
    }

    private void comesBack(int entry) {
        entries.apply(entries.codec().read(sent.get(entry).asReadOnlyByteBuffer(), entry + 1L));
        replies.get(entry)
                .complete(RaftClientReply.newBuilder()
                        .setClientId(ClientId.randomId())
                        .setServerId(RaftGroupMemberId.valueOf(RaftPeerId.valueOf("m"), RaftGroupId.randomId()))
                        .setSuccess()
                        .build());
        work();
    }

    @Test
    void whatIsSaidWhileTwoAreOnTheirWayTravelsTogether() {
        say("a");
        say("b");
        CompletableFuture<Integer> third = say("c");
        CompletableFuture<Integer> fourth = say("d");
        assertEquals(2, sent.size());
        assertFalse(third.isDone());
        comesBack(0);
        assertEquals(3, sent.size());
        comesBack(1);
        comesBack(2);
        assertEquals("a b c d ", words.text.toString());
        assertEquals(4, fourth.join());
    }

    @Test
    void oneThatIsLongOnItsWayHoldsNobodyUp() {
        say("a");
        say("b");
        now += LONG;
        say("c");
        assertEquals(3, sent.size());
    }

    @Test
    void whatFillsAnEntryWaitsForNobody() {
        say("a");
        say("b");
        propose("c", LARGE);
        work();
        assertEquals(3, sent.size());
    }

    @Test
    void noMoreThanFourAreOnTheirWay() {
        for (String word : "a b c d e f".split(" ", -1)) {
            now += LONG;
            say(word);
        }
        assertEquals(4, sent.size());
        comesBack(0);
        assertEquals(5, sent.size());
    }

    @Test
    void aRefusalIsToldAndTheNextOnesGo() {
        CompletableFuture<Integer> refused = say("a");
        say("b");
        say("c");
        replies.get(0).completeExceptionally(new IllegalStateException("no"));
        work();
        assertTrue(refused.isCompletedExceptionally());
        assertEquals(3, sent.size());
    }

    @Test
    void whatIsNotAnsweredInTimeIsGivenUp() throws Exception {
        CompletableFuture<Integer> late = say("a");
        now += Duration.ofSeconds(11).toNanos();
        workUntil(late::isCompletedExceptionally);
        say("b");
        assertEquals(2, sent.size());
    }

    /** Who proposes a command holds its bytes, but only as long as he waits. */
    @Test
    void bytesThatNobodyHoldsAnyMoreAreKeptWhenTheirEntryComesAfterAll() throws Exception {
        CompletableFuture<Integer> inTime = propose("a", LARGE);
        work();
        comesBack(0);
        assertEquals(1, inTime.join());
        assertEquals(0, words.bytes);
        CompletableFuture<Integer> late = propose("b", LARGE);
        work();
        now += Duration.ofSeconds(11).toNanos();
        workUntil(late::isCompletedExceptionally);
        comesBack(1);
        assertEquals(LARGE.length, words.bytes);
        CompletableFuture<Integer> refused = propose("c", LARGE);
        work();
        replies.get(2).completeExceptionally(new IllegalStateException("no"));
        work();
        assertTrue(refused.isCompletedExceptionally());
        comesBack(2);
        assertEquals(2 * LARGE.length, words.bytes);
    }

    @Test
    void anEngineThatThrowsLeavesNobodyWaiting() {
        isBroken = true;
        assertTrue(say("a").isCompletedExceptionally());
        isBroken = false;
        say("b");
        assertEquals(1, sent.size());
    }

    @Test
    void whileTheLeaderStepsDownTheNewWaitsForWhatIsSentAgain() throws Exception {
        CompletableFuture<Integer> first = say("a");
        say("b");
        replies.get(0).completeExceptionally(new LeaderSteppingDownException("it is a test"));
        replies.get(1).completeExceptionally(new LeaderSteppingDownException("it is a test"));
        work();
        CompletableFuture<Integer> third = say("c");
        workUntil(() -> sent.size() == 4);
        assertEquals(sent.subList(0, 2), sent.subList(2, 4));
        comesBack(2);
        assertEquals(1, first.join());
        assertFalse(third.isDone());
        comesBack(4);
        assertEquals("a c ", words.text.toString());
    }

    @Test
    void commandsThatAreLongerThanOthersMakeMoreThanOneEntry() {
        String word = "w".repeat(60_000);
        List<CompletableFuture<Integer>> said = new ArrayList<>();
        for (int number = 0; number < 6; number++) {
            said.add(propose(word, NOTHING));
        }
        work();
        say("b");
        say("c");
        assertEquals(3, sent.size());
        comesBack(0);
        assertEquals(3, sent.size());
        comesBack(1);
        assertEquals(4, sent.size());
        assertEquals(
                List.of(1, 2, 3, 4, 5, 6),
                said.stream().map(CompletableFuture::join).toList());
    }

    @Test
    void oneThatCanNotBeWrittenStopsNoOther() {
        CompletableFuture<Integer> tooLong = propose("w".repeat(70_000), NOTHING);
        CompletableFuture<Integer> other = say("a");
        comesBack(0);
        assertTrue(tooLong.isCompletedExceptionally());
        assertEquals(1, other.join());
    }

    @Test
    void whatTheWriterComesToTooLateIsNotSent() throws Exception {
        writer = late::add;
        CompletableFuture<Integer> said = say("a");
        now += Duration.ofSeconds(11).toNanos();
        workUntil(said::isCompletedExceptionally);
        late.forEach(Runnable::run);
        assertEquals(List.of(), sent);
    }

    @Test
    void afterTheEndItIsSaid() {
        writer = task -> {
            throw new RejectedExecutionException();
        };
        assertTrue(say("a").isCompletedExceptionally());
    }
}
