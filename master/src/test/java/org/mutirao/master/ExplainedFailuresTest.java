package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.pack.Requirements;
import org.mutirao.protocol.pack.TaskPackageFile;
import org.mutirao.testkit.Zips;

/** What a person reads about a task that failed, by bare sockets. */
class ExplainedFailuresTest {
    @TempDir
    private Path folder;

    private Master master;

    @BeforeEach
    void start() throws IOException {
        master = TestMaster.in(folder).attempts(1).start();
        say("{\"action\":\"SUBMIT_TASK\",\"name\":\"a.zip\",\"key\":\"a.zip\",\"task_data\":\""
                + base64(Zips.of("main.py", "import pandas")) + "\"}");
    }

    @AfterEach
    void stop() {
        master.close();
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private String say(String json) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), master.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write((json + "\n").getBytes(StandardCharsets.UTF_8));
            // One of ours that ends its side is taken for gone, so the answer's own end has to do.
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        }
    }

    private void joins(String peer, String packages) throws IOException {
        say("{\"action\":\"REGISTER\",\"peer_id\":\"" + peer + "\",\"features\":[\"lease\",\"facts\"],\"name\":\""
                + peer + "\",\"slots\":1,\"heartbeat_ms\":5000,\"held\":[]}");
        say("{\"action\":\"TELL_FACTS\",\"peer_id\":\"" + peer + "\",\"system\":\"linux\",\"packages\":[" + packages
                + "]}");
    }

    /** What it gets, as fields that name it. */
    private String lease(String peer) throws IOException {
        String given = say("{\"action\":\"REQUEST_TASK\",\"peer_id\":\"" + peer + "\",\"wait_ms\":0}");
        Matcher grid = Pattern.compile("\"grid_id\":\"[^\"]+\"").matcher(given);
        assertTrue(grid.find(), given);
        return grid.group() + ",\"task_id\":1,\"attempt\":1";
    }

    private String explained() throws IOException {
        await().until(() -> !say("{\"action\":\"EXPLAIN_TASK\",\"task\":1}").contains("has it, attempt"));
        return say("{\"action\":\"EXPLAIN_TASK\",\"task\":1}");
    }

    private void lacksPandas() throws IOException {
        String answer =
                say("{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"pc1\",\"result_name\":\"a.zip\"," + lease("pc1")
                        + ",\"exit_code\":1,\"note\":\"ModuleNotFoundError: No module named 'pandas' (write pandas)\",\"result_data\":\""
                        + base64(Zips.of("stdout.txt", "")) + "\"}");
        assertTrue(answer.contains("OK"), answer);
    }

    @Test
    void whoHasTheModuleThatAScriptLackedIsNamed() throws IOException {
        joins("pc1", "\"numpy\"");
        joins("pc3", "\"pandas\",\"numpy\"");
        joins("pc2", "\"pandas\"");
        lacksPandas();
        String explained = explained();
        assertTrue(explained.contains("These workers have pandas installed: pc2, pc3."), explained);
    }

    @Test
    void ifNobodyHasItThatIsSaid() throws IOException {
        joins("pc1", "\"numpy\"");
        lacksPandas();
        String explained = explained();
        assertTrue(explained.contains("No connected worker has pandas installed."), explained);
    }

    @Test
    void whatAnInstallerSaidIsSaidOnce() throws Exception {
        byte[] zip = Zips.of("main.py", "", "requirements.txt", "mutirao-nowhere");
        Path file = Files.write(folder.resolve("b.zip"), zip);
        String environment;
        try (TaskPackageFile opened = TaskPackageFile.open(file, PackageLimits.defaults())) {
            environment = Requirements.of(opened).key().orElseThrow();
        }
        joins("pc1", "\"numpy\"");
        lacksPandas();
        say("{\"action\":\"SUBMIT_TASK\",\"name\":\"b.zip\",\"key\":\"b.zip\",\"task_data\":\"" + base64(zip) + "\"}");
        String lease = lease("pc1").replace("\"task_id\":1", "\"task_id\":2");
        String reason = "No matching distribution found for mutirao-nowhere in all the world";
        say("{\"action\":\"RETURN_TASK\",\"peer_id\":\"pc1\"," + lease + ",\"environment\":\"" + environment
                + "\",\"reason\":\"" + reason + "\"}");
        await().until(() -> say("{\"action\":\"EXPLAIN_TASK\",\"task\":2}").contains("It waits"));
        String reasons = say("{\"action\":\"EXPLAIN_TASK\",\"task\":2}").split("\"reasons\"", 2)[1];
        assertEquals(1, reasons.split(reason, -1).length - 1, reasons);
        assertTrue(reasons.contains("as said above"), reasons);
    }

    @Test
    void aLongReasonIsSaidOnce() throws IOException {
        joins("pc1", "\"numpy\"");
        String reason = "the worker pc1 could not run it, and says so in so many words";
        say("{\"action\":\"RETURN_TASK\",\"peer_id\":\"pc1\"," + lease("pc1") + ",\"reason\":\"" + reason + "\"}");
        String reasons = explained().split("\"reasons\"", 2)[1];
        assertEquals(1, reasons.split(reason, -1).length - 1, reasons);
        assertTrue(reasons.contains("Attempt 1 on pc1: lost for the same reason."), reasons);
        assertFalse(reasons.contains("pandas"), reasons);
    }
}
