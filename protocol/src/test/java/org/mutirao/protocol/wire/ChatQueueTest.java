package org.mutirao.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mutirao.protocol.message.ChatMessage;

/** When a word may leave, by a clock that moves only when told to. */
class ChatQueueTest {
    private final ChatQueue queue = new ChatQueue(0);
    private long millis;

    private static ChatMessage said(long id) {
        return new ChatMessage.Said("ana", "text", 0, id);
    }

    private static ChatMessage came(long id) {
        return new ChatMessage.Notice("ana entrou no chat", 0, id);
    }

    private Optional<ChatMessage> next() {
        return queue.next(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private void read(long id) {
        queue.onRead(id, TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Test
    void theNextWordLeavesWhenTheLastOneWasRead() {
        assertTrue(queue.add(said(1)) && queue.add(said(2)) && queue.add(said(3)));
        assertEquals(Optional.of(said(1)), next());
        millis = 900; // a PC that stalls is waited for
        assertEquals(Optional.empty(), next());
        read(1);
        assertEquals(Optional.of(said(2)), next());
        read(1); // of another message
        assertEquals(Optional.empty(), next());
        read(2);
        assertEquals(Optional.of(said(3)), next());
    }

    @Test
    void aProgramThatConfirmsNothingHearsOneWordASecond() {
        assertTrue(queue.add(said(1)) && queue.add(said(2)));
        assertEquals(Optional.of(said(1)), next());
        millis = 999;
        assertEquals(Optional.empty(), next());
        millis = 1000;
        assertEquals(Optional.of(said(2)), next());
    }

    @Test
    void whatNobodyConfirmsIsFollowedByARestLongerThanAStall() {
        assertTrue(queue.add(new ChatMessage.History(List.of())) && queue.add(came(1)));
        assertTrue(next().isPresent());
        millis = 150;
        read(1);
        assertEquals(Optional.empty(), next());
        millis = 300;
        assertEquals(Optional.of(came(1)), next());
    }

    @Test
    void whatIsOnlyMentionedWaitsForTheRestAndDoesNotPileUp() {
        for (int number = 0; number < 100; number++) {
            queue.mention(new ChatMessage.ReadBy("bento", number, 0));
        }
        assertTrue(queue.add(said(7)));
        assertEquals(Optional.of(said(7)), next());
        read(7);
        int mentions = 0;
        while (!queue.isEmpty()) {
            assertTrue(next().isPresent());
            mentions++;
            millis += 300;
        }
        assertEquals(ChatQueue.MAX_MENTIONS, mentions);
    }

    /** It takes what lies in its socket for one message. Of its confirmations, every fifth is lost. */
    @ParameterizedTest
    @CsvSource({"0, true", "150, true", "299, true", "150, false", "900, false", "999, false"})
    void aReaderThatStallsFindsOneWordInEachReadAndHearsAll(int stall, boolean alsoUnconfirmed) {
        List<ChatMessage> all = IntStream.rangeClosed(1, 150)
                .mapToObj(id -> alsoUnconfirmed && id % 4 == 0 ? came(id) : said(id))
                .toList();
        all.forEach(word -> assertTrue(queue.add(word)));
        List<ChatMessage> heard = new ArrayList<>();
        Optional<ChatMessage> unread = Optional.empty();
        for (long readAt = 0; heard.size() < all.size(); millis++) {
            if (unread.isPresent() && millis >= readAt) {
                heard.add(unread.get());
                if (unread.get() instanceof ChatMessage.Said said && said.id() % 5 != 0) {
                    read(said.id());
                }
                unread = Optional.empty();
            }
            Optional<ChatMessage> next = next();
            if (next.isPresent()) {
                assertEquals(Optional.empty(), unread, "two words in one read at " + millis + " ms");
                unread = next;
                readAt = millis + stall;
            }
        }
        assertEquals(all, heard);
    }

    @Test
    void thereIsAnEnd() {
        for (int number = 0; number < ChatQueue.MAX_WORDS; number++) {
            assertTrue(queue.add(came(number)));
        }
        assertFalse(queue.add(came(0)));
    }
}
