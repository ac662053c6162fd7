package org.mutirao.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.message.GroupRow;
import org.mutirao.protocol.message.GroupRow.MasterRow;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.OperatorRequest.ListJobs;
import org.mutirao.protocol.message.OperatorRequest.ListMasters;
import org.mutirao.protocol.message.OperatorRequest.ListTasks;
import org.mutirao.protocol.message.OperatorRequest.ListWorkers;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.StatusCounts;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.message.WorkerRow;

/**
 * What a person sees at terminals of some widths, beside kept screens. {@code -Dmutirao.screens=write} keeps what is seen now; look at it before
 * you commit it.
 */
class ScreensTest extends OnScriptedGrid {
    private static final Path KEPT = Path.of("src/test/resources/screens");
    private static final int[] WIDTHS = {60, 80, 120, 200};
    /** What people and pranksters call things. */
    private static final List<String> NAMES = List.of(
            "sales-2026.zip",
            "previsão do tempo para o fim de semana.zip",
            "関東地方の売上データ集計と予測.zip",
            "🚀🚀 launch 👩‍💻.zip",
            "ca\u0301fe\u0301.zip",
            "evil\u001b[2J\u001b[31mname\r\n\u202efdp.zip",
            "z\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301a\u2028lgo.zip",
            "a".repeat(255));

    private static final List<String> REASONS = List.of(
            "",
            "exit code 1: ModuleNotFoundError: No module named 'pandas'",
            "waits for job j5",
            "データがありません: 入力ファイル input.csv の列 price が見つかりません",
            "exit code 137");

    @BeforeEach
    void answers() {
        List<TaskRow> tasks = new ArrayList<>();
        List<JobRow> jobs = new ArrayList<>();
        List<String> states = List.of("queued", "running", "succeeded", "failed", "lost", "cancelled");
        for (int i = 0; i < NAMES.size(); i++) {
            String state = states.get(i % states.size());
            String reason = REASONS.get(i % REASONS.size());
            tasks.add(ScriptedGrid.task(
                    1 + i * 997L,
                    NAMES.get(i),
                    state,
                    Optional.of(reason).filter(why -> !why.isEmpty()),
                    Optional.empty()));
            jobs.add(JobRow.builder()
                    .job(1 + i * 997L)
                    .name(NAMES.get(i))
                    .state(state.equals("lost") ? "waiting" : state)
                    .tasks(1 + i * 1000L)
                    .counts(new StatusCounts(i, 1, i * 900L, i % 3, 0, 0))
                    .submittedAt(0)
                    .explanation(Optional.of(reason).filter(why -> !why.isEmpty()))
                    .build());
        }
        grid.on(ListTasks.class, new Reply.TaskList(tasks, false));
        grid.on(ListJobs.class, new Reply.JobList(jobs, false));
        grid.on(ListWorkers.class, new Reply.WorkerList(workers()));
        grid.on(ListMasters.class, new Reply.Group(masters()));
    }

    private static List<WorkerRow> workers() {
        List<WorkerRow> workers = new ArrayList<>();
        for (int i = 0; i < NAMES.size(); i++) {
            workers.add(WorkerRow.builder()
                    .id("0123456" + i + "-9abc")
                    .name(i == 0 ? "pc-lab3-01" : NAMES.get(i).replace(".zip", ""))
                    .kind(i == 3 ? "D" : "ours")
                    .dialect(i == 3 ? "D" : "own")
                    .address("192.168.100." + (100 + i) + ":40000")
                    .slots(4)
                    .holding(i % 2 == 0 ? List.of(17L, 18L, 19L, 1020L) : List.of())
                    .delivered(i * 1234L)
                    .lost(i)
                    .silentMs(i * 1000L)
                    .aside(i == 4 ? Optional.of("it lost three tasks that others finished") : Optional.empty())
                    .build());
        }
        return workers;
    }

    private static GroupRow masters() {
        return GroupRow.builder()
                .group("default")
                .leader(Optional.of(1))
                .term(7)
                .election("highest-priority")
                .spare(1)
                .masters(List.of(
                        new MasterRow(1, "a", "192.168.100.1:50020", 10, 1, "leader", 0, 0, Optional.empty()),
                        new MasterRow(2, "b", "192.168.100.2:50020", 20, 2, "follower", 3, 0, Optional.empty()),
                        new MasterRow(
                                3,
                                "c",
                                "[fe80::1234:5678:9abc:def0]:50020",
                                30,
                                0,
                                "newcomer",
                                -1,
                                -1,
                                Optional.empty())))
                .build();
    }

    private static Map<String, String[]> commands() {
        Map<String, String[]> commands = new TreeMap<>();
        for (String list : List.of("tasks", "jobs", "workers", "masters")) {
            commands.put(list, new String[] {list});
        }
        return commands;
    }

