package org.mutirao.console;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.message.OperatorRequest.WaitJob;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Language;
import org.mutirao.testkit.Tmux;

/**
 * What a person sees in real terminals of three widths beside kept screens; like {@link ScreensTest}. The terminal breaks no line. A class for each
 * language, so that they run side by side.
 */
@Tag("slow")
@DisabledOnOs(OS.WINDOWS)
abstract class InTerminals extends OnScriptedRoom {
    private static final Path KEPT = Path.of("src/test/resources/screens/terminal");
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String ENDED = "-ended-";
    private static final List<String> COMMANDS = List.of(
            "tasks",
            "jobs",
            "workers",
            "worker pc7",
            "masters",
            "admin list",
            "show j5",
            "show 6",
            "explain 6",
            "watch j5",
            "logs nothing-such",
            "tasks --no-such-option",
            "masters depart 3");

    private final Language language;
    private final CountDownLatch watched = new CountDownLatch(1);
    private Tmux tmux;

    InTerminals(Language language) {
        this.language = language;
    }

    @BeforeEach
    void needsTmux() throws InterruptedException {
        assumeTrue(Tmux.isHere(), "SKIPPED: there is no tmux");
        tmux = new Tmux(folder);
    }

    @AfterEach
    void endTerminals() throws Exception {
        watched.countDown();
        if (tmux != null) {
            tmux.close();
        }
    }

    /** A script that shows each command, what it prints, and where it ended. */
    private Path script(List<String> commands) throws IOException {
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String start = "'" + java
                + "' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -Dmutirao.command=mutirao -Dmutirao.patience=600 -cp '"
                + classes
                + "' org.mutirao.console.Main --lang=" + language.code() + " --master=" + grid.place() + " ";
        String lines = commands.stream()
                .map(each -> "echo '$ mutirao " + each + "'\n" + start + each + "\n")
                .collect(Collectors.joining());
        return Files.writeString(
                Files.createTempFile(folder, "commands", ".sh"), "export TZ=UTC\n" + lines + "echo " + ENDED + "\n");
    }

    /** What of it is ours, once it is there. */
    private String until(String name, String last) throws Exception {
        await(name).atMost(SOON).until(() -> tmux.seen(name).contains(last));
        String seen = tmux.seen(name);
        assertEquals(strip(tmux.joined(name)), strip(seen), "the terminal broke a line");
        return strip(seen);
    }

    private static String strip(String screen) {
        return screen.lines()
                        .map(String::stripTrailing)
                        .takeWhile(line -> !line.equals(ENDED))
                        .collect(Collectors.joining("\n"))
                        .stripTrailing()
                + "\n";
    }

    private static void isAsKept(String name, String seen) throws IOException {
        Path file = KEPT.resolve(name + ".txt");
        if ("write".equals(System.getProperty("mutirao.screens"))) {
            Files.createDirectories(KEPT);
            Files.writeString(file, seen);
        }
        assertEquals(Files.readString(file), seen);
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 120})
    void screensAreAsTheyWereKept(int width) throws Exception {
        answersIn(language);
        String name = language.code() + "-" + width;
        tmux.open(name, width, "sh '" + script(COMMANDS) + "'");
        isAsKept(name, until(name, ENDED));
    }

    /** The line of progress is written over and over. */
    @ParameterizedTest
    @ValueSource(ints = {60, 80, 120})
    void progressStaysOneLine(int width) throws Exception {
        answersIn(language);
        grid.on(WaitJob.class, wait -> {
            boolean first = wait.seen() == 0;
            if (!first) {
                awaitWatched();
            }
            return new Reply.JobProgress(first ? RUNNING : failed(), List.of(), wait.seen() + 1);
        });
        String name = "watch-" + language.code() + "-" + width;
        tmux.open(name, width, "sh '" + script(List.of("watch j5")) + "'");
        String running = until(name, "1/3");
        watched.countDown();
        String ended = until(name, ENDED);
        isAsKept(name, running + "\n" + ended);
    }

    private void awaitWatched() {
        try {
            watched.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
