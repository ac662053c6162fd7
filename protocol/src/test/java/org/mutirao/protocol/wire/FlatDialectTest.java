package org.mutirao.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.AttemptRow;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.StatusRow;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.message.WorkerRow;

class FlatDialectTest {
    private static final WorkerId PEER = new WorkerId("11111111-2222-3333-4444-555555555555");
    private static final GridId GRID = GridId.parse("99999999-8888-7777-6666-555555555555");
    private static final Payload PAYLOAD =
            new Payload(Path.of("x"), new Blob(Sha256.of("x".getBytes(StandardCharsets.UTF_8)), 1));
    private static final TaskRow TASK = new TaskRow(
            7, "x.zip", "done", true, 1, 0, 10, 1, 2, Optional.of("pc"), Optional.of("exit code 0"), Optional.empty());

    private final FlatDialect flat = new FlatDialect();

    private static List<Request> requests() {
        List<Lease> leases = List.of(Lease.of(1, 2), Lease.of(3, 1));
        return List.of(
                new WorkerRequest.Register(PEER, "10.0.0.1", 50010, Optional.empty()),
                new WorkerRequest.Register(
                        PEER,
                        "10.0.0.1",
                        0,
                        Optional.of(new WorkerRequest.Offer(
                                List.of(Feature.values()), "pc", 4, 1, Duration.ofSeconds(5), leases))),
                new WorkerRequest.Heartbeat(PEER, Optional.empty()),
                new WorkerRequest.Heartbeat(PEER, Optional.of(leases)),
                new WorkerRequest.RequestTask(PEER, Duration.ZERO),
                new WorkerRequest.RequestTask(PEER, Duration.ofSeconds(20)),
                new WorkerRequest.SubmitResult(PEER, "x.zip", PAYLOAD, Optional.empty()),
                submit(new Ending.Exited(-9)),
                submit(new Ending.Stopped(Ending.Limit.TIME)),
                submit(new Ending.Unreported()),
                new WorkerRequest.ReturnTask(PEER, Lease.of(1, 2), "no room"),
                new WorkerRequest.Leave(PEER),
                new OperatorRequest.SubmitTask("a.zip", "key", PAYLOAD),
                new OperatorRequest.ListTasks(Optional.of("queued"), 5, 10),
                new OperatorRequest.ListTasks(Optional.empty(), 0, 1000),
                new OperatorRequest.ShowTask("7"),
                new OperatorRequest.ListWorkers(),
                new OperatorRequest.CancelTask("7"),
                new OperatorRequest.RetryTask("x.zip"),
                new OperatorRequest.GetStatus());
    }

    private static Request submit(Ending ending) {
        return new WorkerRequest.SubmitResult(
                PEER,
                "x.zip",
                PAYLOAD,
                Optional.of(new WorkerRequest.Delivery(GRID, Lease.of(1, 2), ending, Duration.ofMillis(12))));
    }

