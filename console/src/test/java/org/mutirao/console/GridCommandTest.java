package org.mutirao.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.console.ScriptedGrid.Shown;
import org.mutirao.protocol.client.PythonClient;
import org.mutirao.protocol.message.OperatorRequest.ExplainTask;
import org.mutirao.protocol.message.OperatorRequest.ListTasks;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.wire.Spool;
import picocli.CommandLine;

/** What all commands have in common: how they find the leader, and what a person hears when there is none. */
class GridCommandTest {
    private static final Reply NO_TASKS = new Reply.TaskList(List.of(), false);

    @TempDir
    private Path folder;

    private ScriptedGrid grid(String name) throws IOException {
        return new ScriptedGrid(Files.createDirectories(folder.resolve(name)));
    }

    private static Shown execute(String... words) {
        return ScriptedGrid.execute(CommandLine.defaultFactory(), words);
    }

    @Test
    void itGoesToTheOneThatLeads() throws IOException {
        try (ScriptedGrid leader = grid("leader");
                ScriptedGrid follower = grid("follower")) {
            leader.on(ListTasks.class, NO_TASKS);
            follower.on(ListTasks.class, new Reply.NotLeader(Optional.of(leader.place()), "another leads"));
            assertEquals(0, follower.console("tasks").exit());
            assertEquals(1, leader.asked().size());
        }
    }

