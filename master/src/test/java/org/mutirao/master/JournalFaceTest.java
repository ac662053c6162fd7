package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.master.face.journal.JournalFace;
import org.mutirao.protocol.json.Json;
import org.mutirao.testkit.Zips;

/** {@code --journal FILE} at a whole master. */
class JournalFaceTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void begin() {
        file = folder.resolve("journal.jsonl");
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
    }

    private void runs(Master master, String name) {
        Zips.drop(folder.resolve("tasks"), name, Zips.of("main.py", "print('a')\n"));
        soon().until(() -> Talk.ask(master, "{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\"}")
                .containsValue("TASK_PACKAGE"));
        Talk.ask(
                master,
                "{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"p\",\"result_name\":\"" + name + "\",\"result_data\":\""
                        + Base64.getEncoder().encodeToString(Zips.of("stdout.txt", name)) + "\"}");
    }

    private List<Map<String, Object>> lines() throws IOException {
        List<Map<String, Object>> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(Json.readMap(line.getBytes(StandardCharsets.UTF_8)));
        }
        return lines;
    }

    @Test
    void eachEndedTaskIsOneLineAlsoAcrossRestarts() throws IOException {
        try (Master master = TestMaster.in(folder).face(new JournalFace(file)).start()) {
            runs(master, "a.zip");
            soon().until(() -> lines().size() == 1);
            assertEquals("a.zip", lines().get(0).get("name"));
            assertEquals("done", lines().get(0).get("state"));
            assertEquals("a.zip", lines().get(0).get("result"));
        }
        try (Master master = TestMaster.in(folder).face(new JournalFace(file)).start()) {
            runs(master, "b.zip");
            soon().until(() -> lines().size() == 2);
            assertEquals("b.zip", lines().get(1).get("name"));
        }
    }

    /** What a power cut left half written is no line of its own, and is written again. */
    @Test
    void halfALineIsEndedAndSaidAgain() throws IOException {
        try (Master master = TestMaster.in(folder).face(new JournalFace(file)).start()) {
            runs(master, "a.zip");
            soon().until(() -> lines().size() == 1);
        }
        String whole = Files.readString(file);
        Files.writeString(file, whole.substring(0, 20), StandardOpenOption.TRUNCATE_EXISTING);
        try (Master master = TestMaster.in(folder).face(new JournalFace(file)).start()) {
            soon().until(() -> Files.readString(file).endsWith(whole) && master.port() > 0);
        }
        assertEquals(whole.substring(0, 20) + "\n" + whole, Files.readString(file));
    }

    @Test
    void aFileThatCantBeWrittenIsSaidAtTheStart() throws IOException {
        Path missing = folder.resolve("none/journal.jsonl");
        try (Master master = TestMaster.in(folder).start();
                JournalFace face = new JournalFace(missing)) {
            String message = assertThrows(IOException.class, () -> face.start(master.grid()))
                    .getMessage();
            assertEquals(missing + " can't be used: it is not there. Give another --journal.", message);
        }
    }
}
