package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.dialect.OwnDialect;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.message.WorkerRow;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.protocol.wire.FileSpool;
import org.mutirao.protocol.wire.RoomPass;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.protocol.wire.WireClient;
import org.mutirao.testkit.Zips;

/** A master of a room with a key: what each of its ports gives to those who know the secret, and to those who do not. */
class RoomWithKeyTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String TOKEN = "a-token-for-browsers";

    @TempDir
    private Path folder;

    private final RoomSecret secret = SharedRoom.SECRET;

    private Master start(String httpHost) throws IOException {
        Master master = TestMaster.in(folder)
                .room(secret)
                .http(new HostPort(httpHost, 0), Optional.of(TOKEN))
                .start();
        master.openHttp();
        return master;
    }

    private static Reply list(Master master, Optional<RoomPass> pass) throws IOException, InterruptedException {
        try (WireClient client = new WireClient(1, Spool.none(), pass)) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), master.port());
            return client.ask(
                    new WireClient.Endpoint(address, new OwnDialect(), true),
                    new OperatorRequest.ListJobs(Optional.empty(), Optional.empty(), 0, 10),
                    TIMEOUT);
        }
    }

    private static HttpResponse<String> get(HttpClient client, String address, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address)).timeout(TIMEOUT);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void theGridsPortAnswersThoseWhoKnowTheSecret() throws Exception {
        try (Master master = start("127.0.0.1")) {
            assertInstanceOf(Reply.JobList.class, list(master, RoomPass.of(Optional.of(secret))));
            Optional<RoomPass> wrong = RoomPass.of(Optional.of(RoomSecret.random(new SecureRandom())));
            assertThrows(IOException.class, () -> list(master, wrong));
            await().untilAsserted(() -> assertTrue(get(
                            HttpClient.newHttpClient(),
                            "http://127.0.0.1:" + master.httpPort() + "/metrics",
                            "Authorization",
                            "Bearer " + TOKEN)
                    .body()
                    .contains("mutirao_failed_proofs_total 1.0")));
            Reply refused = list(master, Optional.empty());
            assertTrue(((Reply.Failure) refused).message().contains("--secret"), refused::toString);
        }
    }

    /** In the words of the course's groups, and of its chat. */
    @Test
    void otherProgramsAreToldInTheirOwnWordsAndGetNothing() throws Exception {
        try (Master master = start("127.0.0.1")) {
            for (String word : new String[] {
                "{\"action\":\"REGISTER\",\"peer_id\":\"p\",\"addr\":[\"127.0.0.1\",1]}",
                "{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\"}",
                "{\"type\":\"REGISTER\",\"data\":{\"peer_id\":\"p\",\"port\":1}}",
                "{\"type\":\"JOIN\",\"user\":\"p\"}",
                "{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"p\",\"result_name\":\"x\",\"result_data\":\"UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==\"}"
            }) {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), master.port())) {
                    socket.setSoTimeout((int) TIMEOUT.toMillis());
                    socket.getOutputStream().write(word.getBytes(StandardCharsets.UTF_8));
                    socket.shutdownOutput();
                    String said = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                    assertTrue(said.contains("ERROR") || said.contains("error"), word + " -> " + said);
                }
            }
            HttpResponse<String> workers = get(
                    HttpClient.newHttpClient(),
                    "http://127.0.0.1:" + master.httpPort() + "/api/workers",
                    "Authorization",
                    "Bearer " + TOKEN);
            assertEquals("{\"workers\":[]}", workers.body());
        }
    }

    private Reply ask(Master master, Optional<RoomPass> pass, Request request)
            throws IOException, InterruptedException {
        return ask(master, pass, new OwnDialect(), request);
    }

    private Reply ask(Master master, Optional<RoomPass> pass, OwnDialect words, Request request)
            throws IOException, InterruptedException {
        Spool spool = new FileSpool(Files.createDirectories(folder.resolve("got")), ByteSize.mebi(1));
        try (WireClient client = new WireClient(1, spool, pass)) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), master.port());
            return client.ask(new WireClient.Endpoint(address, words, true), request, TIMEOUT);
        }
    }

    private static WorkerRequest.Register register(String name) {
        return new WorkerRequest.Register(new WorkerId(name), "127.0.0.1", 0, Optional.empty());
    }

    @Test
    void whatWantsTrustedWorkersIsKeptFromThoseThatWereLetIn() throws Exception {
        try (Master master = TestMaster.in(folder).openRoom(secret).start()) {
            Optional<RoomPass> pass = RoomPass.of(Optional.of(secret));
            Zips.drop(
                    folder.resolve("tasks"),
                    "a.zip",
                    Zips.of("main.py", "print(1)", "task.json", "{\"trusted\": true}"));
            await().untilAsserted(() ->
                    assertEquals(1, ((Reply.JobList) list(master, pass)).jobs().size()));
            ask(master, Optional.empty(), register("pc7"));
            assertInstanceOf(
                    Reply.NoTask.class,
                    ask(master, Optional.empty(), new WorkerRequest.RequestTask(new WorkerId("pc7"), Duration.ZERO)));
            Reply explained = ask(master, pass, new OperatorRequest.ExplainTask("1"));
            assertTrue(
                    ((Reply.Explanation) explained)
                            .reasons().stream()
                                    .anyMatch(why -> why.endsWith(
                                            "was let in without the key, and the job wants trusted workers.")),
                    explained::toString);
            Reply workers = ask(master, pass, new OperatorRequest.ListWorkers());
            assertEquals(
                    Optional.of(true),
                    ((Reply.WorkerList) workers).workers().get(0).withoutKey());
        }
    }

    /** It asks before a worker of the same name comes in with the key. */
    @Test
    void whatWaitsOnAConnectionWithoutTheKeyGetsNothingForTrustedWorkers() throws Exception {
        try (Master master = TestMaster.in(folder).openRoom(secret).start()) {
            Optional<RoomPass> pass = RoomPass.of(Optional.of(secret));
            WorkerId name = new WorkerId("pc7");
            CompletableFuture<Reply> waiting = CompletableFuture.supplyAsync(() -> {
                try {
                    return ask(master, Optional.empty(), new WorkerRequest.RequestTask(name, TIMEOUT.dividedBy(2)));
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            await().untilAsserted(() -> assertEquals(
                    List.of(Optional.of(true)),
                    ((Reply.WorkerList) ask(master, pass, new OperatorRequest.ListWorkers()))
                            .workers().stream().map(WorkerRow::withoutKey).toList()));
            Reply entered = ask(
                    master,
                    pass,
                    PlayedWorker.registration(name, Optional.empty(), "the-first-process", Optional.empty()));
            Reply.Registered registered = assertInstanceOf(Reply.Registered.class, entered, entered::toString);
            Zips.drop(
                    folder.resolve("tasks"),
                    "a.zip",
                    Zips.of("main.py", "print(1)", "task.json", "{\"trusted\": true}"));
            assertInstanceOf(Reply.NoTask.class, waiting.get(60, TimeUnit.SECONDS));
            await().untilAsserted(() ->
                    assertEquals(1, ((Reply.JobList) list(master, pass)).jobs().size()));
            OwnDialect inSession =
                    OwnDialect.inSession(registered.terms().orElseThrow().session(), Optional.empty());
            assertInstanceOf(
                    Reply.TaskPackage.class,
                    ask(master, pass, inSession, new WorkerRequest.RequestTask(name, TIMEOUT.dividedBy(2))));
        }
    }

    @Test
    void aRoomWithoutAKeyRefusesWhatWantsTrustedWorkers() throws Exception {
        try (Master master = TestMaster.in(folder).start()) {
            Zips.drop(
                    folder.resolve("tasks"),
                    "a.zip",
                    Zips.of("main.py", "print(1)", "task.json", "{\"trusted\": true}"));
            Path why = folder.resolve("tasks").resolve("rejected").resolve("a.zip.txt");
            await().untilAsserted(() -> assertTrue(Files.exists(why)));
            await().untilAsserted(
                            () -> assertTrue(Files.readString(why).contains("this room has no key"), why::toString));
        }
    }

    @Test
    void theDashboardAsksForItsTokenAlsoOnThisMachine() throws Exception {
        try (Master master = start("127.0.0.1")) {
            String api = "http://127.0.0.1:" + master.httpPort() + "/api/status";
            HttpClient client = HttpClient.newHttpClient();
            assertEquals(401, get(client, api).statusCode());
            assertEquals(
                    200, get(client, api, "Authorization", "Bearer " + TOKEN).statusCode());
        }
    }

    @Test
    void beyondThisMachineTheDashboardIsServedByTls() throws Exception {
        try (Master master = start("0.0.0.0")) {
            assertTrue(master.dashboard().orElseThrow().startsWith("https://"), master.dashboard()::toString);
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
            SSLParameters anyName = new SSLParameters();
            anyName.setEndpointIdentificationAlgorithm("");
            HttpClient client = HttpClient.newBuilder()
                    .sslContext(tls)
                    .sslParameters(anyName)
                    .build();
            // By its number: the certificate has no name that could be looked at.
            String api = "https://127.0.0.1:" + master.httpPort() + "/api/status";
            HttpResponse<String> refused = get(client, api);
            assertEquals(401, refused.statusCode());
            assertTrue(refused.body().contains("https://HOST"), refused::body);
            assertEquals(
                    200, get(client, api, "Authorization", "Bearer " + TOKEN).statusCode());
            HttpResponse<String> page = get(client, "https://127.0.0.1:" + master.httpPort() + "/?token=" + TOKEN);
            assertTrue(page.headers().firstValue("Set-Cookie").orElse("").contains("Secure"), page.headers()::toString);
            assertThrows(
                    IOException.class,
                    () -> get(HttpClient.newHttpClient(), "http://127.0.0.1:" + master.httpPort() + "/health"));
        }
    }
}
