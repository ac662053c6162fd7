package org.mutirao.master.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mutirao.master.dispatch.WorkerKind;
import org.mutirao.master.dispatch.WorkerProfile;
import org.mutirao.protocol.id.WorkerId;
import org.slf4j.LoggerFactory;

/** What stands in a master's log of what happens. */
class LoggingListenerTest {
    private final Logger log = (Logger) LoggerFactory.getLogger("mutirao.master");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Level before = log.getLevel();

    @BeforeEach
    void listen() {
        lines.start();
        log.setLevel(Level.INFO);
        log.addAppender(lines);
    }

    @AfterEach
    void stop() {
        log.detachAppender(lines);
        log.setLevel(before);
    }

    private static WorkerProfile withSlots(int slots) {
        return new WorkerProfile("pc7", WorkerKind.OURS, "mutirao", "10.0.0.7", 0, 0, slots, 0, Optional.empty());
    }

    @Test
    void aWorkerHasOneSlotOrMoreSlots() {
        LoggingListener listener = new LoggingListener();
        listener.onWorkerJoined(new WorkerId("w"), withSlots(1));
        listener.onWorkerJoined(new WorkerId("w"), withSlots(2));
        assertEquals(
                List.of("1 slot", "2 slots"),
                lines.list.stream()
                        .map(ILoggingEvent::getFormattedMessage)
                        .map(line -> line.replaceAll(".*, (\\d+ slots?)\\) joined from 10\\.0\\.0\\.7", "$1"))
                        .toList());
    }
}
