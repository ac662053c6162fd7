package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.testkit.Zips;

/** A task that was done and whose result is gone: run again, or told how. A whole master and a peer of another group. */
class RunAgainTest extends OnMaster {
    private static final byte[] RESULT = Zips.of("stdout.txt", "1\n");
    private static final byte[] SECOND = Zips.of("stdout.txt", "the second time\n");

    private static ConditionFactory patiently() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
    }

    private String say(String json) {
        return Talk.ask(master, json).toString();
    }

    private String retry() {
        return say("{\"action\":\"RETRY_TASK\",\"task\":\"1\"}");
    }

    private String show() {
        return say("{\"action\":\"SHOW_TASK\",\"task\":\"1\"}");
    }

    private void take() {
        patiently().until(() -> say("{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\"}")
                .contains("TASK_PACKAGE"));
    }

    private void deliver(byte[] result) {
        assertEquals(
                "{status=OK}",
                say("{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"p\",\"result_name\":\"job.zip\",\"result_data\":\""
                        + Base64.getEncoder().encodeToString(result) + "\"}"));
    }

    private void runOnce(byte[] result) {
        Zips.drop(folder.resolve("tasks"), "job.zip", Zips.of("main.py", "print(1)"));
        take();
        deliver(result);
    }

    private List<Path> inTheWay() {
        Path results = folder.resolve("results");
        String hash = Sha256.of(RESULT).brief();
        return List.of(
                results.resolve("job.zip"), results.resolve("job-1.zip"), results.resolve("job-1-" + hash + ".zip"));
    }

    /** The bytes vanish between OK and results/, as by a hand in the data folder or a disk that forgets. */
    @Test
    void aResultThatVanishedBeforeItWasPublishedIsHadByAnotherRun() throws IOException {
        for (Path each : inTheWay()) {
            Files.createDirectory(each);
        }
        runOnce(RESULT);
        assertTrue(retry().contains("its result is on its way into results/"), "nothing is known to be wrong yet");
        patiently().until(() -> vanished(Sha256.of(RESULT)));
        for (Path each : inTheWay()) {
            Files.delete(each);
        }
        patiently().until(() -> show().contains("state=failed"));
        assertTrue(show().contains("the file of its result is gone") && show().contains("'console retry 1'"), show());
        assertTrue(retry().contains("state=queued"), show());
        take();
        deliver(SECOND);
        Path published = folder.resolve("results/job.zip");
        patiently().until(() -> Files.exists(published));
        assertArrayEquals(SECOND, Files.readAllBytes(published));
        patiently().until(() -> show().contains("state=done"));
    }

    private boolean vanished(Sha256 hash) throws IOException {
        for (Path file : StoredBlobs.in(folder.resolve("data"))) {
            if (file.endsWith(hash.hex())) {
                return Files.deleteIfExists(file);
            }
        }
        return false;
    }

    /** A user may delete a result; the master keeps neither it nor its package, and says what to do. */
    @Test
    void whoDeletedAResultIsToldHowToHaveItAgain() throws IOException {
        runOnce(RESULT);
        Path published = folder.resolve("results/job.zip");
        patiently().until(() -> Files.exists(published) && show().contains("result=job.zip"));
        Files.delete(published);
        String answer = retry();
        assertTrue(
                answer.contains("its result was put into results/ as job.zip")
                        && answer.contains("hand the package in again"),
                answer);
        assertTrue(
                say("{\"action\":\"GET_RESULT\",\"task\":\"1\"}").contains("its result was moved away from"),
                "the same when it is fetched");
        assertFalse(Files.exists(published));
        Zips.drop(folder.resolve("tasks"), "job.zip", Zips.of("main.py", "print(1)"));
        take();
        deliver(SECOND);
        patiently().until(() -> Files.exists(folder.resolve("results/job-2.zip")) || Files.exists(published));
    }
}
