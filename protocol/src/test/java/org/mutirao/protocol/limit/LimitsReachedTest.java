package org.mutirao.protocol.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LimitsReachedTest {
    private final AtomicLong nanos = new AtomicLong();
    private final LimitsReached reached = new LimitsReached(nanos::get);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(LimitsReached.class);
    }

    @BeforeEach
    void listen() {
        lines.start();
        logger().setLevel(Level.WARN);
        logger().addAppender(lines);
    }

    @AfterEach
    void leave() {
        logger().detachAppender(lines);
        logger().setLevel(null);
    }

    private List<String> said() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void allIsCountedAndOnlySomeIsSaid() {
        for (int i = 0; i < 1000; i++) {
            reached.note(Limit.SLOW, "10.0.0." + i % 7);
        }
        reached.note(Limit.HELD, "10.0.0.9");
        assertEquals(1000, reached.times(Limit.SLOW));
        assertEquals(1, reached.times(Limit.HELD));
        assertEquals(0, reached.times(Limit.UNREAD));
        assertEquals(2, said().size(), said()::toString);

        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        reached.note(Limit.SLOW, "10.0.0.8");
        assertTrue(said().get(2).contains("1000 times") && said().get(2).contains("10.0.0.8"), said()::toString);
    }

    @Test
    void eachHasALabelThatProgramsCanRead() {
        for (Limit limit : Limit.values()) {
            assertTrue(limit.label().matches("[a-z-]+"), limit::label);
            assertFalse(limit.inWords().isBlank());
            reached.note(limit, "10.0.0.1");
            assertTrue(said().contains("A limit was reached: " + limit.inWords() + ". By 10.0.0.1"), said()::toString);
        }
    }

    @Test
    void aNameThatAStrangerChoseForgesNoLine() {
        String name = "a.zip\r\n12:00:00 WARN forged\u2028\u202e\u001b[2J" + "x".repeat(100_000);
        reached.note(Limit.TASKS, name);
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        reached.note(Limit.TASKS, name);
        reached.note(Limit.TASKS, name);
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        reached.note(Limit.TASKS, name);
        assertEquals(3, said().size(), said()::toString);
        for (String line : said()) {
            assertTrue(line.contains("a.zip  12:00:00 WARN forged   [2Jx"), line);
            assertTrue(line.length() < 500, line);
        }
    }
}