    private String seen(Screen screen, String... words) {
        ScriptedGrid.Shown shown = grid.console(screen, words);
        assertEquals(0, shown.exit(), shown.err());
        return shown.out();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tasks", "jobs", "workers", "masters"})
    void screensAreAsTheyWereKept(String command) throws IOException {
        StringBuilder all = new StringBuilder();
        for (int width : WIDTHS) {
            all.append("=".repeat(width)).append('\n');
            all.append(seen(Screen.of(width, false), command).replace("\r\n", "\n"));
        }
        Path file = KEPT.resolve(command + ".txt");
        if ("write".equals(System.getProperty("mutirao.screens"))) {
            Files.createDirectories(KEPT);
            Files.writeString(file, all);
        }
        assertEquals(Files.readString(file), all.toString());
    }

    @Test
    void noLineIsWiderThanTheTerminal() {
        Map<String, String> tooWide = new LinkedHashMap<>();
        commands().forEach((name, words) -> {
            for (int width = 60; width <= 200; width++) {
                for (String line : table(seen(Screen.of(width, false), words))) {
                    if (Columns.width(line) > width) {
                        tooWide.put(name + " at " + width, line);
                    }
                }
            }
        });
        assertEquals(Map.of(), tooWide);
    }

    /** What stands below a list are sentences, which a terminal may break. */
    private static List<String> table(String screen) {
        return screen.lines().takeWhile(line -> !line.isEmpty()).toList();
    }

    @Test
    void nothingAStrangerWroteMovesTheCursor() {
        commands().forEach((name, words) -> {
            String screen = seen(Screen.none(), words);
            assertFalse(screen.matches("(?s).*[\\p{Cntrl}&&[^\\r\\n]].*"), screen);
            assertFalse(screen.contains("\u202e") || screen.contains("\u2028"), screen);
        });
    }

    @Test
    void whereNobodyLooksItIsWholeAndOnAWideScreenToo() {
        assertTrue(seen(Screen.none(), "tasks").contains("a".repeat(255)));
        assertTrue(seen(Screen.of(60, false), "tasks", "--wide").contains("a".repeat(255)));
        assertTrue(seen(Screen.none(), "tasks").startsWith("  ID  NAME"));
    }

    @Test
    void onlyWhereColoursAreSeenTheyAreShown() {
        assertTrue(seen(Screen.of(80, true), "tasks").contains("\u001b[31mfailed\u001b[0m"));
        assertFalse(seen(Screen.of(80, false), "tasks").contains("\u001b"));
        assertTrue(Screen.colours(Map.of()));
        assertFalse(Screen.colours(Map.of("NO_COLOR", "1")));
        assertTrue(Screen.colours(Map.of("NO_COLOR", "", "TERM", "xterm")));
        assertFalse(Screen.colours(Map.of("TERM", "dumb")));
    }

    @Test
    void aTerminalThatDoesNotSayHowWideItIsHasTheUsualWidth() {
        assertEquals(80, Screen.fallback(Screen.parsed("0"), Map.of()));
        assertEquals(120, Screen.fallback(Screen.parsed("0"), Map.of("COLUMNS", "120")));
        assertEquals(100, Screen.fallback(Screen.parsed("100"), Map.of("COLUMNS", "120")));
        assertEquals(80, Screen.fallback(Screen.parsed(""), Map.of("COLUMNS", "wide")));
        assertEquals(20, Screen.fallback(Screen.parsed("3"), Map.of()));
    }

    @Test
    void aCellGoesOnBelowBetweenWordsOrWithinOneThatIsTooLong() {
        assertEquals(List.of("short"), Columns.lines("short", 10));
        assertEquals(List.of("exit code", "137"), Columns.lines("exit code 137", 10));
        assertEquals(List.of("exit code", "137"), Columns.lines("exit code 137", 9));
        assertEquals(List.of("aaaa", "aa b"), Columns.lines("aaaaaa b", 4));
        assertEquals(List.of("関東", "地方", "x"), Columns.lines("関東地方x", 4));
        assertEquals(List.of(""), Columns.lines("", 4));
    }

    /** Tasks that were cancelled did not go well, and nothing is wrong with them. */
    @Test
    void theBarTellsCancelledTasksFromThoseThatSucceeded() {
        String line = new Progress(Screen.of(80, true), new StatusCounts(0, 0, 50, 0, 0, 50)).line();
        assertTrue(line.startsWith(Style.GOOD.of("█".repeat(10)) + Style.FAINT.of("░".repeat(9)) + " 100/100"), line);
        String all = new Progress(Screen.of(80, false), new StatusCounts(0, 0, 0, 0, 0, 5)).line();
        assertEquals("░".repeat(19) + " 5/5", all);
    }

    @Test
    void sentencesAreBrokenBetweenWords() {
        assertEquals("short", Columns.fold("short", 60));
        assertEquals(
                "  1 task: exit code 1:\n    KeyError: no column\n    (console logs 7)",
                Columns.fold("  1 task: exit code 1: KeyError: no column (console logs 7)", 24)
                        .replace("\r\n", "\n"));
        assertEquals(
                "job j5  prices  \u001b[31mfailed\u001b[0m:\n  2 of 3",
                Columns.fold("job j5  prices  \u001b[31mfailed\u001b[0m: 2 of 3", 24)
                        .replace("\r\n", "\n"));
        assertEquals(
                "a\n  " + "b".repeat(30),
                Columns.fold("a " + "b".repeat(30), 20).replace("\r\n", "\n"));
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 40, 60, 79, 80, 120, 200})
    void theLineOfProgressIsNarrowerThanTheTerminal(int width) {
        for (boolean colours : new boolean[] {false, true}) {
            StatusCounts counts = new StatusCounts(100_000, 1_000, 12_345, 678, 9, 10);
            String line = new Progress(Screen.of(width, colours), counts)
                    .count(counts.failed(), TaskStatus.FAILED)
                    .count(counts.running(), TaskStatus.RUNNING)
                    .count(counts.queued(), TaskStatus.QUEUED)
                    .rate(1234.5, counts.open())
                    .line();
            int seen = Columns.width(line.replaceAll("\u001b\\[\\d*m", ""));
            assertTrue(seen < Math.max(width, 30), line);
        }
    }
}
