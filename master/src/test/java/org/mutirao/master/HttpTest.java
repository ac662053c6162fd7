package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.testkit.Zips;

/** The API over real HTTP. */
class HttpTest {
    private static final byte[] PACKAGE = Zips.of("main.py", "print(1)", "input.csv", "a,b\n");
    private static final byte[] RESULT =
            Zips.of("stdout.txt", "1\n", "stderr.txt", "<script>alert(1)</script>\n", "files/t.csv", "a,b\n1,2\n");

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private Master master;

    @BeforeAll
    static void bePatient() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    @BeforeEach
    void start() throws IOException {
        master = startMaster("127.0.0.1", Optional.empty());
    }

    private Master startMaster(String host, Optional<String> token) throws IOException {
        Master started =
                TestMaster.in(folder).http(new HostPort(host, 0), token).start();
        started.openHttp();
        return started;
    }

    @AfterEach
    void stop() {
        master.close();
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + master.httpPort() + path));
    }

    private HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = to(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, byte[] body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = to(path).POST(BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> change(String path) throws IOException, InterruptedException {
        return post(path, new byte[0], "X-Mutirao", "1");
    }

    private static Map<String, Object> json(HttpResponse<String> response) throws IOException {
        return Json.readMap(response.body().getBytes(StandardCharsets.UTF_8));
    }

    private void upload(String name) throws IOException, InterruptedException {
        HttpResponse<String> answer = post("/api/tasks?name=" + name, PACKAGE, "X-Mutirao", "1");
        assertEquals(201, answer.statusCode(), answer.body());
    }

    private String say(String text) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), master.port())) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void runTheNextTask() throws IOException {
        runTheNextTask(RESULT);
    }

    private void runTheNextTask(byte[] result) throws IOException {
        say("{\"action\":\"REGISTER\",\"peer_id\":\"p\",\"addr\":[\"h\",1]}");
        await().until(() ->
                say("{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\"}").contains("TASK_PACKAGE"));
        say("{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"p\",\"result_name\":\"x\",\"result_data\":\""
                + Base64.getEncoder().encodeToString(result) + "\"}");
    }

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

    /** A page in the user's own browser must neither read nor change anything. */
    @Test
    void anotherSitesPageIsKeptOut() throws Exception {
        String own = "http://127.0.0.1:" + master.httpPort();
        assertEquals(421, get("/api/tasks", "Host", "evil.example").statusCode(), "a name made to mean this machine");
        assertEquals(403, get("/api/tasks", "Origin", "http://evil.example").statusCode());
        assertEquals(403, get("/api/tasks", "Origin", "null").statusCode());
        assertEquals(200, get("/api/tasks", "Origin", own).statusCode());
        assertEquals(403, post("/api/tasks?name=x.zip", PACKAGE).statusCode(), "a form can do that much");
        assertEquals(
                403,
                post("/api/tasks?name=x.zip", PACKAGE, "X-Mutirao", "1", "Origin", "http://evil.example")
                        .statusCode());
        assertEquals(
                201,
                post("/api/tasks?name=x.zip", PACKAGE, "X-Mutirao", "1", "Origin", own)
                        .statusCode());
        HttpResponse<String> page = get("/");
        assertTrue(
                page.headers().firstValue("Content-Security-Policy").orElse("").contains("script-src 'self'"));
        assertEquals(Optional.empty(), page.headers().firstValue("Access-Control-Allow-Origin"));
    }

    @Test
    void whereOthersCanReachItATokenIsNeeded() throws Exception {
        master.close();
        master = startMaster("0.0.0.0", Optional.empty());
        String url = master.dashboard().orElseThrow();
        String token = url.substring(url.indexOf("?token=") + "?token=".length());
        assertTrue(token.length() >= 32, url);
        assertEquals(401, get("/api/tasks").statusCode());
        HttpResponse<String> told = get("/");
        assertEquals(401, told.statusCode());
        assertTrue(told.body().contains("paste the token here"), told.body());
        assertTrue(
                get("/", "Accept-Language", "pt-BR,pt;q=0.9,en;q=0.8").body().contains("cole o token aqui"),
                "in the language of the browser");
        assertTrue(get("/", "Accept-Language", "fr;q=\"").body().contains("paste the token here"));
        assertEquals(200, get("/assets/signin.css").statusCode(), "the page looks right");
        assertTrue(get("/docs").body().contains("action=\"/docs\""), "back to where a person wanted to go");
        assertEquals(401, get("/openapi.json").statusCode());
        assertEquals(200, get("/docs?token=" + token).statusCode());
        assertEquals(401, get("/?code=0123456789abcdef").statusCode());
        assertEquals(401, get("/api/tasks", "Authorization", "Bearer wrong").statusCode());
        assertEquals(401, get("/api/tasks?token=" + token).statusCode(), "not in addresses that end in logs");
        assertEquals(200, get("/api/tasks", "Authorization", "Bearer " + token).statusCode());
        assertEquals(200, get("/health").statusCode());
        String cookie =
                get("/?token=" + token).headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), cookie);
        assertEquals(200, get("/api/tasks", "Cookie", cookie.split(";", 2)[0]).statusCode());
        master.close();
        master = startMaster("0.0.0.0", Optional.empty());
        assertEquals(200, get("/api/tasks", "Authorization", "Bearer " + token).statusCode(), "kept");
        master.close();
        master = startMaster("127.0.0.1", Optional.of("my own words"));
        assertEquals(401, get("/api/tasks").statusCode());
        assertEquals(
                200, get("/api/tasks", "Authorization", "Bearer my own words").statusCode());
    }

    @Test
    void theOpenApiDocumentSaysWhatThereIs() throws Exception {
        Map<String, Object> document = json(get("/openapi.json"));
        assertEquals("3.1.0", document.get("openapi"));
        @SuppressWarnings("unchecked")
        Map<String, Map<String, Object>> paths = (Map<String, Map<String, Object>>) document.get("paths");
        assertTrue(paths.size() >= 15, paths.keySet().toString());
        for (Map.Entry<String, Map<String, Object>> path : paths.entrySet()) {
            String real = path.getKey().replace("{id}", "1").replace("{change}", "drain");
            for (String method : path.getValue().keySet()) {
                if (real.endsWith("/stream")) {
                    continue; // its answer does not end
                }
                HttpResponse<String> answer = method.equals("get") ? get(real) : change(real);
                boolean unknown = answer.statusCode() == 404 && answer.body().contains("/openapi.json lists");
                assertFalse(unknown, method + " " + real + " is in the document and not served");
                assertTrue(answer.statusCode() < 500, method + " " + real + ": " + answer.body());
            }
        }
    }

    /** Nobody has to guess: each parameter and field has a type and a meaning, each answer a shape, and each refusal its own. */
    @Test
    @SuppressWarnings("unchecked")
    void theOpenApiDocumentDescribesEachParameterBodyAnswerAndRefusal() throws Exception {
        Map<String, Map<String, Map<String, Object>>> paths = (Map<String, Map<String, Map<String, Object>>>)
                json(get("/openapi.json")).get("paths");
        List<String> gaps = new ArrayList<>();
        paths.forEach((path, methods) -> methods.forEach((method, operation) -> {
            String where = method + " " + path + ": ";
            for (Map<String, Object> parameter : (List<Map<String, Object>>) operation.get("parameters")) {
                if (((String) parameter.get("description")).isBlank() || !parameter.containsKey("schema")) {
                    gaps.add(where + parameter);
                }
            }
            Map<String, Map<String, Object>> responses = (Map<String, Map<String, Object>>) operation.get("responses");
            Set<String> good = responses.keySet().stream()
                    .filter(status -> status.startsWith("2"))
                    .collect(Collectors.toSet());
            String content =
                    String.valueOf(responses.get(good.iterator().next()).get("content"));
            if (good.size() != 1 || (content.contains("schema={}") && !path.equals("/openapi.json"))) {
                gaps.add(where + responses);
            }
            if (!responses.containsKey("default") || (path.contains("{") && !responses.containsKey("404"))) {
                gaps.add(where + "which refusals?");
            }
            boolean needsHeader = operation.get("parameters").toString().contains("name=X-Mutirao, in=header");
            if (needsHeader != method.equals("post")) {
                gaps.add(where + "X-Mutirao");
            }
        }));
        assertEquals(List.of(), gaps);
        Map<String, Object> job = paths.get("/api/jobs").get("post");
        assertTrue(job.get("requestBody").toString().contains("script={"), job.toString());
        Map<String, Object> many = paths.get("/api/tasks/cancel").get("post");
        assertTrue(many.get("requestBody").toString().contains("ids={"), many.toString());
    }

    private static String part(String head, String content) {
        return "--xyz\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + content + "\r\n";
    }

    private HttpResponse<String> postForm(String path, String... parts) throws IOException, InterruptedException {
        byte[] body = (String.join("", parts) + "--xyz--\r\n").getBytes(StandardCharsets.ISO_8859_1);
        return post(path, body, "X-Mutirao", "1", "Content-Type", "multipart/form-data; boundary=xyz");
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
    void aPlainPackageIsAJobOfOneTask() throws Exception {
        upload("job.zip");
        assertTrue(
                get("/api/jobs/j1").body().startsWith("{\"job\":{\"job\":1,\"name\":\"job.zip\",\"state\":\"queued\""));
        assertTrue(get("/api/jobs/1/tasks?state=queued").body().startsWith("{\"tasks\":[{\"id\":1,"));
        assertTrue(get("/api/jobs/1/wait").body().contains("\"ended\":[],\"seen\":0"));
        runTheNextTask();
        String ended = get("/api/jobs/1/wait?wait_ms=20000").body();
        assertTrue(ended.contains("\"state\":\"succeeded\"") && ended.contains("\"ended\":[{\"id\":1,"), ended);
        assertTrue(get("/api/jobs?state=succeeded&name=JO").body().contains("job.zip"));
        assertEquals(409, change("/api/jobs/1/cancel").statusCode());
        assertEquals(200, change("/api/jobs/1/forget").statusCode());
        assertEquals(
                "{\"jobs\":[],\"more\":false,\"figures\":[]}", get("/api/jobs").body());
    }

    @Test
    void aJobOfTwoTasksIsShownWaitedForAndFetchedAsOne() throws Exception {
        postForm(
                "/api/jobs?name=prices",
                part("name=script; filename=main.py", "print(1)"),
                part("name=inputs; filename=may.csv", "a\n"),
                part("name=inputs; filename=june.csv", "a\n"));
        String list = get("/api/tasks").body();
        assertTrue(list.contains("\"job\":1,\"index\":2,"), "tasks that wait are shown: " + list);
        assertTrue(get("/api/tasks/2").body().contains("\"job\":1,\"index\":2,"));
        HttpResponse<String> early = get("/api/jobs/1/result");
        assertEquals(409, early.statusCode());
        assertTrue(early.body().contains("Job j1 has not ended yet, it is queued."), early.body());
        runTheNextTask();
        await().until(() -> get("/api/jobs/1/wait?wait_ms=20000").body().contains("\"seen\":1"));
        runTheNextTask();
        await().until(() -> get("/api/jobs/1/wait?seen=1&wait_ms=20000").body().contains("\"state\":\"succeeded\""));
        HttpResponse<byte[]> whole = client.send(to("/api/jobs/1/result").build(), BodyHandlers.ofByteArray());
        assertEquals(200, whole.statusCode());
        Map<String, String> files = Zips.read(whole.body());
        assertTrue(
                files.keySet().containsAll(List.of("may.zip", "june.zip", "summary.csv")),
                files.keySet().toString());
        String timeline = get("/api/jobs/1/timeline").body();
        assertTrue(timeline.contains("\"more\":false") && timeline.contains("\"worker_id\":\"p\""), timeline);
        assertEquals(
                "[{\"name\":\"stdout.txt\",\"bytes\":4},{\"name\":\"t.csv\",\"bytes\":12}]",
                get("/api/jobs/1/merged").body().replaceAll(",\"changed_at\":\\d+", ""));
        assertEquals(
                "a,b\n1,2\n1,2\n",
                json(get("/api/jobs/1/merged/page?name=t.csv")).get("text"));
        assertEquals(
                "1,2\n", json(get("/api/jobs/1/merged/page?name=t.csv&from=8")).get("text"));
        assertEquals(404, get("/api/jobs/1/merged/page?name=../summary.csv").statusCode());
        assertEquals(
                "{\"pictures\":[],\"next\":null}", get("/api/jobs/1/pictures").body());
        String viaWire = say("{\"action\":\"GET_RESULT\",\"task\":\"prices\"}");
        assertTrue(viaWire.contains("\"name\":\"prices.zip\""), viaWire.substring(0, Math.min(200, viaWire.length())));
        String events = get("/api/events").body();
        assertTrue(events.contains("Job j1 prices.zip succeeded: 2 of 2 tasks succeeded\",\"job\":1"), events);
        assertTrue(get("/metrics").body().contains("mutirao_jobs{state=\"succeeded\"} 1.0"));
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

    /** What is answered is what the document says: the same fields of the same types. */
    @Test
    void answersAreAsTheOpenApiDocumentHasThem() throws Exception {
        upload("job.zip");
        runTheNextTask();
        await().until(() -> get("/api/tasks/1").body().contains("\"result\":\"job.zip\""));
        Map<String, Object> document = json(get("/openapi.json"));
        OpenApiCheck check = new OpenApiCheck(document);
        List<String> checked = new ArrayList<>();
        for (String path : check.paths("get")) {
            String real = path.replace("{id}", "1");
            HttpResponse<String> answer = get(real);
            if (answer.statusCode() == 200 && check.hasSchema(path, "get")) {
                checked.add(path);
                assertEquals(List.of(), check.faults(path, "get", "{\"it\":" + answer.body() + "}"), path);
            }
        }
        assertTrue(
                checked.containsAll(List.of(
                        "/api/jobs",
                        "/api/jobs/{id}",
                        "/api/jobs/{id}/wait",
                        "/api/jobs/{id}/timeline",
                        "/api/jobs/{id}/merged",
                        "/api/jobs/{id}/pictures",
                        "/api/room",
                        "/api/tasks",
                        "/api/events",
                        "/api/workers",
                        "/api/status")),
                checked.toString());
        HttpResponse<String> made = post("/api/tasks?name=x", PACKAGE, "X-Mutirao", "1");
        assertEquals(List.of(), check.faults("/api/tasks", "post", "{\"it\":" + made.body() + "}"));
        assertEquals(
                List.of("it.job: there is more than the document says: extra"),
                check.faults(
                        "/api/jobs/{id}",
                        "get",
                        "{\"it\":" + get("/api/jobs/1").body().replaceFirst("\"job\":\\{", "\"job\":{\"extra\":1,")
                                + "}"));
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
