package org.mutirao.protocol.dialect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.LaterRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;

/** What the later semesters' programs ask, letter by letter, and what they are told. */
class LaterDialectTest {
    private static final Map<String, String> CONVERSATION = new LinkedHashMap<>();

    static {
        CONVERSATION.put(
                "{\"SERVER_UUID\":\"them\",\"TASK\":\"HEARTBEAT\"}",
                "{\"SERVER_UUID\":\"us\",\"TASK\":\"HEARTBEAT\",\"RESPONSE\":\"ALIVE\"}");
        CONVERSATION.put("{\"WORKER\":\"ALIVE\",\"WORKER_UUID\":\"w\"}", "{\"TASK\":\"NO_TASK\"}");
        CONVERSATION.put(
                "{\"WORKER\":\"ALIVE\",\"WORKER_UUID\":\"w\",\"SERVER_UUID\":\"home\",\"port\":8001}",
                "{\"TASK\":\"NO_TASK\"}");
        CONVERSATION.put("{\"STATUS\":\"NOK\",\"TASK\":\"QUERY\",\"WORKER_UUID\":\"w\"}", "{\"STATUS\":\"ACK\"}");
        CONVERSATION.put(
                "{\"TASK\":\"WORKER_REQUEST\",\"REQUESTOR_INFO\":{\"ip\":\"10.0.0.9\",\"port\":8000}}",
                "{\"SERVER_UUID\":\"us\",\"RESPONSE\":\"UNAVAILABLE\"}");
        CONVERSATION.put(
                "{\"type\":\"request_help\",\"request_id\":\"a-7\",\"payload\":{\"master_id\":\"m\",\"workers_needed\":2}}",
                "{\"type\":\"response_rejected\",\"request_id\":\"a-7\",\"payload\":"
                        + "{\"reason\":\"the workers here run packages of Python scripts, and can't be lent\"}}");
        CONVERSATION.put(
                "{\"type\":\"command_release\",\"request_id\":7,\"payload\":{}}",
                "{\"type\":\"response_rejected\",\"request_id\":7,\"payload\":{\"reason\":\"this is not known here\"}}");
        CONVERSATION.put(
                "{\"TYPE\":\"ELECTION_ACK\",\"WORKER_UUID\":\"w\",\"SELECTED_MASTER\":\"us\"}",
                "{\"TYPE\":\"ELECTION_ACK\",\"STATUS\":\"REJECTED\",\"MASTER_NAME\":\"us\"}");
        CONVERSATION.put(
                "{\"TASK\":\"DANCE\",\"SERVER_UUID\":\"them\"}", "{\"SERVER_UUID\":\"us\",\"RESPONSE\":\"UNKNOWN\"}");
    }

    private static ObjectNode object(String text) throws IOException {
        return Json.readObject(text.getBytes(StandardCharsets.UTF_8));
    }

    private static LaterRequest read(String text) throws Exception {
        Dialect spoken = Dialects.of(object(text)).orElseThrow();
        assertEquals("later", spoken.name(), text);
        assertTrue(spoken.endsLines(), "its readers wait for the line's end");
        return (LaterRequest) spoken.readRequest(object(text), Optional.empty());
    }

    @Test
    void eachQuestionHasOneTrueAnswer() throws Exception {
        Set<Class<?>> asked = new HashSet<>();
        for (Map.Entry<String, String> each : CONVERSATION.entrySet()) {
            LaterRequest request = read(each.getKey());
            asked.add(request.getClass());
            Frame frame = new LaterDialect().write(new Reply.Later(request, "us"));
            assertEquals(each.getValue(), new String(frame.before(), StandardCharsets.UTF_8));
        }
        assertEquals(new HashSet<>(Arrays.asList(LaterRequest.class.getPermittedSubclasses())), asked);
    }

    @Test
    void whatIsWrongIsSaid() throws IOException {
        String text = "{\"type\":\"request_help\",\"request_id\":[1],\"payload\":{}}";
        BadMessage bad = assertThrows(BadMessage.class, () -> read(text));
        Frame frame = new LaterDialect().write(new Reply.Failure(Refusal.BAD_REQUEST, bad.getMessage()));
        assertEquals(
                "{\"RESPONSE\":\"ERROR\",\"REASON\":\"'request_id' is to be a number or a short text\"}",
                new String(frame.before(), StandardCharsets.UTF_8));
    }

    /** Their workers can't run our packages. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"TYPE\":\"DISCOVERY\",\"WORKER_UUID\":\"w\"}"})
    void theirDiscoveryIsNotAnswered(String text) throws IOException {
        assertTrue(Dialects.all().stream().noneMatch(dialect -> dialect.name().equals("later")));
        ObjectNode question = object(text);
        assertTrue(Dialects.all().stream().noneMatch(dialect -> dialect.asks(question)));
    }
}
