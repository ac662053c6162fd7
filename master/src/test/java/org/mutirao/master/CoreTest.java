package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.testkit.Zips;

/** A core without any face runs a task: every face can be deleted. */
class CoreTest {
    @TempDir
    private Path folder;

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
    }

    @Test
    void aCoreNeedsNoFace() throws IOException {
        byte[] result = Zips.of("stdout.txt", "done");
        Zips.drop(Files.createDirectories(folder.resolve("tasks")), "a.zip", Zips.of("main.py", "print('a')\n"));
        try (Core core = TestMaster.in(folder).startCore()) {
            core.takeIn();
            soon().until(() -> Talk.ask(core.port(), "{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\"}")
                    .containsValue("TASK_PACKAGE"));
            Map<String, Object> answer = Talk.ask(
                    core.port(),
                    "{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"p\",\"result_name\":\"a.zip\",\"result_data\":\""
                            + Base64.getEncoder().encodeToString(result) + "\"}");
            assertEquals("OK", answer.get("status"), answer.toString());
            Path published = folder.resolve("results/a.zip");
            soon().until(() -> Files.exists(published));
            assertArrayEquals(result, Files.readAllBytes(published));
        }
    }
}
