package org.mutirao.protocol.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;

/**
 * How all programs and all tests log: one readable line per fact, to stderr. The environment variable {@code MUTIRAO_LOG} sets the
 * level; at {@code DEBUG} and {@code TRACE} a line names its thread and logger, and a failure brings its stack trace. This is code because
 * reading a configuration file would take a tenth of the worker's whole start. Logback finds it through
 * {@code META-INF/services} of each program.
 */
public final class Logging extends ContextAwareBase implements Configurator {
    /** A property of the JVM: the level where {@code MUTIRAO_LOG} is not set. The build sets it for tests. */
    private static final String LEVEL = "mutirao.log";
    /** A property of the JVM: {@code true} for lines that programs read. */
    private static final String JSON = "mutirao.log.json";

    private static final List<String> LIBRARIES = List.of("io.netty", "org.eclipse.jetty", "io.javalin");
    private static final String RATIS = "org.apache.ratis";

    /**
     * What a program wants, said before it asks for its first logger.
     *
     * @param level where neither the user nor the build sets one
     * @param json lines of JSON instead of readable ones
     */
    public static void choose(String level, boolean json) {
        System.getProperties().putIfAbsent(LEVEL, level);
        System.setProperty(JSON, String.valueOf(json));
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        Level usual = Level.toLevel(System.getProperty(LEVEL), Level.INFO);
        Level level = Level.toLevel(System.getenv("MUTIRAO_LOG"), usual);
        Encoder<ILoggingEvent> line = Boolean.getBoolean(JSON) ? json() : readable(level);
        line.setContext(context);
        line.start();
        ConsoleAppender<ILoggingEvent> terminal = new ConsoleAppender<>();
        terminal.setContext(context);
        terminal.setTarget("System.err");
        terminal.setEncoder(line);
        terminal.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(level);
        root.addAppender(terminal);
        LIBRARIES.forEach(name -> context.getLogger(name).setLevel(quieter(level, Level.WARN)));
        context.getLogger(RATIS)
                .setLevel(Level.toLevel(System.getenv("MUTIRAO_RATIS_LOG"), quieter(level, Level.ERROR)));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Level quieter(Level one, Level other) {
        return one.isGreaterOrEqual(other) ? one : other;
    }

    static Encoder<ILoggingEvent> json() {
        JsonEncoder line = new JsonEncoder();
        line.setWithFormattedMessage(true);
        return line;
    }

    static Encoder<ILoggingEvent> readable(Level level) {
        PatternLayout.DEFAULT_CONVERTER_SUPPLIER_MAP.put("sentence", LoggedSentence::new);
        PatternLayoutEncoder line = new PatternLayoutEncoder();
        line.setCharset(StandardCharsets.UTF_8);
        line.setPattern(
                level.isGreaterOrEqual(Level.INFO)
                        ? "%d{HH:mm:ss} %-5level %sentence%n%ex{short}"
                        : "%d{HH:mm:ss.SSS} %-5level [%thread] %logger: %sentence%n%ex");
        return line;
    }
}
