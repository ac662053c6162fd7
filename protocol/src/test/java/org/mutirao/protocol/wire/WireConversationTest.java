package org.mutirao.protocol.wire;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.threads.EventThread;
import org.mutirao.protocol.threads.Liveness;

/** Real sockets on loopback. */
class WireConversationTest extends OnLoopback {
    @Test
    void answersInTheOrderAskedEvenIfTheFirstAnswerComesLast() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write("{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\"}{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\"}"
                            .getBytes(StandardCharsets.UTF_8));
            await().until(() -> unanswered.size() == 1);
            assertEquals(1, requests.size(), "the second waits until the first is answered");
            unanswered.get(0).send(new Reply.NoTask());
            String expected = "{\"action\":\"NO_TASK\",\"status\":\"NO_TASKS\",\"task_name\":null,\"task_data\":null}"
                    + "{\"status\":\"ALIVE\"}";
            byte[] answer = socket.getInputStream().readNBytes(expected.length());
            assertEquals(expected, new String(answer, StandardCharsets.UTF_8));
        }
    }

    @Test
    void answersOfOneTaskOfAnEventThreadReachAllThatWait() throws Exception {
        EventThread events = new EventThread("events", Liveness.unwatched().activity("events", TIMEOUT));
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                sockets.add(connect());
                sockets.get(i)
                        .getOutputStream()
                        .write("{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\"}".getBytes(StandardCharsets.UTF_8));
            }
            await().until(() -> unanswered.size() == 3);
            events.execute(() -> unanswered.forEach(answer -> answer.send(new Reply.NoTask())));
            for (Socket socket : sockets) {
                assertEquals('{', socket.getInputStream().read());
            }
        } finally {
            events.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    /** Some programs read lines, and would wait for ever for the end of one. */
    @Test
    void anAnswerEndsInALineFeedIfTheQuestionDid() throws Exception {
        String heartbeat = "{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\"}";
        String alive = "{\"status\":\"ALIVE\"}";
        assertEquals(alive, say(heartbeat));
        assertEquals(alive + "\n", say(heartbeat + "\n"));
        assertEquals(alive + "\n" + alive + alive + "\n", say(heartbeat + " \r\n" + heartbeat.repeat(2) + "\n"));
        assertEquals(
                "{\"type\":\"ALIVE\",\"data\":{}}\n", say("{\"type\":\"HEARTBEAT\",\"data\":{\"peer_id\":\"p\"}}\n"));
        assertTrue(say("{\"action\":\"HEARTBEAT\"}\n").endsWith("}\n"));
        assertTrue(say("{\"action\":\"DANCE\"}\n").endsWith("}\n"));
        assertTrue(say("hello\n").endsWith("}\n"));
        assertTrue(say("hello").endsWith("}"));
        Path file = folder.resolve("parcel");
        Files.write(file, new byte[] {1, 2, 3});
        parcel = new Payload(file, new Blob(Sha256.ofFile(file), 3));
        String ask = "{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\"}";
        assertEquals(say(ask) + "\n", say(ask + "\n"));
        assertEquals("{\"TASK\":\"NO_TASK\"}\n", say("{\"WORKER\":\"ALIVE\",\"WORKER_UUID\":\"w\"}"));
    }

    @Test
    void aFileThatIsGoneOrShorterThanToldIsAnsweredWithASentence() throws Exception {
        Path file = Files.write(folder.resolve("short.zip"), new byte[10]);
        for (int size : new int[] {100, 10_000_000}) {
            parcel = new Payload(file, new Blob(Sha256.of(new byte[0]), size));
            String said =
                    say("{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\"}{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\"}");
            assertTrue(said.contains("can't be read here"), said);
            assertTrue(said.endsWith("{\"status\":\"ALIVE\"}"), "the connection works on: " + said);
            Files.deleteIfExists(file);
        }
    }

    @Test
    void tellsWhenAConnectionIsGone() throws Exception {
        connect().close();
        await().until(() -> closed.size() == 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "GET / HTTP/1.1                    | expected a JSON object",
                "{\"action\":\"HEARTBEAT\",}       | not a message",
                "{\"action\":\"DANCE\"}            | UNKNOWN_ACTION",
                "{\"action\":\"HEARTBEAT\"}        | 'peer_id' is missing",
                "{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"p\",\"result_name\":\"x\",\"result_data\":\"QU!D\"} | not base64",
                "{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\",\"peer_id\":\"q\"} | not a message",
            })
    void badInputGetsOneClearAnswer(String text, String expected) throws IOException {
        String answer = say(text.strip());
        assertTrue(answer.contains(expected.strip()), answer);
        assertEquals(answer.lastIndexOf("\"status\""), answer.indexOf("\"status\""), "exactly one answer: " + answer);
    }

    @Test
    void aMessageOfAThousandSegmentsIsOneMessage() throws IOException {
        try (Socket socket = connect()) {
            socket.setTcpNoDelay(true);
            String text = "{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\",\"filler\":\"" + "x".repeat(1000) + "\"}";
            for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
                socket.getOutputStream().write(each);
                socket.getOutputStream().flush();
            }
            assertEquals('{', socket.getInputStream().read());
        }
        assertEquals(1, requests.size());
    }

    @Test
    void largePayloadsGoBothWaysUnchanged() throws Exception {
        byte[] bytes = new byte[20_000_000];
        new Random(7).nextBytes(bytes);
        Path file = Files.write(folder.resolve("parcel"), bytes);
        parcel = new Payload(file, new Blob(Sha256.of(bytes), bytes.length));
        try (WireClient client = client()) {
            Reply.TaskPackage got = (Reply.TaskPackage)
                    client.ask(endpoint(), new WorkerRequest.RequestTask(PEER, Duration.ZERO), TIMEOUT);
            assertEquals(parcel.blob(), got.taskPackage().blob());
            WorkerRequest submit = new WorkerRequest.SubmitResult(PEER, "x.zip", got.taskPackage(), Optional.empty());
            assertEquals(new Reply.Ok(false), client.ask(endpoint(), submit, TIMEOUT));
        }
        WorkerRequest.SubmitResult received = (WorkerRequest.SubmitResult) requests.get(1);
        assertEquals(-1, Files.mismatch(file, received.result().file()));
    }
}
