package org.mutirao.master;

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
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.units.HostPort;

/** A master that is asked by HTTP, and a worker of another group that does what it is given. */
final class HttpScene implements AutoCloseable {
    final Path folder;
    private final HttpClient client = HttpClient.newHttpClient();
    private final Master master;

    HttpScene(Path folder) throws IOException {
        this.folder = folder;
        master = TestMaster.in(folder)
                .http(new HostPort("127.0.0.1", 0), Optional.empty())
                .start();
        master.openHttp();
    }

    /** Where programs of the network speak to the master. */
    int port() {
        return master.port();
    }

    private HttpRequest.Builder to(String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + master.httpPort() + path));
        return headers.length > 0 ? request.headers(headers) : request;
    }

    HttpResponse<byte[]> fetch(String path, String... headers) throws IOException, InterruptedException {
        return client.send(to(path, headers).build(), BodyHandlers.ofByteArray());
    }

    String get(String path) throws IOException, InterruptedException {
        return new String(fetch(path).body(), StandardCharsets.UTF_8);
    }

    Map<String, Object> json(String path) throws IOException, InterruptedException {
        return Json.readMap(fetch(path).body());
    }

    HttpResponse<String> post(String path, byte[] body) throws IOException, InterruptedException {
        HttpRequest request = to(path, "X-Mutirao", "1")
                .POST(BodyPublishers.ofByteArray(body))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private String say(String text) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), master.port())) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The next task has that result. */
    void run(byte[] result) throws IOException {
        say("{\"action\":\"REGISTER\",\"peer_id\":\"p\",\"addr\":[\"h\",1]}");
        Awaitility.await().until(() -> say("{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\"}")
                .contains("TASK_PACKAGE"));
        say("{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"p\",\"result_name\":\"x\",\"result_data\":\""
                + Base64.getEncoder().encodeToString(result) + "\"}");
    }

    @Override
    public void close() {
        master.close();
    }
}
