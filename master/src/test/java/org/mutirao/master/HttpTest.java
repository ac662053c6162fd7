package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mutirao.protocol.units.HostPort;

/** The API over real HTTP. */
class HttpTest extends OverHttp {
    @Test
    void aTaskIsHandedInListedShownAndItsResultFetched() throws Exception {
        upload("job.zip");
        String list = get("/api/tasks?state=queued&name=JO").body();
        assertTrue(list.contains("\"job.zip\""), list);
        assertFalse(get("/api/tasks?name=other").body().contains("job.zip"));
        byte[] back = client.send(to("/api/tasks/1/package").build(), BodyHandlers.ofByteArray())
                .body();
        assertArrayEquals(PACKAGE, back);
        runTheNextTask();
        await().until(() -> get("/api/tasks/1").body().contains("\"result\":\"job.zip\""));
        HttpResponse<byte[]> result = client.send(to("/api/tasks/1/result").build(), BodyHandlers.ofByteArray());
        assertArrayEquals(RESULT, result.body());
        assertTrue(result.headers().firstValue("Content-Disposition").orElse("").startsWith("attachment"));
        assertTrue(get("/api/tasks/1/files").body().contains("files/t.csv"));
        assertTrue(get("/api/tasks?worker=p").body().contains("job.zip"));
        assertTrue(get("/metrics").body().contains("mutirao_tasks{state=\"succeeded\"} 1.0"));
        assertTrue(get("/api/events").body().contains("Task 1 job.zip succeeded"));
    }

    @Test
    void whatAStrangerWroteIsShownAsTextAndNothingElse() throws Exception {
        upload("job.zip");
        runTheNextTask();
        await().until(() -> get("/api/tasks/1").body().contains("\"result\":\"job.zip\""));
        HttpResponse<String> stderr = get("/api/tasks/1/preview?name=stderr.txt");
        assertEquals("<script>alert(1)</script>\n", stderr.body());
        assertTrue(stderr.headers().firstValue("Content-Type").orElse("").startsWith("text/plain"));
        assertEquals(
                "nosniff", stderr.headers().firstValue("X-Content-Type-Options").orElse(""));
        assertTrue(stderr.headers()
                .firstValue("Content-Security-Policy")
                .orElse("")
                .contains("sandbox"));
        for (String name : List.of("../../data/grid", "/etc/passwd", "files/../stdout.txt", "nothing")) {
            assertEquals(404, get("/api/tasks/1/preview?name=" + name).statusCode(), name);
        }
        String log = get("/api/tasks/1/log?stream=stderr&from=8").body();
        assertTrue(log.contains("\"text\":\"alert(1)"), log);
    }

