package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.testkit.Tmux;

/**
 * The console in a real terminal, which is tmux, with a real grid. {@code InTerminals} of the console compares such terminals with kept
 * screens, {@code ScreensTest} has more names and each width.
 */
@Tag("slow")
@DisabledOnOs(OS.WINDOWS)
class TerminalTest {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String ENDED = "-ended-";

    @TempDir
    private Path folder;

    private final List<Integer> widths = List.of(60, 80, 120, 200);

    private Tmux tmux;

    @BeforeEach
    void needsTmux() throws InterruptedException {
        assumeTrue(Tmux.isHere(), "SKIPPED: there is no tmux");
        tmux = new Tmux(folder);
    }

    @AfterEach
    void endTmux() throws Exception {
        if (tmux != null) {
            tmux.close();
        }
    }

    /** Runs a command of the console in a terminal of that width until it has ended. */
    private String open(Grid grid, int width, String before, String... words) throws Exception {
        String name =
                "w" + width + "-" + String.join("-", words).replace("=", "-") + (before.isEmpty() ? "" : "-plain");
        List<String> all = new ArrayList<>(List.of("--master=" + grid.address()));
        all.addAll(List.of(words));
        String command =
                Program.command("console", List.of("-Dmutirao.patience=600"), all.toArray(String[]::new)).stream()
                        .map(word -> "'" + word + "'")
                        .collect(Collectors.joining(" "));
        tmux.open(name, width, before + command + "; echo " + ENDED);
        await(name).atMost(SOON).until(() -> tmux.seen(name).contains(ENDED));
        return name;
    }

    private String seen(String name, String... how) throws Exception {
        String screen = tmux.seen(name, how);
        return screen.substring(0, screen.indexOf(ENDED)).stripTrailing();
    }

    @Test
    void nothingIsWrappedAndColoursAreShown() throws Exception {
        try (Grid grid = new Grid(folder).startMaster()) {
            grid.drop("previsão do tempo para o fim de semana em 関東地方 🚀 e arredores.zip", "main.py", "print(1)");
            grid.drop(
                    "fails.zip",
                    "main.py",
                    "raise ValueError('the table of the second quarter has no column called price, so there is no sum')");
            grid.startWorker("--slots=1");
            String watch = open(grid, 60, "", "watch", "--at-least", "2");
            String bar = seen(watch);
            assertTrue(bar.contains("2/2  1 failed"), bar);
            assertEquals(1, bar.lines().count(), "one line is written over and over");
            for (int width : widths) {
                for (String list :
                        List.of("tasks", "jobs", "workers", "masters", "tasks --lang=pt", "jobs --lang=pt")) {
                    String name = open(grid, width, "", list.split(" "));
                    String screen = seen(name)
                            .lines()
                            .takeWhile(line -> !line.isBlank())
                            .collect(Collectors.joining("\n"));
                    String joined = seen(name, "-J")
                            .lines()
                            .map(String::stripTrailing)
                            .takeWhile(line -> !line.isBlank())
                            .collect(Collectors.joining("\n"));
                    assertEquals(joined, screen, "a line was wrapped at " + width);
                    assertTrue(screen.lines().count() >= 2, screen);
                }
            }
            String tasks = seen("w80-tasks", "-e");
            assertTrue(tasks.contains("\u001b[31mfailed") && tasks.contains("\u001b[32msucceeded"), tasks);
            String plain = seen(open(grid, 80, "NO_COLOR=1 ", "tasks"), "-e");
            assertFalse(plain.contains("\u001b"), plain);
            assertEquals(seen("w80-tasks"), seen("w80-tasks-plain"));
        }
    }
}
