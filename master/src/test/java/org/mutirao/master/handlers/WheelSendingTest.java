package org.mutirao.master.handlers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.master.wheels.WheelFolder;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.slf4j.LoggerFactory;

class WheelSendingTest {
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @TempDir
    private Path folder;

    private static List<Logger> loggers() {
        return Stream.of(PackedSending.class, PackageSender.class)
                .map(each -> (Logger) LoggerFactory.getLogger(each))
                .toList();
    }

    @BeforeEach
    void listen() {
        lines.start();
        loggers().forEach(each -> {
            each.setLevel(Level.DEBUG);
            each.addAppender(lines);
        });
    }

    @AfterEach
    void leave() {
        loggers().forEach(each -> {
            each.detachAppender(lines);
            each.setLevel(null);
        });
    }

    @Test
    void aWheelThatIsNotThereIsNoWarningToTheOwner() {
        PackageSender sender = new PackageSender(null, Runnable::run, null, null, new WheelFolder(folder), null);
        for (String name : List.of("x-1.0-py3-none-any.whl", "../x", "x\nforged")) {
            CompletableFuture<Reply> replied = new CompletableFuture<>();
            sender.sendWheel(name, Answer.into(replied));
            Reply.Failure failure = assertInstanceOf(Reply.Failure.class, replied.join());
            assertEquals(Reply.Refusal.CONFLICT, failure.refusal());
        }
        assertEquals(3, lines.list.size(), lines.list::toString);
        for (ILoggingEvent line : lines.list) {
            assertEquals(Level.DEBUG, line.getLevel());
            assertTrue(line.getFormattedMessage().contains("wheel"), line::getFormattedMessage);
        }
    }
}