    /** It is stopped, or the network is gone: nothing else would be seen for half a minute. */
    @Test
    void whoWaitsForAMasterIsToldSo() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        List<String> said = new CopyOnWriteArrayList<>();
        CommandLine console = Main.commandLine(Screen.none(), CommandLine.defaultFactory());
        try (ScriptedGrid grid = grid("master")) {
            console.parseArgs("--master=" + grid.place());
            grid.on(ListTasks.class, list -> {
                try {
                    assertTrue(told.await(60, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                return NO_TASKS;
            });
            try (LeaderLine line = new LeaderLine(console.getCommand(), Spool.none())
                    .tellingWhoWaits(Duration.ZERO, sentence -> {
                        said.add(sentence);
                        told.countDown();
                    })) {
                assertEquals(NO_TASKS, line.ask(new ListTasks(Optional.empty(), 0, 10)));
            }
        }
        assertEquals(List.of("waiting for a master…"), said);
    }

    /** A master knows it as 'console', and a person may have called it in another way. */
    @Test
    void whatTheMasterAdvisesCanBeTypedAsItStands() throws IOException {
        try (ScriptedGrid grid = grid("master")) {
            grid.on(
                    ExplainTask.class,
                    new Reply.Explanation(ScriptedGrid.task(7, "a.zip", "failed"), List.of("'console retry 7' helps")));
            grid.refuse(ListTasks.class, "no such task; 'console jobs' and 'console tasks' list them");
            String at = "--master=" + grid.place();
            assertEquals("task 7  a.zip  failed\n  'mutirao retry 7' helps\n", typed(at, "explain", "7"));
            assertEquals(
                    "mutirao: no such task; 'mutirao jobs' and 'mutirao tasks' list them\n", typed(at, "tasks", "x"));
        }
    }

    private static String typed(String... words) {
        StringWriter said = new StringWriter();
        Main.execute(Screen.none(), "mutirao", new PrintWriter(said), new PrintWriter(said), words);
        return said.toString().replace("\r\n", "\n");
    }

    @Test
    void onATerminalAComplaintIsBrokenBetweenWords() throws IOException {
        try (ScriptedGrid grid = grid("master")) {
            String why = "there is no such task or job; 'console jobs' and 'console tasks' list them";
            grid.refuse(ListTasks.class, why);
            for (String word : List.of("no-such-task", "--no-such-option-that-anybody-knows-of")) {
                String narrow =
                        grid.console(Screen.of(60, false), "tasks", word).err();
                assertTrue(narrow.lines().count() > 1, narrow);
                assertTrue(narrow.lines().allMatch(line -> line.length() <= 60), narrow);
                assertEquals(1, grid.console("tasks", word).err().lines().count());
            }
        }
    }

    @Test
    void ofSeveralGivenMastersADeadOneDoesNotMatter() throws IOException {
        ScriptedGrid dead = grid("dead");
        dead.close();
        try (ScriptedGrid alive = grid("alive")) {
            alive.on(ListTasks.class, NO_TASKS);
            assertEquals(
                    0,
                    execute("tasks", "--master=" + dead.place() + "," + alive.place())
                            .exit());
        }
    }

    @Test
    void whileNobodyLeadsItWaits() throws IOException {
        try (ScriptedGrid grid = grid("master")) {
            int[] asked = {0};
            grid.on(
                    ListTasks.class,
                    list -> asked[0]++ < 2 ? new Reply.NotLeader(Optional.empty(), "nobody leads") : NO_TASKS);
            assertEquals(0, grid.console("tasks").exit());
            assertEquals(3, asked[0]);
        }
    }

    @Test
    void whereNobodyListensItAsksWhetherTheMasterRuns() throws IOException {
        ScriptedGrid gone = grid("gone");
        gone.close();
        Shown shown = gone.console("tasks");
        assertEquals(1, shown.exit());
        assertTrue(
                shown.err().startsWith("console: the master at " + gone.place() + " does not answer: "), shown.err());
        assertTrue(shown.err().strip().endsWith("refused. Is it running?"), shown.err());
    }

    @Test
    void whereNoMachineIsCalledSoItSaysThat() {
        execute("tasks", "--master=no-such-machine.invalid")
                .refuses("no machine is called no-such-machine.invalid here; give its address");
    }

    @Test
    void whoAnswersSomethingElseIsAnotherGroupsProgram() throws IOException {
        try (ScriptedGrid grid = grid("strange")) {
            grid.on(ListTasks.class, new Reply.Ok(false));
            grid.console("tasks")
                    .refuses("the master at " + grid.place()
                            + " can't be used: the master's answer could not be read; "
                            + "is it an older or another program?");
            grid.on(ListTasks.class, new Reply.UnknownAction("LIST_TASKS"));
            grid.console("tasks")
                    .refuses("the master at " + grid.place()
                            + " does not understand that; it seems to be another group's program");
        }
    }

    @Test
    void theDashboardsAddressIsToldFromTheMasters() throws IOException {
        try (ServerSocket dashboard = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> {
                try (Socket asked = dashboard.accept()) {
                    asked.getInputStream().read();
                    asked.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    asked.getOutputStream().flush();
                    asked.shutdownOutput();
                    asked.getInputStream().readAllBytes();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            String place = "127.0.0.1:" + dashboard.getLocalPort();
            execute("tasks", "--master=" + place)
                    .refuses("the program at " + place + " can't be used: the master's answer is no JSON: "
                            + "expected a JSON object, found 'H'. "
                            + "--master takes the port that the master prints after tcp=, not the dashboard's");
            answered.join();
        }
    }

    @Test
    void wrongUsageIsExitCodeTwo() {
        for (List<String> words : List.of(
                List.<String>of(), List.of("dance"), List.of("cancel"), List.of("tasks", "--master=no:where"))) {
            Shown shown = execute(words.toArray(String[]::new));
            assertEquals(2, shown.exit(), words.toString());
            assertEquals(1, shown.err().lines().count(), shown.err());
            assertTrue(shown.err().strip().endsWith(" --help)"), shown.err());
        }
    }

    @Test
    void helpAndVersionNeedNoMaster() {
        assertTrue(execute("--help").out().contains("submit"));
        assertTrue(execute("tasks", "--help").out().contains("--state"));
        assertTrue(execute("--version").out().startsWith("mutirao console "));
        assertTrue(execute("generate-completion").out().contains("complete"));
    }

    @Test
    void theClientInPythonIsPrintedOrWrittenWithoutAMaster() throws IOException {
        assertEquals(PythonClient.text(), execute("client").out());
        Path file = folder.resolve("mutirao.py");
        assertEquals(0, execute("client", file.toString()).exit());
        assertEquals(PythonClient.text(), Files.readString(file));
        Shown refused = execute("client", folder.toString());
        assertEquals(1, refused.exit());
        assertTrue(refused.err().contains(" can't be written: "), refused.err());
    }

    @Test
    void compatSaysWhatItNeedsAndThatNobodyIsThere() throws IOException {
        execute("compat").refuses("say which master to try, HOST:PORT, or --as-master to try peers");
        ScriptedGrid gone = grid("gone");
        gone.close();
        execute("compat", gone.place().toString())
                .refuses("nobody answers at " + gone.place() + ". Is it running, and does no firewall stand between?");
    }

    @Test
    void compatWaitsForPeersAsLongAsItIsTold() {
        Shown shown = execute(
                "compat", "--as-master", "--host=127.0.0.1", "--port=0", "--discovery-ports=none", "--for=10ms");
        assertEquals(0, shown.exit(), shown.err());
        assertTrue(shown.out().startsWith("ready compat tcp="), shown.out());
    }
}
