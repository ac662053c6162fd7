package org.mutirao.master.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.message.EventRow;
import org.mutirao.testkit.ManualClock;

class ViewsTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(LogTails tails, long task, long from) {
        return tails.read(new TaskId(task), LogTails.Stream.STDOUT, from)
                .map(part -> part.from() + ":" + new String(part.bytes(), StandardCharsets.UTF_8) + ":" + part.end())
                .orElse("nothing");
    }

    @Test
    void aTailIsReadOnFromWhereTheReaderIs() {
        LogTails tails = new LogTails();
        assertEquals("nothing", text(tails, 1, 0));
        tails.append(Lease.of(1, 1), LogTails.Stream.STDOUT, 0, 4, bytes("one\n"));
        tails.append(Lease.of(1, 1), LogTails.Stream.STDOUT, 4, 8, bytes("two\n"));
        assertEquals("0:one\ntwo\n:8", text(tails, 1, 0));
        assertEquals("4:two\n:8", text(tails, 1, 4));
        assertEquals("8::8", text(tails, 1, 99));
        tails.append(Lease.of(1, 2), LogTails.Stream.STDOUT, 0, 3, bytes("new"));
        assertEquals("0:new:3", text(tails, 1, 0), "another attempt prints afresh");
        tails.forget(new TaskId(1));
        assertEquals("nothing", text(tails, 1, 0));
    }

    /** A script may print a gigabyte, and its worker then leaves most of it out. */
    @Test
    void aTailStaysSmallWhateverIsPrinted() {
        LogTails tails = new LogTails();
        byte[] block = new byte[16 * 1024];
        long offset = 0;
        for (int i = 0; i < 1000; i++) {
            tails.append(Lease.of(1, 1), LogTails.Stream.STDOUT, offset, offset + block.length, block);
            offset += block.length;
        }
        LogTails.Part part =
                tails.read(new TaskId(1), LogTails.Stream.STDOUT, 0).orElseThrow();
        assertEquals(64 * 1024, part.bytes().length);
        assertEquals(offset, part.end());
        tails.append(Lease.of(1, 1), LogTails.Stream.STDOUT, offset * 60, offset * 60 + 3, bytes("end"));
        assertEquals(offset + ":end:" + (offset + 3), text(tails, 1, 0), "the rest was left out");
        for (int task = 2; task < 3000; task++) {
            tails.append(Lease.of(task, 1), LogTails.Stream.STDOUT, 0, 1, bytes("x"));
        }
        assertEquals("nothing", text(tails, 1, 0), "the oldest went");
    }

    @Test
    void eventsAreNumberedAndTheOldestGo() throws Exception {
        EventFeed feed = new EventFeed();
        assertFalse(feed.await(0, Duration.ofMillis(1)));
        for (int i = 1; i <= 6000; i++) {
            feed.add(i, "task", Optional.of((long) i), Optional.empty(), "event " + i);
        }
        assertTrue(feed.await(0, Duration.ofMillis(1)));
        assertEquals(
                List.of(5999L, 6000L),
                feed.after(0, 2).stream().map(EventRow::id).toList());
        assertEquals(5000, feed.after(0, 100_000).size());
        assertEquals(List.of(), feed.after(6000, 10));
    }

    @Test
    void theRateIsThatOfTheLastMinute() {
        ManualClock clock = new ManualClock();
        Throughput throughput = new Throughput(clock::nanos);
        for (int i = 0; i < 120; i++) {
            throughput.finishedOne();
            clock.advance(Duration.ofMillis(500));
        }
        assertEquals(2.0, throughput.perSecond(), 0.2);
        assertEquals(13, throughput.history().size());
        assertEquals(List.of(10, 10), throughput.history().subList(0, 2));
        clock.advance(Duration.ofHours(2));
        assertEquals(0.0, throughput.perSecond());
        assertEquals(720, throughput.history().size(), "an hour and no more");
    }
}
