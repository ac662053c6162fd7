package org.mutirao.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.message.StatusCounts;
import org.mutirao.protocol.text.Language;
import org.mutirao.protocol.text.Text;

/**
 * What a person sees who speaks Portuguese, at the usual width, beside kept screens; like {@link ScreensTest}. What a master gives as the reason
 * arrives in the master's language.
 */
class PortugueseScreensTest extends OnScriptedRoom {
    private static final Path KEPT = Path.of("src/test/resources/screens/pt");

    @BeforeEach
    void answers() {
        answersIn(Language.PORTUGUESE);
        Text.speak(Language.PORTUGUESE);
    }

    @AfterEach
    void english() {
        Text.speak(Language.ENGLISH);
    }

    private String seen(Screen screen, String words) {
        ScriptedGrid.Shown shown = grid.console(screen, words.split(" "));
        assertEquals("", shown.err());
        // A line that is written over and over is shown as several, and a time of day is that of the place where this
        // runs.
        return shown.out()
                .replace("\r\n", "\n")
                .replace("\r", "")
                .replace("\u001b[K", "\n")
                .replaceAll("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d", "2026-11-29 10:00:00");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tasks",
                "jobs",
                "show j5",
                "show 6",
                "explain 6",
                "watch j5",
                "cancel 6",
                "workers",
                "worker pc7",
                "masters",
                "admin list",
                "admin poll-clock"
            })
    void screensAreAsTheyWereKept(String words) throws IOException {
        String seen = seen(Screen.of(80, false), words);
        Path file = KEPT.resolve(words.replace(' ', '-') + ".txt");
        if ("write".equals(System.getProperty("mutirao.screens"))) {
            Files.createDirectories(KEPT);
            Files.writeString(file, seen);
        }
        assertEquals(Files.readString(file), seen);
    }

    /** The style of a cell comes from the state, not from the word that is shown. */
    @Test
    void coloursAreThoseOfEnglishScreens() {
        Screen colours = Screen.of(200, true);
        String tasks = seen(colours, "tasks");
        assertTrue(tasks.contains(Style.BAD.of("com falha")), tasks);
        assertTrue(tasks.contains(Style.GOOD.of("com sucesso")), tasks);
        assertTrue(tasks.contains(Style.DOUBTFUL.of("perdida")), tasks);
        assertTrue(tasks.contains(Style.FAINT.of("código de saída 0")), tasks);
        assertFalse(tasks.contains(Style.FAINT.of("código de saída 1: KeyError: 'preço'")), tasks);
        assertTrue(seen(colours, "jobs").contains(Style.FAINT.of("espera por outros")));
        assertTrue(seen(colours, "show j5").contains(Style.BAD.of("com falha") + " desde "));
        assertTrue(seen(colours, "show 6").startsWith("tarefa 6"));
    }

    /** The help is asked for without a master. */
    @Test
    void noCommandIsDescribedInEnglish() {
        String help = Main.commandLine().getUsageMessage();
        assertTrue(help.contains("Imprime o cliente em Python"), help);
        assertFalse(help.contains("Prints"), help);
    }

    @Test
    void programsReadTheSameAsBefore() {
        String tasks = seen(Screen.none(), "tasks --json");
        assertTrue(tasks.contains("\"succeeded\""), tasks);
        assertFalse(tasks.contains("com sucesso"), tasks);
        assertTrue(seen(Screen.none(), "masters --json").contains("\"follower\""));
    }

    @Test
    void numbersAreWrittenAsInThatLanguage() {
        assertEquals("2,5s", Ages.brief(Optional.of(2_500L)));
        String line = new Progress(Screen.of(200, false), new StatusCounts(50, 1, 49, 0, 0, 0))
                .rate(12.34, 51)
                .line();
        assertTrue(line.endsWith("12,3/s"), line);
        assertEquals("1 perdida", Progress.counted(1, TaskStatus.LOST));
        assertEquals("2 perdidas", Progress.counted(2, TaskStatus.LOST));
    }
}
