package org.mutirao.protocol.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.json.Json;
import org.slf4j.LoggerFactory;

class LoggingTest {
    private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();

    @Test
    void aReadableLineHasNoMoreThanAPersonNeeds() {
        String line = line(Logging.readable(Level.INFO), new IllegalStateException("the cause"));
        assertTrue(line.substring(0, line.indexOf('\n')).matches("\\d\\d:\\d\\d:\\d\\d WARN  ação 7\\R?"), line);
        assertTrue(line.contains("the cause"), line);
    }

    @Test
    void aLineForDebuggingNamesItsThreadAndLogger() {
        String line = line(Logging.readable(Level.DEBUG), new IllegalStateException("the cause"));
        assertTrue(line.contains("[loop] org.mutirao.Some: ação 7"), line);
        assertTrue(line.contains("at " + LoggingTest.class.getName()), line);
    }

    @Test
    void aLineForProgramsIsJson() throws Exception {
        String line = line(Logging.json(), null);
        assertEquals(
                "ação 7", Json.readMap(line.getBytes(StandardCharsets.UTF_8)).get("formattedMessage"));
    }

    private String line(Encoder<ILoggingEvent> encoder, Throwable failure) {
        LoggingEvent event = new LoggingEvent(
                "", context.getLogger("org.mutirao.Some"), Level.WARN, "ação {}", failure, new Object[] {7});
        event.setThreadName("loop");
        encoder.setContext(context);
        encoder.start();
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }
}