    @Test
    void aPictureIsShownOnlyIfItIsOne() throws Exception {
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(result)) {
            zip.putNextEntry(new ZipEntry("files/real.png"));
            zip.write(new byte[] {
                (byte) 0x89, 'P', 'N', 'G', 1, 2, 3, 4, 0, 0, 0, 13, 'I', 'H', 'D', 'R', 0, 0, 0, 9, 0, 0, 0, 9
            });
            zip.putNextEntry(new ZipEntry("files/fake.png"));
            zip.write("<script>alert(1)</script>".getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("files/<b>name</b>.csv"));
            zip.write("a,b".getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("files/program.exe"));
            zip.write(1);
        }
        upload("job.zip");
        runTheNextTask(result.toByteArray());
        await().until(() -> get("/api/tasks/1").body().contains("\"result\":\"job.zip\""));
        HttpResponse<String> real = get("/api/tasks/1/preview?name=files/real.png");
        assertEquals("image/png", real.headers().firstValue("Content-Type").orElse(""));
        assertEquals(404, get("/api/tasks/1/preview?name=files/fake.png").statusCode());
        assertEquals(404, get("/api/tasks/1/preview?name=files/program.exe").statusCode());
        assertEquals(
                "a,b",
                get("/api/tasks/1/preview?name=files/%3Cb%3Ename%3C/b%3E.csv").body());
    }

    @Test
    void aWorkerIsPutAsideDrainedResumedAndForgotten() throws Exception {
        say("{\"action\":\"REGISTER\",\"peer_id\":\"p\",\"addr\":[\"h\",1]}");
        upload("job.zip");
        String ask = "{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\"}";
        assertTrue(change("/api/workers/p/aside").body().contains("put aside for a while"));
        assertTrue(say(ask).contains("NO_TASK"));
        assertTrue(change("/api/workers/p/drain").body().contains("drained by an operator"));
        assertTrue(say(ask).contains("NO_TASK"));
        assertTrue(get("/api/tasks/1/explain").body().contains("drained by an operator"));
        assertEquals(200, change("/api/workers/p/resume").statusCode());
        assertTrue(say(ask).contains("TASK_PACKAGE"));
        assertEquals(200, change("/api/workers/p/forget").statusCode());
        await().until(() -> get("/api/tasks/1").body().contains("\"state\":\"queued\""));
        assertTrue(get("/api/workers").body().contains("\"workers\":[]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET  | /api/tasks/99           | 404 | There is no such task",
                "GET  | /api/tasks/x            | 404 | There is no such task",
                "GET  | /api/tasks?limit=0      | 400 | expected 1 to",
                "GET  | /api/tasks?limit=many   | 400 | no whole number",
                "GET  | /api/tasks?state=gone   | 400 | 'state' is none of queued, running",
                "GET  | /api/tasks?job=x        | 404 | There is no such job",
                "GET  | /api/jobs?state=done    | 400 | 'state' is none of waiting, queued",
                "GET  | /api/tasks?sort=beauty | 400 | 'sort' is none of id, -id, name",
                "GET  | /api/jobs?sort=job&skip=-1 | 400 | expected 0 to",
                "GET  | /api/jobs?limit=0       | 400 | expected 1 to",
                "GET  | /api/jobs/99            | 404 | there is no such job",
                "GET  | /api/jobs/x             | 404 | its number is like 5 or j5",
                "GET  | /api/jobs/99/tasks      | 404 | There is no such job",
                "GET  | /api/jobs/99/wait       | 404 | there is no such job",
                "POST | /api/jobs               | 415 | multipart/form-data",
                "POST | /api/jobs/99/cancel     | 404 | there is no such task or job",
                "POST | /api/jobs/1/retry       | 409 | no task of it has failed",
                "POST | /api/jobs/1/retry?only_failed=yes | 400 | none of true, false",
                "POST | /api/jobs/1/forget      | 409 | has not ended",
                "GET  | /api/tasks/1/result     | 404 | has no result yet",
                "GET  | /nope                   | 404 | /openapi.json",
                "GET  | /assets/../META-INF/MANIFEST.MF | 404 | There is nothing here",
                "GET  | /assets/logback.xml     | 404 | There is no such file",
                "POST | /api/tasks/99/cancel    | 404 | there is no such task",
                "POST | /api/tasks/1/retry      | 409 | is queued already",
                "POST | /api/workers/none/drain | 404 | there is no such worker",
                "POST | /api/workers/none/dance | 404 | drain, resume, aside, forget",
            })
    void whatCantBeDoneIsAProblemWithASentence(String method, String path, int status, String words) throws Exception {
        upload("job.zip");
        HttpResponse<String> answer = method.equals("GET") ? get(path) : change(path);
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals(
                "application/problem+json",
                answer.headers().firstValue("Content-Type").orElse(""));
        assertTrue(((String) json(answer).get("detail")).contains(words), answer.body());
    }

    @Test
    void twoPeopleCancellingAtOnceIsOneCancelAndOneSentence() throws Exception {
        upload("job.zip");
        List<Integer> codes = List.of(
                change("/api/tasks/1/cancel").statusCode(),
                change("/api/tasks/1/cancel").statusCode());
        assertEquals(List.of(200, 409), codes);
        assertEquals(200, change("/api/tasks/1/retry").statusCode());
        runTheNextTask();
        await().until(() -> get("/api/tasks/1").body().contains("\"status\":\"succeeded\""));
        HttpResponse<String> tooLate = change("/api/tasks/1/cancel");
        assertEquals(409, tooLate.statusCode());
        assertTrue(tooLate.body().contains("task 1 has ended already (succeeded)"), tooLate.body());
    }

    @Test
    void tasksThatWerePickedOrMatchAreChangedTogether() throws Exception {
        for (int i = 1; i <= 4; i++) {
            upload("job" + i + ".zip");
        }
        HttpResponse<String> two =
                post("/api/tasks/cancel", "{\"ids\":[1,2,99]}".getBytes(StandardCharsets.UTF_8), "X-Mutirao", "1");
        assertEquals(Map.of("count", 2, "text", "2 of 3 tasks changed"), json(two));
        assertEquals(2, json(change("/api/tasks/cancel?state=queued")).get("count"));
        assertEquals(0, json(change("/api/tasks/cancel?state=queued")).get("count"));
        assertEquals(
                1, json(change("/api/tasks/retry?state=cancelled&name=job3")).get("count"));
        assertTrue(get("/api/status").body().contains("\"cancelled\":3"));
        for (String wrong : List.of("[1]", "{\"ids\":[0]}", "{\"ids\":[\"x\"]}", "no")) {
            HttpResponse<String> answer =
                    post("/api/tasks/retry", wrong.getBytes(StandardCharsets.UTF_8), "X-Mutirao", "1");
            assertEquals(400, answer.statusCode(), wrong + ": " + answer.body());
        }
    }

    @Test
    void theRoomTellsWhatWorkersRunAndWhoLeft() throws Exception {
        upload("job.zip");
        say("{\"action\":\"REGISTER\",\"peer_id\":\"p\",\"addr\":[\"h\",1]}");
        await().until(() ->
                say("{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\"}").contains("TASK_PACKAGE"));
        String room = get("/api/room").body();
        assertTrue(room.contains("\"tasks\":[{\"id\":1,\"name\":\"job.zip\""), room);
        await().until(() -> get("/api/status").body().contains("\"crew\":{\"workers\":1,\"slots\":1,\"busy\":1}"));
        assertEquals(200, change("/api/workers/p/forget").statusCode());
        String after = get("/api/room").body();
        assertTrue(after.startsWith("{\"workers\":[],\"gone\":[{\"id\":\"p\""), after);
        assertEquals(200, change("/api/room/p/forget").statusCode());
        assertEquals("{\"workers\":[],\"gone\":[]}", get("/api/room").body());
        assertEquals(404, change("/api/room/p/forget").statusCode());
    }

    @Test
    void aWholeIdMeansThatWorkerAlsoIfAnothersBeginsWithIt() throws Exception {
        for (String id : List.of("pc-1", "pc-10", "pc-11")) {
            say("{\"action\":\"REGISTER\",\"peer_id\":\"" + id + "\",\"addr\":[\"h\",1]}");
        }
        assertEquals(404, change("/api/workers/pc/forget").statusCode(), "three are meant");
        assertEquals(200, change("/api/workers/pc-1/forget").statusCode());
        String room = get("/api/room").body();
        assertTrue(room.contains("\"gone\":[{\"id\":\"pc-1\""), room);
    }

    @Test
    void eventsComeAsTheyHappen() throws Exception {
        HttpRequest request =
                to("/api/events/stream").header("Accept", "text/event-stream").build();
        HttpResponse<InputStream> stream = client.send(request, BodyHandlers.ofInputStream());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            assertEquals("event: state", lines.readLine());
            upload("job.zip");
            String line = lines.readLine();
            while (!line.contains("Task 1 job.zip is queued")) {
                line = lines.readLine();
            }
            assertTrue(line.contains("\"queued\":1"), line);
        }
    }

    /** Each browser that never reads costs a thread and no more; the others and the grid go on. */
    @Test
    void browsersThatNeverReadDoNoHarm() throws Exception {
        Socket[] silent = new Socket[20];
        for (int i = 0; i < silent.length; i++) {
            silent[i] = new Socket(InetAddress.getLoopbackAddress(), master.httpPort());
            silent[i]
                    .getOutputStream()
                    .write("GET /api/events/stream HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"
                            .getBytes(StandardCharsets.UTF_8));
        }
        for (int i = 1; i <= 50; i++) {
            upload("job" + i + ".zip");
        }
        assertEquals("{\"status\":\"up\"}", get("/health").body());
        assertTrue(get("/api/status").body().contains("\"queued\":50"));
        for (Socket each : silent) {
            each.close();
        }
        assertEquals(
                50,
                Arrays.stream(get("/api/tasks?limit=500").body().split("\"id\":"))
                                .count()
                        - 1);
    }

    @Test
    void aTakenPortCostsOnlyTheDashboard() throws Exception {
        int taken = master.httpPort();
        try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), taken)) {
            assertTrue(probe.isConnected());
        }
        Path other = Files.createDirectories(folder.resolve("other"));
        try (Master second = TestMaster.in(other)
                .http(new HostPort("127.0.0.1", taken), Optional.empty())
                .start()) {
            second.openHttp();
            assertEquals(Optional.empty(), second.dashboard());
            assertTrue(second.port() > 0);
        }
    }
}
