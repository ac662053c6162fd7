package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.json.Json;
import org.mutirao.testkit.Zips;

/** What the page of the dashboard gets from a master. */
class PageTest {
    private static final byte[] PACKAGE = Zips.of("main.py", "print(1)");

    @TempDir
    private Path folder;

    private HttpScene scene;

    @BeforeEach
    void start() throws IOException {
        scene = new HttpScene(folder);
    }

    @AfterEach
    void stop() {
        scene.close();
    }

    private static String found(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
        assertTrue(matcher.find(), text);
        return matcher.group(1);
    }

    @Test
    void itsFilesAreKeptForEverUnderAnAddressThatChangesWithThem() throws Exception {
        String version = found(scene.get("/"), "src=\"/assets/(\\w{16})/dashboard.js\"");
        HttpResponse<byte[]> packed =
                scene.fetch("/assets/" + version + "/dashboard.js", "Accept-Encoding", "gzip, br");
        assertEquals("gzip", packed.headers().firstValue("Content-Encoding").orElse(""));
        assertEquals(
                "public, max-age=31536000, immutable",
                packed.headers().firstValue("Cache-Control").orElse(""));
        HttpResponse<byte[]> plain = scene.fetch("/assets/dashboard.js");
        assertEquals(
                "no-store", plain.headers().firstValue("Cache-Control").orElse(""), "another release has other bytes");
        assertEquals(Optional.empty(), plain.headers().firstValue("Content-Encoding"));
        byte[] unpacked = new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes();
        assertEquals(new String(plain.body(), StandardCharsets.UTF_8), new String(unpacked, StandardCharsets.UTF_8));
        HttpResponse<byte[]> older = scene.fetch("/assets/0123456789abcdef/dashboard.js");
        assertEquals(200, older.statusCode(), "a page that was open before the master was renewed goes on");
        assertEquals("no-store", older.headers().firstValue("Cache-Control").orElse(""));
        assertEquals(
                "no-store",
                scene.fetch("/").headers().firstValue("Cache-Control").orElse(""));
    }

    @Test
    void theFirstRowsComeWithThePageAndAreNeverTakenForPartsOfIt() throws Exception {
        assertEquals(
                201,
                scene.post("/api/tasks?name=%3C!--%3Cscript%3E.zip", PACKAGE).statusCode());
        String page = scene.get("/");
        String data = found(page, "<script type=\"application/json\" id=\"first\">(.*?)</script>");
        Map<String, Object> first = Json.readMap(data.getBytes(StandardCharsets.UTF_8));
        assertEquals(scene.json("/api/jobs?limit=100"), first.get("jobs"));
        assertEquals(scene.json("/api/status").keySet(), ((Map<?, ?>) first.get("status")).keySet());
    }

    @Test
    void listsAreSortedAsAWholeNotPageByPage() throws Exception {
        for (int i = 1; i <= 12; i++) {
            scene.post("/api/tasks?name=part-" + i + ".zip", PACKAGE);
        }
        for (String list : List.of("jobs", "tasks")) {
            String first = scene.get("/api/" + list + "?sort=name&limit=5");
            String second = scene.get("/api/" + list + "?sort=name&limit=5&skip=5");
            assertTrue(first.contains("part-2.zip") && first.contains("\"more\":true"), first);
            assertFalse(first.contains("part-12.zip"), first);
            assertTrue(second.contains("part-10.zip"), second);
            String last = scene.get("/api/" + list + "?sort=-name&limit=2");
            assertTrue(last.indexOf("part-12.zip") < last.indexOf("part-11.zip"), last);
        }
    }

    /** Its example is where most people look first. */
    @Test
    void theEndOfAnOutputIsItsRealEnd() throws Exception {
        scene.post("/api/tasks?name=job.zip", PACKAGE);
        String lines = "noise\n".repeat(50_000) + "é".repeat(10) + "the last line\n";
        scene.run(Zips.of("stdout.txt", "short", "stderr.txt", lines));
        await().until(() -> scene.get("/api/tasks/1").contains("\"result\":\"job.zip\""));
        Map<String, Object> end = scene.json("/api/tasks/1/log?stream=stderr&from=-17");
        assertEquals("éthe last line\n", end.get("text"), "no torn letter");
        assertEquals(lines.getBytes(StandardCharsets.UTF_8).length, end.get("to"));
        assertEquals(false, end.get("running"));
        Map<String, Object> all = scene.json("/api/tasks/1/log?stream=stdout&from=-9000");
        assertEquals("short", all.get("text"));
        assertEquals(0, all.get("from"));
    }
}
