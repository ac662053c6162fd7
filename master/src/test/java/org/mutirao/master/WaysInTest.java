package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.testkit.Zips;

/** Whichever way a package comes in, its owner reads the same: tasks folder, HTTP, console (which is the wire). */
class WaysInTest {
    private static final String TAKEN = "taken";
    /** Packages that real programs make, from the tests of the protocol. */
    private static final Path CASES =
            Path.of(System.getProperty("basedir", "."), "..", "protocol", "src", "test", "resources", "cases");

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    private static Map<String, byte[]> cases() throws IOException {
        Map<String, byte[]> cases = new TreeMap<>();
        try (Stream<Path> files = Files.list(CASES)) {
            for (Path file : files.toList()) {
                cases.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        byte[] plain = cases.get("z12-bsdtar-dot.zip");
        cases.put("z22b-trailing-100k.zip", Arrays.copyOf(plain, plain.length + 100_000));
        cases.put("z41-10001-files.zip", crowd());
        return cases;
    }

    private static byte[] crowd() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            for (int i = 0; i <= 10_000; i++) {
                ZipEntry entry = new ZipEntry(i == 0 ? "main.py" : "venv/" + i);
                entry.setSize(0);
                entry.setCrc(0);
                zip.putNextEntry(entry);
            }
        }
        return bytes.toByteArray();
    }

    private static Map<String, Object> map(String json) throws IOException {
        return Json.readMap(json.getBytes(StandardCharsets.UTF_8));
    }

    private String byConsole(Master master, String name, byte[] zip) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), master.port())) {
            socket.setSoTimeout(20_000);
            String request = "{\"action\":\"SUBMIT_TASK\",\"name\":\"c-" + name + "\",\"key\":\"" + name
                    + "\",\"task_data\":\"" + Base64.getEncoder().encodeToString(zip) + "\"}";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            Map<String, Object> answer =
                    map(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            return answer.get("status").equals("OK") ? TAKEN : (String) answer.get("message");
        }
    }

    private String byHttp(Master master, String name, byte[] zip) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + master.httpPort() + "/api/tasks?name=h-" + name))
                .header("X-Mutirao", "1")
                .timeout(Duration.ofSeconds(20))
                .POST(BodyPublishers.ofByteArray(zip))
                .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        return answer.statusCode() == 201 ? TAKEN : (String) map(answer.body()).get("detail");
    }

    private String byFolder(String name) throws IOException {
        Path note = folder.resolve("tasks/rejected").resolve(name + ".txt");
        if (!Files.exists(note)) {
            return TAKEN;
        }
        String why = "";
        String advice = "";
        for (String line : Files.readAllLines(note)) {
            why = line.startsWith("Why: ") ? line.substring("Why: ".length()) : why;
            advice = line.startsWith("What to do: ") ? line.substring("What to do: ".length()) : advice;
        }
        return why + " " + advice;
    }

    private boolean allAreLookedAt() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("tasks"))) {
            return files.noneMatch(file -> file.getFileName().toString().endsWith(".zip"));
        }
    }

    @Test
    void eachCaseIsTakenOrRefusedInTheSameWords() throws Exception {
        try (Master master = TestMaster.in(folder)
                .http(new HostPort("127.0.0.1", 0), Optional.empty())
                .start()) {
            master.openHttp();
            Map<String, byte[]> cases = cases();
            assertTrue(cases.size() > 20, "the cases are there");
            cases.forEach((name, zip) -> Zips.drop(folder.resolve("tasks"), name, zip));
            Map<String, String> console = new TreeMap<>();
            Map<String, String> web = new TreeMap<>();
            for (Map.Entry<String, byte[]> each : cases.entrySet()) {
                console.put(each.getKey(), byConsole(master, each.getKey(), each.getValue()));
                web.put(each.getKey(), byHttp(master, each.getKey(), each.getValue()));
            }
            await().atMost(Duration.ofSeconds(30)).until(this::allAreLookedAt);
            Map<String, String> dropped = new TreeMap<>();
            for (String name : cases.keySet()) {
                dropped.put(name, byFolder(name));
            }
            assertEquals(console, web);
            assertEquals(console, dropped);
            assertEquals(TAKEN, console.get("z10-7z-xz.zip"));
            assertEquals(TAKEN, console.get("z50-zip-in-zip-moodle.zip"));
            assertEquals(TAKEN, console.get("z22b-trailing-100k.zip"));
            for (Map.Entry<String, String> each : Map.of(
                            "z34-colon.zip", "has a ':' in its name",
                            "z41-10001-files.zip", "'venv/' has 10000 of them",
                            "z47-google-drive-virus-page.zip", "it is a web page")
                    .entrySet()) {
                assertTrue(console.get(each.getKey()).contains(each.getValue()), console.get(each.getKey()));
            }
            assertTrue(console.get("method-zstd.zip").contains("is packed with zstd"), console.get("method-zstd.zip"));
            long taken = console.values().stream().filter(TAKEN::equals).count();
            String list = "\"queued\":" + 3 * taken;
            await().atMost(Duration.ofSeconds(30)).until(() -> status(master).contains(list));
        }
    }

    private static String status(Master master) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), master.port())) {
            socket.getOutputStream().write("{\"action\":\"GET_STATUS\"}".getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