    @Test
    void everyRequestIsReadAsItWasWritten() throws Exception {
        Set<Class<?>> seen = new HashSet<>();
        for (Request request : requests()) {
            Frame frame = flat.write(request);
            assertEquals(request, flat.readRequest(object(frame), frame.payload()));
            seen.add(request.getClass());
        }
        assertEquals(leaves(Request.class), seen, "a request is missing in this test");
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

    private record Exchange(Request asked, Reply reply) {}

    private static List<Exchange> exchanges() {
        Request register = new WorkerRequest.Register(PEER, "h", 1, Optional.empty());
        Request heartbeat = new WorkerRequest.Heartbeat(PEER, Optional.empty());
        Request ask = new WorkerRequest.RequestTask(PEER, Duration.ZERO);
        return List.of(
                new Exchange(register, new Reply.Registered(Optional.empty())),
                new Exchange(
                        register,
                        new Reply.Registered(
                                Optional.of(new Reply.Terms(GRID, List.of(Feature.LEASE), Duration.ofSeconds(60))))),
                new Exchange(heartbeat, new Reply.Alive(List.of(), true)),
                new Exchange(heartbeat, new Reply.Alive(List.of(Lease.of(4, 1)), false)),
                new Exchange(ask, new Reply.NoTask()),
                new Exchange(ask, new Reply.TaskPackage("x.zip", PAYLOAD, Optional.empty())),
                new Exchange(
                        ask,
                        new Reply.TaskPackage(
                                "x.zip",
                                PAYLOAD,
                                Optional.of(new Reply.Assignment(GRID, Lease.of(1, 2), Duration.ofSeconds(60))))),
                new Exchange(submit(new Ending.Exited(0)), new Reply.Ok(false)),
                new Exchange(submit(new Ending.Exited(0)), new Reply.Ok(true)),
                new Exchange(ask, new Reply.Failure(Reply.Refusal.TRY_LATER, "disk full")),
                new Exchange(ask, new Reply.UnknownAction("DANCE")),
                new Exchange(new OperatorRequest.CancelTask("7"), new Reply.TaskState(TASK, true)),
                new Exchange(
                        new OperatorRequest.ListTasks(Optional.empty(), 0, 10),
                        new Reply.TaskList(List.of(TASK, TASK), true)),
                new Exchange(
                        new OperatorRequest.ShowTask("7"),
                        new Reply.TaskDetails(
                                TASK, List.of(new AttemptRow(1, "id", "pc", 5, Optional.of(6L), Optional.empty())))),
                new Exchange(
                        new OperatorRequest.ListWorkers(),
                        new Reply.WorkerList(List.of(new WorkerRow(
                                "id", "pc", "ours", "10.0.0.1", 2, List.of(1L), 3, 0, 10, Optional.empty())))),
                new Exchange(
                        new OperatorRequest.GetStatus(),
                        new Reply.Status(new StatusRow("grid", 1, 2, 3, 1, 0, 0, 4, 8))));
    }

    @Test
    void everyReplyIsReadAsItWasWritten() throws Exception {
        Set<Class<?>> seen = new HashSet<>();
        for (Exchange exchange : exchanges()) {
            Frame frame = flat.write(exchange.reply());
            assertEquals(exchange.reply(), flat.readReply(exchange.asked(), object(frame), frame.payload()));
            seen.add(exchange.reply().getClass());
        }
        assertEquals(Set.copyOf(Arrays.asList(Reply.class.getPermittedSubclasses())), seen, "a reply is missing here");
    }

    /** The very words that other groups' masters and peers expect. */
    @Test
    void strangersReadTheWordsTheyKnow() {
        List<String> words = new ArrayList<>();
        for (Reply reply : List.of(
                new Reply.Registered(Optional.empty()),
                new Reply.Alive(List.of(), true),
                new Reply.NoTask(),
                new Reply.Ok(false),
                new Reply.TaskPackage("x.zip", PAYLOAD, Optional.empty()))) {
            words.add(text(flat.write(reply)));
        }
        assertEquals(
                List.of(
                        "{\"status\":\"REGISTERED\"}",
                        "{\"status\":\"ALIVE\"}",
                        "{\"action\":\"NO_TASK\",\"status\":\"NO_TASKS\",\"task_name\":null,\"task_data\":null}",
                        "{\"status\":\"OK\"}",
                        "{\"action\":\"TASK_PACKAGE\",\"task_name\":\"x.zip\",\"task_data\":\"\"}"),
                words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"status\":\"NO_TASKS\"}",
                "{\"action\":\"NO_TASK\"}",
                "{\"action\":\"TASK_PACKAGE\",\"task_name\":null,\"task_data\":null}",
                "{}"
            })
    void allWordsForNothingNowAreUnderstood(String words) throws Exception {
        Reply reply = flat.readReply(
                new WorkerRequest.RequestTask(PEER, Duration.ZERO),
                Json.readObject(words.getBytes(StandardCharsets.UTF_8)),
                Optional.empty());
        assertEquals(new Reply.NoTask(), reply);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"action\":\"REGISTER\"}                                   | 'peer_id' is missing",
                "{\"action\":\"HEARTBEAT\",\"peer_id\":7}                    | 'peer_id' is number, expected text",
                "{\"action\":\"HEARTBEAT\",\"peer_id\":\"../x\"}             | expected 1 to 64 letters",
                "{\"action\":5}                                              | 'action' is number",
                "{\"x\":1}                                                   | has an 'action' text",
                "{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"a\"}            | 'result_data' is missing",
                "{\"action\":\"HEARTBEAT\",\"peer_id\":\"a\",\"held\":[1]}   | expected a list of objects",
                "{\"action\":\"RETURN_TASK\",\"peer_id\":\"a\",\"task_id\":0,\"attempt\":1,\"reason\":\"\"} | expected 1 to",
                "{\"action\":\"REQUEST_TASK\",\"peer_id\":\"a\",\"wait_ms\":-1} | expected 0 to",
                "{\"action\":\"SHOW_TASK\",\"task\":[]}                      | 'task' is array",
            })
    void wrongFieldsAreNamed(String text, String expected) throws IOException {
        ObjectNode object = Json.readObject(text.strip().getBytes(StandardCharsets.UTF_8));
        BadMessage bad = assertThrows(BadMessage.class, () -> flat.readRequest(object, Optional.empty()));
        assertTrue(bad.getMessage().contains(expected.strip()), bad.getMessage());
    }

    @Test
    void anUnknownActionIsToldApart() throws IOException {
        ObjectNode object = Json.readObject("{\"action\":\"DANCE\"}".getBytes(StandardCharsets.UTF_8));
        assertThrows(UnknownActionException.class, () -> flat.readRequest(object, Optional.empty()));
    }

    @Test
    void aHashThatDoesNotMatchIsRefusedInBothDirections() throws IOException {
        String wrong = "\"sha256\":\"" + "0".repeat(64) + "\"";
        ObjectNode submit =
                Json.readObject(("{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"a\",\"result_name\":\"x\"," + wrong + "}")
                        .getBytes(StandardCharsets.UTF_8));
        ObjectNode give = Json.readObject(
                ("{\"action\":\"TASK_PACKAGE\",\"task_name\":\"x\"," + wrong + "}").getBytes(StandardCharsets.UTF_8));
        assertThrows(BadMessage.class, () -> flat.readRequest(submit, Optional.of(PAYLOAD)));
        assertThrows(
                BadMessage.class,
                () -> flat.readReply(new WorkerRequest.RequestTask(PEER, Duration.ZERO), give, Optional.of(PAYLOAD)));
    }

    private static ObjectNode object(Frame frame) throws IOException {
        return Json.readObject(text(frame).getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Frame frame) {
        return new String(frame.before(), StandardCharsets.UTF_8) + new String(frame.after(), StandardCharsets.UTF_8);
    }
}
