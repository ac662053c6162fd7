package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mutirao.protocol.units.HostPort;

/** The channel by HTTP, and as it happens. */
class ChannelHttpTest {
    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private Master master;

    @BeforeEach
    void start() throws IOException {
        master = TestMaster.in(folder)
                .http(new HostPort("127.0.0.1", 0), Optional.empty())
                .start();
        master.openHttp();
    }

    @AfterEach
    void stop() {
        master.close();
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + master.httpPort() + "/api/channel" + path));
    }

    private String get(String path) throws IOException, InterruptedException {
        return client.send(to(path).build(), BodyHandlers.ofString()).body();
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return client.send(
                to(path).header("X-Mutirao", "1")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static String as(String name, String more) {
        return "{\"name\":\"" + name + "\",\"session\":\"session-" + name + "\"" + more + "}";
    }

    private void enter(String name) throws IOException, InterruptedException {
        HttpResponse<String> answer = post("/enter", as(name, ""));
        assertEquals(200, answer.statusCode(), answer.body());
    }

    @Test
    void whatIsSaidIsReadConfirmedAndKept() throws Exception {
        enter("ana");
        enter("rui");
        assertEquals(200, post("/topics", as("ana", ",\"topic\":\"lab\"")).statusCode());
        String said = post("/messages", as("ana", ",\"number\":1,\"topic\":\"lab\",\"text\":\"<b>hello</b>\""))
                .body();
        assertTrue(said.contains("\"id\":3"), said);
        assertEquals(200, post("/read", as("rui", ",\"id\":3")).statusCode());
        assertTrue(get("/messages/3/readers").contains("[\"rui\"]"));
        assertTrue(get("").contains("\"users\":[\"ana\",\"rui\"]"), get(""));
        assertTrue(get("/messages?topic=lab&last=1").contains("<b>hello</b>"));
        assertFalse(get("/messages?topic=general").contains("hello"));
        post("/leave", as("ana", ""));
        assertTrue(get("").contains("\"users\":[\"rui\"]"), get(""));
    }

    @Test
    void whatIsForOnePersonIsForNobodyElse() throws Exception {
        enter("ana");
        enter("rui");
        enter("eva");
        post("/messages", as("ana", ",\"number\":1,\"person\":\"rui\",\"text\":\"between us\""));
        assertTrue(get("/messages?name=rui&session=session-rui").contains("between us"));
        assertFalse(get("/messages?name=eva&session=session-eva").contains("between us"));
        assertFalse(get("/messages?name=rui&session=guessed-wrong").contains("between us"));
        assertFalse(get("/messages").contains("between us"));
    }

    @Test
    void aStreamBringsFirstWhatWasMissedThenWhatComes() throws Exception {
        enter("ana");
        post("/messages", as("ana", ",\"number\":1,\"text\":\"before\""));
        HttpResponse<InputStream> stream = client.send(
                to("/stream?after=1&topic=general")
                        .header("Accept", "text/event-stream")
                        .build(),
                BodyHandlers.ofInputStream());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            assertTrue(lineWith(lines, "before").contains("\"id\":2"));
            post("/messages", as("ana", ",\"number\":2,\"text\":\"after\""));
            assertTrue(lineWith(lines, "after").contains("\"id\":3"));
        }
    }

    private static String lineWith(BufferedReader lines, String word) throws IOException {
        String line = "";
        while (!line.startsWith("data:") || !line.contains("\"text\":\"" + word)) {
            line = lines.readLine();
            assertNotNull(line, "the stream ended before " + word);
        }
        return line;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/enter | {\"name\":\"two words\",\"session\":\"12345678\"} | 422 | a name has 1 to 32",
                "/enter | {\"name\":\"ana\",\"session\":\"another-one\"} | 409 | somebody is called ana already",
                "/enter | no JSON | 400 | no JSON object",
                "/enter | {} | 400 | 'name' is missing",
                "/messages | {\"name\":\"eva\",\"session\":\"session-eva\",\"number\":1,\"text\":\"x\"} | 409 | log in first",
                "/messages | {\"name\":\"ana\",\"session\":\"session-ana\",\"number\":1,\"text\":\" \"} | 422 | the text is empty",
                "/messages | {\"name\":\"ana\",\"session\":\"session-ana\",\"number\":1,\"text\":\"x\",\"topic\":\"no\"} | 404 | no topic",
                "/read | {\"name\":\"ana\",\"session\":\"session-ana\",\"id\":99} | 404 | there is no message 99",
            })
    void whatCantBeDoneIsAProblemWithASentence(String path, String body, int status, String words) throws Exception {
        enter("ana");
        HttpResponse<String> answer = post(path, body);
        assertEquals(status, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains(words), answer.body());
        assertEquals(
                "application/problem+json",
                answer.headers().firstValue("Content-Type").orElse("").replaceAll(";.*", ""));
    }
}
