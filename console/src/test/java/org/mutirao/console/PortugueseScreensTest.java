package org.mutirao.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.message.AttemptRow;
import org.mutirao.protocol.message.GroupRow;
import org.mutirao.protocol.message.GroupRow.GuestRow;
import org.mutirao.protocol.message.GroupRow.MasterRow;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.OperatorRequest.CancelTask;
import org.mutirao.protocol.message.OperatorRequest.ExplainTask;
import org.mutirao.protocol.message.OperatorRequest.ListJobs;
import org.mutirao.protocol.message.OperatorRequest.ListMasters;
import org.mutirao.protocol.message.OperatorRequest.ListTasks;
import org.mutirao.protocol.message.OperatorRequest.ListWorkers;
import org.mutirao.protocol.message.OperatorRequest.ShowTask;
import org.mutirao.protocol.message.OperatorRequest.ShowWorker;
import org.mutirao.protocol.message.RegistryRequest.ListServers;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.ServerRow;
import org.mutirao.protocol.message.StatusCounts;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.message.WorkerRow;
import org.mutirao.protocol.text.Language;
import org.mutirao.protocol.text.Text;

/**
 * What a person sees who speaks Portuguese, at the usual width, beside kept screens; like {@link ScreensTest}. What a master gives as the reason
 * arrives in the master's language.
 */
class PortugueseScreensTest extends OnScriptedJob {
    private static final Path KEPT = Path.of("src/test/resources/screens/pt");
    private static final List<String> STATES =
            List.of("queued", "running", "succeeded", "failed", "lost", "cancelled", "waiting");

    private static JobRow aJob(int number, String state) {
        boolean ended = number > 1;
        return JobRow.builder()
                .job(number + 1)
                .name("vendas-" + number + ".zip")
                .state(state)
                .tasks(7)
                .counts(new StatusCounts(1, 1, 2, number == 3 ? 1 : 0, 1, 1))
                .beganAt(number == 0 ? Optional.empty() : Optional.of(1_500L))
                .endedAt(ended ? Optional.of(9_000L) : Optional.empty())
                .explanation(
                        Optional.of(state.equals("succeeded") ? "código de saída 0" : "4 de 7 tarefas com sucesso"))
                .build();
    }

    private static TaskRow aTask(int number, String state) {
        Optional<String> reason = state.equals("succeeded")
                ? Optional.of("código de saída 0")
                : state.equals("failed") ? Optional.of("código de saída 1: KeyError: 'preço'") : Optional.empty();
        return ScriptedGrid.task(number + 1, "vendas-" + number + ".zip", state, reason, Optional.empty());
    }

    @BeforeEach
    void answers() {
        List<String> ofTasks = STATES.subList(0, 6);
        grid.on(
                ListTasks.class,
                new Reply.TaskList(
                        ofTasks.stream()
                                .map(state -> aTask(ofTasks.indexOf(state), state))
                                .toList(),
                        false));
        grid.on(
                ListJobs.class,
                new Reply.JobList(
                        STATES.stream()
                                .filter(state -> !state.equals("lost"))
                                .map(state -> aJob(STATES.indexOf(state), state))
                                .toList(),
                        false));
        endsAs(FAILED);
        AttemptRow first = new AttemptRow(
                1,
                "w1",
                "pc7",
                0,
                Optional.of(65_000L),
                Optional.of("código de saída 1: ValueError: a tabela do segundo trimestre não tem a coluna preço"),
                Optional.of(1_000L),
                Optional.of(62_000L));
        AttemptRow now = new AttemptRow(
                2, "w2", "", 70_000, Optional.empty(), Optional.empty(), Optional.of(71_000L), Optional.empty());
        grid.on(ShowTask.class, new Reply.TaskDetails(part(6, "junho.csv", TaskStatus.RUNNING), List.of(first, now)));
        grid.on(
                ExplainTask.class,
                new Reply.Explanation(part(6, "junho.csv", TaskStatus.QUEUED), List.of("ninguém está livre")));
        grid.on(
                CancelTask.class,
                new Reply.TaskState(
                        part(6, "junho.csv", TaskStatus.CANCELLED), true, Optional.empty(), Optional.empty()));
        fleet();
        Text.speak(Language.PORTUGUESE);
    }

    private void fleet() {
        WorkerRow worker = WorkerRow.builder()
                .id("01234567-9abc")
                .name("pc-lab3-01")
                .kind("D")
                .dialect("super-peer")
                .address("192.168.100.7:40000")
                .slots(4)
                .holding(List.of(17L, 18L))
                .delivered(1234)
                .lost(2)
                .silentMs(3_000)
                .facts(Optional.of(new WorkerFacts(
                        "linux",
                        "x86_64",
                        List.of("3.12.1"),
                        8,
                        16L << 30,
                        1L << 40,
                        List.of(),
                        List.of("lab3"),
                        List.of())))
                .build();
        grid.on(ListWorkers.class, new Reply.WorkerList(List.of(worker)));
        grid.on(ShowWorker.class, new Reply.WorkerState(worker));
        grid.on(
                ListMasters.class,
                new Reply.Group(GroupRow.builder()
                        .group("default")
                        .leader(Optional.of(1))
                        .term(7)
                        .election("highest-priority")
                        .spare(1)
                        .masters(List.of(
                                new MasterRow(1, "a", "10.0.0.1:50020", 10, 1, "leader", 0, 0, Optional.empty()),
                                new MasterRow(2, "b", "10.0.0.2:50020", 20, 2, "follower", 3, 0, Optional.empty()),
                                new MasterRow(3, "c", "10.0.0.3:50020", 30, 0, "newcomer", -1, -1, Optional.empty())))
                        .guests(List.of(new GuestRow(9, 5, "10.0.0.9:1")))
                        .build()));
        grid.on(
                ListServers.class,
                new Reply.ServerList(
                        List.of(
                                new ServerRow(
                                        "1",
                                        "master-1",
                                        "master",
                                        Optional.of(1),
                                        "10.0.0.1:50020",
                                        "leader",
                                        0,
                                        Optional.empty()),
                                new ServerRow(
                                        "01234567",
                                        "pc-lab3-01",
                                        "worker",
                                        Optional.empty(),
                                        "10.0.0.7",
                                        "trabalha",
                                        -1,
                                        Optional.empty())),
                        0));
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
