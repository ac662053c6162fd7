package org.mutirao.worker;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;

/**
 * How the worker logs: a readable line a fact, to stderr. In code, because reading a configuration file would take a tenth of
 * the worker's whole start. Found by Logback through {@code META-INF/services}.
 */
public final class Logging extends ContextAwareBase implements Configurator {
    /** A property of the JVM: {@code true} for lines that programs read. Looked at when the first logger is asked for. */
    static final String JSON = "mutirao.log.json";

    private static Encoder<ILoggingEvent> json() {
        JsonEncoder line = new JsonEncoder();
        line.setWithFormattedMessage(true);
        return line;
    }

    private static Encoder<ILoggingEvent> readable() {
        PatternLayoutEncoder line = new PatternLayoutEncoder();
        line.setCharset(StandardCharsets.UTF_8);
        line.setPattern("%d{HH:mm:ss} %-5level %msg%n%ex{short}");
        return line;
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        Encoder<ILoggingEvent> line = Boolean.getBoolean(JSON) ? json() : readable();
        line.setContext(context);
        line.start();
        ConsoleAppender<ILoggingEvent> terminal = new ConsoleAppender<>();
        terminal.setContext(context);
        terminal.setTarget("System.err");
        terminal.setEncoder(line);
        terminal.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(System.getenv("MUTIRAO_LOG"), Level.INFO));
        root.addAppender(terminal);
        context.getLogger("io.netty").setLevel(Level.WARN);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
