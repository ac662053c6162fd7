package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.testkit.Zips;

/** A master whose API is asked over real HTTP, and workers by bare sockets. */
abstract class OverHttp {
    static final byte[] PACKAGE = Zips.of("main.py", "print(1)", "input.csv", "a,b\n");

    static final byte[] RESULT =
            Zips.of("stdout.txt", "1\n", "stderr.txt", "<script>alert(1)</script>\n", "files/t.csv", "a,b\n1,2\n");

    @TempDir
    Path folder;

    final HttpClient client = HttpClient.newHttpClient();

    Master master;

    @BeforeAll
    static void bePatient() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    @BeforeEach
    void start() throws IOException {
        master = startMaster("127.0.0.1", Optional.empty());
    }

    Master startMaster(String host, Optional<String> token) throws IOException {
        Master started =
                TestMaster.in(folder).http(new HostPort(host, 0), token).start();
        started.openHttp();
        return started;
    }

    @AfterEach
    void stop() {
        master.close();
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + master.httpPort() + path));
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = to(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, byte[] body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = to(path).POST(BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<String> change(String path) throws IOException, InterruptedException {
        return post(path, new byte[0], "X-Mutirao", "1");
    }

    static Map<String, Object> json(HttpResponse<String> response) throws IOException {
        return Json.readMap(response.body().getBytes(StandardCharsets.UTF_8));
    }

    void upload(String name) throws IOException, InterruptedException {
        HttpResponse<String> answer = post("/api/tasks?name=" + name, PACKAGE, "X-Mutirao", "1");
        assertEquals(201, answer.statusCode(), answer.body());
    }

    String say(String text) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), master.port())) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    void runTheNextTask() throws IOException {
        runTheNextTask(RESULT);
    }

    void runTheNextTask(byte[] result) throws IOException {
        say("{\"action\":\"REGISTER\",\"peer_id\":\"p\",\"addr\":[\"h\",1]}");
        await().until(() ->
                say("{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\"}").contains("TASK_PACKAGE"));
        say("{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"p\",\"result_name\":\"x\",\"result_data\":\""
                + Base64.getEncoder().encodeToString(result) + "\"}");
    }

    static String part(String head, String content) {
        return "--xyz\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + content + "\r\n";
    }

    HttpResponse<String> postForm(String path, String... parts) throws IOException, InterruptedException {
        byte[] body = (String.join("", parts) + "--xyz--\r\n").getBytes(StandardCharsets.ISO_8859_1);
        return post(path, body, "X-Mutirao", "1", "Content-Type", "multipart/form-data; boundary=xyz");
    }
}
