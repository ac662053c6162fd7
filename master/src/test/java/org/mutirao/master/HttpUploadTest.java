package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.json.Json;
import org.mutirao.testkit.Zips;

/** What is handed in by HTTP, and what is refused. */
class HttpUploadTest extends OverHttp {
    @Test
    void whatIsNoPackageIsRefusedAndLeavesNothing() throws Exception {
        HttpResponse<String> noZip =
                post("/api/tasks?name=x.zip", "hello".getBytes(StandardCharsets.UTF_8), "X-Mutirao", "1");
        assertEquals(422, noZip.statusCode());
        assertTrue(noZip.body().contains("it is not a ZIP file"), noZip.body());
        HttpResponse<String> large = post("/api/tasks?name=x.zip", new byte[2_000_000], "X-Mutirao", "1");
        assertEquals(413, large.statusCode());
        assertTrue(large.body().contains("--max-package"), large.body());
        try (Socket broken = new Socket(InetAddress.getLoopbackAddress(), master.httpPort())) {
            broken.getOutputStream()
                    .write(("POST /api/tasks?name=x.zip HTTP/1.1\r\nHost: localhost\r\nX-Mutirao: 1\r\n"
                                    + "Content-Length: 1000\r\n\r\nPK")
                            .getBytes(StandardCharsets.UTF_8));
        }
        await().until(() -> {
            try (var files = Files.list(folder.resolve("data/blobs/incoming"))) {
                return files.findAny().isEmpty();
            }
        });
        assertTrue(get("/api/tasks").body().contains("\"tasks\":[]"));
    }

    @Test
    void aFormOfZipsHandsInEachAndSaysOfEachWhatBecameOfIt() throws Exception {
        String zip = new String(PACKAGE, StandardCharsets.ISO_8859_1);
        HttpResponse<String> answer = postForm(
                "/api/tasks",
                part("name=a; filename=one.zip", zip),
                part("name=comment", "thanks"),
                part("name=b; filename=bad.zip", "hello"),
                part("name=a; filename=\"C:\\\\fake\\\\two.zip\"", zip));
        assertEquals(201, answer.statusCode(), answer.body());
        assertTrue(
                answer.body().startsWith("{\"packages\":[{\"name\":\"one.zip\",\"taken\":{\"task\":{\"id\":1"),
                answer.body());
        assertTrue(
                answer.body().contains("{\"name\":\"bad.zip\",\"taken\":null,\"error\":\"it is not a ZIP file"),
                answer.body());
        assertTrue(answer.body().contains("{\"name\":\"two.zip\",\"taken\":{\"task\":{\"id\":2"), answer.body());
        assertEquals(
                422,
                postForm("/api/tasks", part("name=a; filename=bad.zip", "hello"))
                        .statusCode());
        assertEquals(400, postForm("/api/tasks", part("name=a", "hello")).statusCode());
        assertEquals(
                400,
                post("/api/tasks", new byte[3], "X-Mutirao", "1", "Content-Type", "multipart/form-data; boundary=xyz")
                        .statusCode());
    }

    @Test
    void aScriptWithItsFilesBecomesAPackage() throws Exception {
        HttpResponse<String> answer = postForm(
                "/api/jobs",
                part("name=script; filename=calc.py", "print(1)"),
                part("name=inputs; filename=may.csv", "a\n1\n"),
                part("name=files; filename=lib/util.py", "x = 1"),
                part("name=inputs; filename=june.csv", "a\n2\n"),
                part("name=task", "{\"priority\": 3}"),
                part("name=name", "prices"));
        assertEquals(201, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("\"priority\":3"), answer.body());
        assertTrue(answer.body().contains("\"text\":\"prices.zip: 2 tasks"), answer.body());
        byte[] zip = client.send(to("/api/tasks/1/package").build(), BodyHandlers.ofByteArray())
                .body();
        assertEquals(
                List.of("main.py", "inputs/may.csv", "lib/util.py", "inputs/june.csv", "task.json"),
                List.copyOf(Zips.read(zip).keySet()));
        assertEquals(
                Map.of("priority", 3, "each", "inputs/*"),
                Json.readMap(Zips.read(zip).get("task.json").getBytes(StandardCharsets.UTF_8)));
        assertTrue(
                get("/api/jobs").body().startsWith("{\"jobs\":[{\"job\":1,\"name\":\"prices.zip\""),
                get("/api/jobs").body());
        assertEquals(200, change("/api/jobs/1/cancel").statusCode());
        assertEquals(
                400,
                postForm("/api/jobs/1/retry", part("name=nothing; filename=a.py", ""))
                        .statusCode());
        HttpResponse<String> again = postForm("/api/jobs/1/retry", part("name=script; filename=a.py", "print(2)"));
        assertTrue(again.body().contains("2 tasks are run again with the new script, of job j1 prices"), again.body());
        Map<String, String> repacked =
                Zips.read(client.send(to("/api/tasks/1/package").build(), BodyHandlers.ofByteArray())
                        .body());
        assertEquals("print(2)", repacked.get("main.py"));
        assertEquals("a\n2\n", repacked.get("inputs/june.csv"));
        for (String[] wrong : List.of(
                new String[] {part("name=scripts; filename=main.py", "")},
                new String[] {part("name=script; filename=a.py", ""), part("name=script; filename=b.py", "")},
                new String[] {part("name=script; filename=a.py", ""), part("name=task", "no json")},
                new String[] {
                    part("name=script; filename=a.py", "")
                            .replace("form-data", "x")
                            .replace("name", "nome")
                })) {
            HttpResponse<String> refused = postForm("/api/jobs", wrong);
            assertEquals(400, refused.statusCode(), refused.body());
        }
        assertEquals(
                422,
                postForm("/api/jobs", part("name=files; filename=../main.py", ""))
                        .statusCode());
        try (var files = Files.list(folder.resolve("data/blobs/incoming"))) {
            assertEquals(List.of(), files.toList(), "nothing is left of what was refused");
        }
    }

    @Test
    void aRefusedUploadStandsBesideWhatWasRefusedInTheFolder() throws Exception {
        HttpResponse<String> refused = post(
                "/api/tasks?name=<b>x</b>.zip".replace("<", "%3C").replace(">", "%3E"),
                Zips.of("script.py", ""),
                "X-Mutirao",
                "1");
        assertEquals(422, refused.statusCode(), refused.body());
        assertEquals(
                422,
                postForm("/api/jobs?name=trip", part("name=files; filename=../main.py", ""))
                        .statusCode());
        String list = get("/api/rejected").body();
        assertTrue(
                list.contains("<b>x</b>.zip") && list.contains("main.py") && list.contains("\"name\":\"trip\""), list);
    }
}
