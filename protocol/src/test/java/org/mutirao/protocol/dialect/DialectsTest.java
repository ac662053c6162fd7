package org.mutirao.protocol.dialect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mutirao.protocol.dialect.GoldenReplies.exchanges;
import static org.mutirao.protocol.dialect.GoldenRequests.register;
import static org.mutirao.protocol.dialect.GoldenRequests.requests;
import static org.mutirao.protocol.dialect.GoldenRequests.submit;
import static org.mutirao.protocol.dialect.GoldenValues.PARCEL;
import static org.mutirao.protocol.dialect.GoldenValues.PAYLOAD;
import static org.mutirao.protocol.dialect.GoldenValues.PEER;
import static org.mutirao.protocol.dialect.GoldenValues.TASK;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.LaterRequest;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;

/**
 * Every message of every dialect against its golden file: what was written once is read for ever. A file that is missing is made
 * and the test fails, so that a person looks at it before it is kept.
 */
class DialectsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final Path OLDER = GOLDEN.resolve("mutirao/older/replies");
    static final List<Dialect> DIALECTS = Dialects.all();

    private final List<Path> made = new ArrayList<>();

    @AfterEach
    void everyGoldenFileWasThere() {
        assertEquals(List.of(), made, "were missing; look at what is there now and keep it if it is right");
    }

    private static Dialect dialect(String name) {
        return DIALECTS.stream().filter(d -> d.name().equals(name)).findFirst().orElseThrow();
    }

    static Stream<String> names() {
        return DIALECTS.stream().map(Dialect::name);
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyRequestIsWrittenAndReadAsItsGoldenFileSays(String name) throws Exception {
        for (Map.Entry<String, Request> each : requests(name).entrySet()) {
            String text =
                    golden(name, "requests/" + each.getKey(), text(dialect(name).write(each.getValue())));
            ObjectNode object = Json.readObject(text.getBytes(StandardCharsets.UTF_8));
            assertEquals(each.getValue(), dialect(name).readRequest(object, payload(object)), each.getKey());
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyReplyIsWrittenAndReadAsItsGoldenFileSays(String name) throws Exception {
        for (Map.Entry<String, GoldenReplies.Exchange> each : exchanges(name).entrySet()) {
            GoldenReplies.Exchange exchange = each.getValue();
            String text =
                    golden(name, "replies/" + each.getKey(), text(dialect(name).write(exchange.reply())));
            ObjectNode object = Json.readObject(text.getBytes(StandardCharsets.UTF_8));
            assertEquals(
                    exchange.reply(),
                    dialect(name).readReply(exchange.asked(), object, payload(object)),
                    each.getKey());
        }
    }

    /** What was written before a message got a field is read for ever. */
    @Test
    void repliesOfBeforeAreReadAsTheSame() throws Exception {
        Map<String, GoldenReplies.Exchange> known = exchanges("mutirao");
        for (Path file : olderReplies()) {
            String name = file.getFileName().toString().replace(".json", "");
            ObjectNode object = Json.readObject(Files.readAllBytes(file));
            GoldenReplies.Exchange exchange = known.get(name);
            assertEquals(
                    exchange.reply(), dialect("mutirao").readReply(exchange.asked(), object, payload(object)), name);
        }
    }

    @Test
    void aStatusThatALaterProgramKnowsIsReadByTheWordsOfBefore() throws Exception {
        String later = text(dialect("mutirao").write(new Reply.TaskList(List.of(TASK), false)))
                .replace("\"status\":\"succeeded\"", "\"status\":\"paused\"");
        assertTrue(later.contains("paused"), later);
        ObjectNode object = Json.readObject(later.getBytes(StandardCharsets.UTF_8));
        assertEquals(
                new Reply.TaskList(List.of(TASK), false),
                dialect("mutirao")
                        .readReply(new OperatorRequest.ListTasks(Optional.empty(), 0, 10), object, payload(object)));
    }

    private static List<Path> olderReplies() throws IOException {
        try (Stream<Path> files = Files.list(OLDER)) {
            List<Path> found = files.toList();
            assertTrue(found.size() > 5, "the older files are not there");
            return found;
        }
    }

    static Stream<String> wordings() {
        return DIALECTS.stream()
                .filter(dialect -> !dialect.discoveryPorts().isEmpty())
                .map(Dialect::name);
    }

    @ParameterizedTest
    @MethodSource("wordings")
    void theWordsOfDiscoveryAreThoseOfTheGoldenFiles(String name) throws Exception {
        Dialect dialect = dialect(name);
        String question = golden(name, "discovery/question", utf8(dialect.ask(PEER, 50010)));
        assertTrue(dialect.asks(Json.readObject(question.getBytes(StandardCharsets.UTF_8))));
        String answer = golden(name, "discovery/announcement", utf8(dialect.announce("10.0.0.1", 50020)));
        assertEquals(
                Optional.of(new Wording.Announced("10.0.0.1", 50020)),
                dialect.announced(Json.readObject(answer.getBytes(StandardCharsets.UTF_8))));
    }

    private String golden(String dialect, String name, String written) throws IOException {
        Path file = GOLDEN.resolve(dialect).resolve(name + ".json");
        if (!Files.exists(file)) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, written + "\n");
            made.add(file);
        }
        String kept = Files.readString(file).strip();
        assertEquals(kept, written, file.toString());
        return kept;
    }

    @Test
    void noGoldenFileIsForgotten() throws IOException {
        Set<String> expected = new TreeSet<>();
        for (String dialect : names().toList()) {
            requests(dialect).keySet().forEach(name -> expected.add(dialect + "/requests/" + name + ".json"));
            exchanges(dialect).keySet().forEach(name -> expected.add(dialect + "/replies/" + name + ".json"));
        }
        wordings().forEach(dialect -> {
            expected.add(dialect + "/discovery/question.json");
            expected.add(dialect + "/discovery/announcement.json");
        });
        try (Stream<Path> files = Files.walk(GOLDEN)) {
            Set<String> found = files.filter(file -> Files.isRegularFile(file) && !file.startsWith(OLDER))
                    .map(file -> GOLDEN.relativize(file).toString().replace('\\', '/'))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(expected, found, "golden files without a message, or the reverse");
        }
    }

    @Test
    void noMessageIsForgotten() {
        // What LaterDialectTest shows: no program of ours says it.
        Set<Class<?>> requests = new HashSet<>(leaves(LaterRequest.class));
        Set<Class<?>> replies = new HashSet<>(Set.of(Reply.Later.class));
        for (String dialect : names().toList()) {
            requests(dialect).values().forEach(request -> requests.add(request.getClass()));
            exchanges(dialect)
                    .values()
                    .forEach(exchange -> replies.add(exchange.reply().getClass()));
        }
        Set<Class<?>> missing = leaves(Request.class);
        missing.removeAll(requests);
        assertEquals(Set.of(), missing, "requests without an example here");
        assertEquals(new HashSet<>(Arrays.asList(Reply.class.getPermittedSubclasses())), replies);
    }

    private static Set<Class<?>> leaves(Class<?> family) {
        Set<Class<?>> leaves = new HashSet<>();
        for (Class<?> member : family.getPermittedSubclasses()) {
            if (member.isSealed()) {
                leaves.addAll(leaves(member));
            } else {
                leaves.add(member);
            }
        }
        return leaves;
    }

    /** A request is told by its looks alone, as the master must. */
    @ParameterizedTest
    @MethodSource("names")
    void aRequestIsReadInADialectThatUnderstandsAllOfIt(String name) throws Exception {
        for (Request request : requests(name).values()) {
            String text = text(dialect(name).write(request));
            ObjectNode object = Json.readObject(text.getBytes(StandardCharsets.UTF_8));
            Dialect spoken = Dialects.of(object).orElseThrow();
            assertEquals(request, spoken.readRequest(object, payload(object)), spoken.name());
        }
    }

    /** Every request of ours but the plain ones has a mark, or its answer would lack what we need. */
    @Test
    void whatOurWorkerAsksIsAnsweredWithOurFields() throws Exception {
        for (Request request : List.of(
                register(Optional.empty()),
                new WorkerRequest.RequestTask(PEER, Duration.ZERO),
                new WorkerRequest.Heartbeat(PEER, Optional.of(List.of())),
                submit(new Ending.Exited(0)))) {
            String text = text(dialect("mutirao").write(request));
            assertEquals(
                    "mutirao",
                    Dialects.of(Json.readObject(text.getBytes(StandardCharsets.UTF_8)))
                            .orElseThrow()
                            .name());
        }
    }

    /** Group D's master reads a registration with one recv of 1024 bytes. */
    @Test
    void aRegistrationWithoutListOfLeasesIsShort() {
        Request longest = new WorkerRequest.Register(
                new WorkerId("x".repeat(64)),
                "255.255.255.255",
                65535,
                Optional.of(new WorkerRequest.Offer(
                        List.of(Feature.values()),
                        "n".repeat(64),
                        1024,
                        1024,
                        Duration.ofDays(1),
                        Optional.empty(),
                        Optional.of(new WorkerRequest.Instance("i".repeat(36), Optional.of("j".repeat(36)))))));
        assertTrue(dialect("mutirao").write(longest).length() < 1024);
    }

    @Test
    void anEmptyAnswerWithoutFeaturesIsExactlyWhatOtherGroupsExpect() {
        Dialect flat = Dialects.common();
        assertEquals("flat", flat.name());
        assertEquals("{\"status\":\"REGISTERED\"}", text(flat.write(new Reply.Registered(Optional.empty()))));
        assertEquals("{\"status\":\"ALIVE\"}", text(flat.write(new Reply.Alive(List.of(), true))));
        assertEquals("{\"status\":\"OK\"}", text(flat.write(new Reply.Ok(true))));
        assertEquals(
                "{\"action\":\"NO_TASK\",\"status\":\"NO_TASKS\",\"task_name\":null,\"task_data\":null}",
                text(flat.write(new Reply.NoTask())));
    }

    @Test
    void ourRegistrationIsReadableToGroupsAToE() throws Exception {
        ObjectNode object = Json.readObject(
                text(dialect("mutirao").write(register(Optional.empty()))).getBytes(StandardCharsets.UTF_8));
        assertEquals("REGISTER", object.path("action").asText());
        assertTrue(object.path("addr").isArray(), "groups A to D");
        assertTrue(object.path("p2p_port").isInt(), "group E");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"action\":\"NO_TASK\"}",
                "{\"status\":\"NO_TASKS\"}",
                "{\"action\":\"TASK_PACKAGE\",\"task_name\":null,\"task_data\":null}",
                "{}",
            })
    void allWordsForNoTaskAreUnderstood(String text) throws Exception {
        Request ask = new WorkerRequest.RequestTask(PEER, Duration.ZERO);
        ObjectNode object = Json.readObject(text.getBytes(StandardCharsets.UTF_8));
        for (Dialect dialect : DIALECTS) {
            assertEquals(new Reply.NoTask(), dialect.readReply(ask, object, Optional.empty()), dialect.name());
        }
    }

    @ParameterizedTest
    @FieldSource("DIALECTS")
    void anAnswerToAnotherQuestionIsNoAnswer(Dialect dialect) throws Exception {
        ObjectNode ok = Json.readObject("{\"status\":\"OK\",\"type\":\"OK\"}".getBytes(StandardCharsets.UTF_8));
        Request ask = new WorkerRequest.RequestTask(PEER, Duration.ZERO);
        assertEquals(new Reply.NoTask(), dialect.readReply(ask, ok, Optional.empty()));
        ObjectNode odd = Json.readObject("{\"status\":\"MAYBE\",\"type\":7}".getBytes(StandardCharsets.UTF_8));
        assertThrows(
                BadMessage.class,
                () -> dialect.readReply(new WorkerRequest.Heartbeat(PEER, Optional.empty()), odd, Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"action\":\"HEARTBEAT\"}                                  | 'peer_id' is missing",
                "{\"action\":\"HEARTBEAT\",\"peer_id\":7}                    | 'peer_id' is number",
                "{\"action\":\"HEARTBEAT\",\"peer_id\":\"../x\"}             | peer_id",
                "{\"action\":\"HEARTBEAT\",\"peer_id\":null}                 | 'peer_id' is missing",
                "{\"action\":5}                                              | 'action' is number",
                "{\"x\":1}                                                   | has an 'action' text",
                "{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"a\",\"result_name\":\"x\"} | 'result_data' is missing",
                "{\"action\":\"HEARTBEAT\",\"peer_id\":\"a\",\"held\":[1]}   | expected a list of objects",
                "{\"action\":\"RETURN_TASK\",\"peer_id\":\"a\",\"task_id\":0,\"attempt\":1,\"reason\":\"\"} | expected 1 to",
                "{\"action\":\"REQUEST_TASK\",\"peer_id\":\"a\",\"wait_ms\":-1} | expected 0 to",
                "{\"action\":\"SHOW_TASK\",\"task\":[]}                      | 'task' is array",
                "{\"action\":\"GET_PEER_INFO\"}                              | 'target_peer_id' is missing",
                "{\"type\":\"HEARTBEAT\",\"data\":[]}                        | 'data' is no object",
                "{\"type\":\"HEARTBEAT\",\"data\":{}}                        | 'peer_id' is missing",
                "{\"type\":\"REGISTER\",\"data\":{\"peer_id\":\"a\",\"port\":-1}} | expected 0 to 65535",
            })
    void wrongFieldsAreNamed(String text, String expected) throws IOException {
        ObjectNode object = Json.readObject(text.strip().getBytes(StandardCharsets.UTF_8));
        Dialect spoken = Dialects.of(object).orElse(Dialects.common());
        BadMessage bad = assertThrows(BadMessage.class, () -> spoken.readRequest(object, Optional.empty()));
        assertTrue(bad.getMessage().contains(expected.strip()), bad.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"action\":\"DANCE\"}", "{\"type\":\"DANCE\",\"data\":{}}"})
    void anUnknownActionIsToldApart(String text) throws IOException {
        ObjectNode object = Json.readObject(text.getBytes(StandardCharsets.UTF_8));
        Dialect spoken = Dialects.of(object).orElseThrow();
        assertThrows(UnknownActionException.class, () -> spoken.readRequest(object, Optional.empty()));
    }

    @Test
    void aHashThatDoesNotMatchIsRefusedInBothDirections() throws IOException {
        String wrong = "\"sha256\":\"" + "0".repeat(64) + "\"";
        ObjectNode submit =
                Json.readObject(("{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"a\",\"result_name\":\"x\"," + wrong + "}")
                        .getBytes(StandardCharsets.UTF_8));
        ObjectNode give = Json.readObject(
                ("{\"action\":\"TASK_PACKAGE\",\"task_name\":\"x\"," + wrong + "}").getBytes(StandardCharsets.UTF_8));
        Dialect own = dialect("mutirao");
        assertThrows(BadMessage.class, () -> own.readRequest(submit, Optional.of(PAYLOAD)));
        assertThrows(
                BadMessage.class,
                () -> own.readReply(new WorkerRequest.RequestTask(PEER, Duration.ZERO), give, Optional.of(PAYLOAD)));
    }

    /** On port 8888 anything but a flat question would end the discovery of group B's master for good. */
    @Test
    void eachDiscoveryPortHearsOnlyItsOwnDialect() {
        assertEquals("super-peer", Dialects.ofPort(50001).name());
        assertEquals("envelope", Dialects.ofPort(55001).name());
        for (int port : List.of(50005, 9999, 8888, 12345)) {
            assertEquals("flat", Dialects.ofPort(port).name());
        }
    }

    private static Optional<Payload> payload(ObjectNode object) {
        ObjectNode holder = object.path("data") instanceof ObjectNode data ? data : object;
        String text = holder.path("task_data")
                .asText(holder.path("result_data")
                        .asText(holder.path("blob_data").asText("")));
        return text.equals(Base64.getEncoder().encodeToString(PARCEL)) ? Optional.of(PAYLOAD) : Optional.empty();
    }

    private static String text(Frame frame) {
        String middle = frame.payload().isPresent() ? Base64.getEncoder().encodeToString(PARCEL) : "";
        String text = utf8(frame.before()) + middle + utf8(frame.after());
        assertEquals(frame.length(), text.getBytes(StandardCharsets.UTF_8).length);
        return text;
    }

    private static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
