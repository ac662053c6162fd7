package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.mutirao.testkit.Zips;

/** A package with many inputs, from {@code tasks/} to a program of another group, which knows nothing of jobs. */
class JobHandInTest extends OnMaster {
    private static ConditionFactory patiently() {
        return Awaitility.await().atMost(Duration.ofSeconds(60));
    }

    private static byte[] zip(Map<String, String> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> file : new TreeMap<>(files).entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private String ask(String json) {
        return Talk.ask(master, json).toString();
    }

    private Map<String, Object> take(String peer) {
        String request = "{\"action\":\"REQUEST_TASK\",\"peer_id\":\"" + peer + "\"}";
        return patiently().until(() -> Talk.ask(master, request), answer -> answer.get("task_data") != null);
    }

    @Test
    void eachTaskIsAnOrdinaryPackageWithItsOwnInput() {
        Zips.drop(
                folder.resolve("tasks"),
                "sales.zip",
                zip(Map.of("main.py", "print(1)", "inputs/10.csv", "ten", "inputs/2.csv", "two", "common.txt", "all")));
        Map<String, Object> first = take("p1");
        assertEquals("sales-2.zip", first.get("task_name"), "2 before 10");
        assertEquals(
                Map.of("main.py", "print(1)", "input.csv", "two", "common.txt", "all"), own(first.get("task_data")));
        Map<String, Object> second = take("p2");
        assertEquals("sales-10.zip", second.get("task_name"));
        assertEquals("ten", own(second.get("task_data")).get("input.csv"));
        assertTrue(ask("{\"action\":\"LIST_JOBS\"}").contains("tasks=2"), "one row");
        assertTrue(ask("{\"action\":\"LIST_TASKS\",\"job\":\"j1\"}").contains("input=10.csv"), "a row for each task");
    }

    /** What the script finds, but for what our own workers and those of group E read. */
    private static Map<String, String> own(Object data) {
        Map<String, String> files = new TreeMap<>(Zips.read(Base64.getDecoder().decode((String) data)));
        files.keySet().removeIf(name -> name.equals("task.json") || name.startsWith("work/"));
        return files;
    }

    /** What was handed in stays, but for the script; also for a master that reads its log again. */
    @Test
    void aJobRunsAgainWithAnotherScript() throws IOException {
        Zips.drop(
                folder.resolve("tasks"),
                "sales.zip",
                zip(Map.of("main.py", "print(1)", "inputs/a.csv", "one", "inputs/b.csv", "two")));
        take("p1");
        String script = Base64.getEncoder().encodeToString("open('inputs')".getBytes(StandardCharsets.UTF_8));
        String with =
                "{\"action\":\"RETRY_WITH\",\"job\":\"%s\",\"only_failed\":false,\"task_data\":\"" + script + "\"}";
        assertTrue(ask(String.format(with, "j1")).contains("no task of it has failed or was cancelled yet"));
        assertTrue(ask("{\"action\":\"CANCEL_JOBS\",\"what\":\"j1\"}").contains("count=2"));
        assertTrue(ask(String.format(with, "2")).contains("say 'retry j1'"));
        String nothing = Base64.getEncoder().encodeToString("PK\0".getBytes(StandardCharsets.UTF_8));
        assertTrue(ask(String.format(with.replace(script, nothing), "j1")).contains("that is no Python script"));
        String answer = ask(String.format(with, "sales"));
        assertTrue(answer.contains("2 tasks are run again with the new script, of job j1 sales.zip"), answer);
        Map<String, String> first = own(take("p2").get("task_data"));
        assertEquals("open('inputs')", first.get("main.py"));
        master.close();
        master = TestMaster.in(folder).start();
        Map<String, String> second = own(take("p3").get("task_data"));
        assertEquals("open('inputs')", second.get("main.py"));
        assertEquals(Set.of("one", "two"), Set.of(first.get("input.csv"), second.get("input.csv")));
    }

    @Test
    void aPlainPackageRunsAgainWithAnotherScriptToo() {
        Zips.drop(folder.resolve("tasks"), "one.zip", zip(Map.of("main.py", "print(1)", "input.csv", "1")));
        take("p1");
        ask("{\"action\":\"CANCEL_TASK\",\"task\":\"1\"}");
        String script = Base64.getEncoder().encodeToString("print(2)".getBytes(StandardCharsets.UTF_8));
        ask("{\"action\":\"RETRY_WITH\",\"job\":\"1\",\"only_failed\":false,\"task_data\":\"" + script + "\"}");
        assertEquals(
                Map.of("main.py", "print(2)", "input.csv", "1"), own(take("p2").get("task_data")));
    }

    /** Who comes too early is told that it is not there; nobody gets a part of it. */
    @Test
    void aJobThatIsCancelledWhileItComesInIsNotThereYetOrCancelledAsAWhole() {
        int count = 3000;
        Map<String, String> files = new TreeMap<>(Map.of("main.py", "print(1)"));
        for (int i = 0; i < count; i++) {
            files.put("inputs/" + i + ".csv", "x");
        }
        Zips.drop(folder.resolve("tasks"), "many.zip", zip(files));
        Set<String> before = new HashSet<>();
        String last = patiently()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> ask("{\"action\":\"CANCEL_JOBS\",\"what\":\"many\"}"), answer -> {
                    boolean isDone = answer.contains("count=");
                    if (!isDone) {
                        before.add(answer);
                    }
                    return isDone;
                });
        assertTrue(last.contains("count=" + count), last);
        assertTrue(before.stream().allMatch(answer -> answer.contains("status=ERROR")), before.toString());
        String job = ask("{\"action\":\"SHOW_JOB\",\"job\":\"many\"}");
        assertTrue(job.contains("state=cancelled") && job.contains("cancelled=" + count), job);
        assertTrue(ask("{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p1\"}").contains("NO_TASK"));
    }

    @Test
    void aJobAfterOneThatNobodyHandedInIsRefusedByName() {
        Zips.drop(
                folder.resolve("tasks"),
                "late.zip",
                zip(Map.of("main.py", "print(1)", "task.json", "{\"after\":[\"nobody.zip\"]}")));
        Path why = folder.resolve("tasks/rejected/late.zip.txt");
        patiently().until(() -> Files.exists(why) && Files.readString(why).contains("'nobody.zip'"));
    }

    @Test
    void aJobWaitsForOneThatLiesBesideIt() {
        Path tasks = folder.resolve("tasks");
        Zips.drop(
                tasks,
                "b.zip",
                zip(Map.of("main.py", "print(2)", "task.json", "{\"after\":[\"a.zip\"],\"repeat\":2}")));
        Zips.drop(tasks, "a.zip", zip(Map.of("main.py", "print(1)")));
        patiently().until(() -> ask("{\"action\":\"LIST_JOBS\"}").contains("name=b.zip"));
        assertTrue(ask("{\"action\":\"LIST_JOBS\"}").contains("state=waiting"), ask("{\"action\":\"LIST_JOBS\"}"));
    }
}
