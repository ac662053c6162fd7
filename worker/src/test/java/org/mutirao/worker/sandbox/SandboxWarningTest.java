package org.mutirao.worker.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What a worker says at its start of scripts that nothing keeps apart. */
class SandboxWarningTest {
    private static final Logger SANDBOXES = (Logger) LoggerFactory.getLogger(Sandboxes.class);
    private final ListAppender<ILoggingEvent> ear = new ListAppender<>();
    private Level before;

    @TempDir
    private Path folder;

    @BeforeEach
    void listen() {
        before = SANDBOXES.getLevel();
        SANDBOXES.setLevel(Level.INFO);
        ear.start();
        SANDBOXES.addAppender(ear);
    }

    @AfterEach
    void listenNoMore() {
        SANDBOXES.detachAppender(ear);
        SANDBOXES.setLevel(before);
    }

    private String said(SandboxChoice choice) throws Exception {
        SandboxPlaces places = new SandboxPlaces(
                folder, folder.resolve("run"), folder.resolve("module.py"), List.of(), folder.resolve("plots"));
        SandboxSettings settings = new SandboxSettings(choice, false, List.of(), "nobody", Optional.empty());
        Sandboxes.choose(settings, List.of("python3"), places, folder.toString());
        return String.join(
                "\n", ear.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
    }

    @Test
    void thatThereIsNoneIsSaid() throws Exception {
        assertTrue(said(SandboxChoice.NONE).contains("Scripts run without a sandbox"));
        ear.list.clear();
        assertTrue(said(SandboxChoice.AUTO).contains("without a sandbox"));
    }

    @Test
    void aWorkerOfRootsWarns() throws Exception {
        assertEquals(SystemParts.isForRoot(), said(SandboxChoice.NONE).contains("Scripts run as root here"));
    }
}
