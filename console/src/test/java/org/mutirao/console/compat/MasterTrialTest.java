package org.mutirao.console.compat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.MappingIterator;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.mutirao.console.compat.ScriptedMaster.Script;
import org.mutirao.protocol.json.Json;

/** Masters that do one thing each: the report says that thing and nothing else. */
class MasterTrialTest {
    /** For those that never answer, so that nothing depends on it. */
    private static final Duration SHORT = Duration.ofMillis(30);

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String SUMMARY = "no dialect that is known here";
    private static final String SILENT = "says nothing, the connection stays open";
    private static final String CLOSES = "closes the connection without a word";
    private static final String BREAKS = "breaks the connection off; what it may have said before was not seen";

    private final List<Finding> findings = new ArrayList<>();
    private boolean speaks;
    private boolean tookTask;

    private void playAgainst(Script script, Duration patience) throws IOException {
        try (ScriptedMaster master = new ScriptedMaster(script)) {
            MasterTrial trial =
                    new MasterTrial(master.address(), List.of(), patience, false, System::nanoTime, findings::add);
            speaks = trial.run();
            tookTask = trial.tookTask();
        }
    }

    private Set<String> words() {
        return findings.stream().map(Finding::words).collect(Collectors.toCollection(TreeSet::new));
    }

    private String row(String about, String trial) {
        return findings.stream()
                .filter(finding ->
                        finding.about().equals(about) && finding.trial().equals(trial))
                .map(Finding::words)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row '" + about + ", " + trial + "' in " + findings));
    }

    private void assertOnly(String... words) {
        assertTrue(findings.size() > 20, findings.toString());
        Set<String> others = words();
        others.removeAll(Set.of(words));
        assertEquals(Set.of(), others, "it saw nothing of that");
        assertFalse(speaks);
        assertFalse(tookTask);
    }

    @Test
    void ofASilentMasterItSaysThatItIsSilent() throws IOException {
        playAgainst(ScriptedMaster::readAll, SHORT);
        assertOnly(SILENT, "hands out nothing: " + SILENT, SUMMARY);
        assertEquals("hands out nothing: " + SILENT, row("flat", "REQUEST_TASK"), "which is no likeness to a group");
    }

    @Test
    void ofOneThatClosesAtOnceItSaysThatItCloses() throws IOException {
        playAgainst(connection -> {}, LONG);
        assertOnly(CLOSES, "hands out nothing: " + CLOSES, BREAKS, SUMMARY);
    }

    @Test
    void garbageIsCalledGarbage() throws IOException {
        playAgainst(
                connection -> {
                    ScriptedMaster.say(connection, "HTTP/1.1 400 Bad Request {\"status\":\"REGISTERED\"}");
                    connection.shutdownOutput();
                    ScriptedMaster.readAll(connection);
                },
                LONG);
        assertOnly(
                "sends something that is no JSON object: HTTP/1.1 400 Bad Request {\"status\":\"REGISTERED\"}",
                SUMMARY);
    }

    @Test
    void halfAnAnswerIsNoAnswer() throws IOException {
        playAgainst(
                connection -> {
                    ScriptedMaster.say(connection, "{\"status\":\"REGISTERED\",\"note\":\"}");
                    connection.shutdownOutput();
                    ScriptedMaster.readAll(connection);
                },
                LONG);
        assertOnly(
                "sends the beginning of a JSON object, and no end: {\"status\":\"REGISTERED\",\"note\":\"}", SUMMARY);
    }

    /** Speaks group B's dialect on a connection that stays open. */
    private static void speak(Socket connection, Map<String, String> answers) throws IOException {
        try (MappingIterator<Map<String, Object>> messages =
                Json.mapper().readerForMapOf(Object.class).readValues(connection.getInputStream())) {
            while (messages.hasNextValue()) {
                Object action = messages.nextValue().get("action");
                if (action == null) {
                    return;
                }
                String answer = answers.getOrDefault(action.toString(), answers.get("else"));
                ScriptedMaster.say(connection, answer);
                if (!answer.endsWith("}")) {
                    return;
                }
            }
        }
    }

    private static Map<String, String> answers(String toRequestTask, String toSubmit) {
        return Map.of(
                "REGISTER", "{\"status\":\"REGISTERED\"}",
                "HEARTBEAT", "{\"status\":\"ALIVE\"}",
                "REQUEST_TASK", toRequestTask,
                "SUBMIT_RESULT", toSubmit,
                "else", "{\"status\":\"UNKNOWN_ACTION\"}");
    }

    @Test
    void oneThatIsRightIsDescribedAsItIs() throws IOException {
        Map<String, String> right = answers("{\"action\":\"NO_TASK\"}", "{\"status\":\"OK\"}");
        playAgainst(connection -> speak(connection, right), LONG);
        assertTrue(speaks);
        assertFalse(tookTask);
        assertEquals("registers us: {\"status\":\"REGISTERED\"}", row("flat", "REGISTER"));
        assertEquals("says that we are alive: {\"status\":\"ALIVE\"}", row("flat", "HEARTBEAT"));
        assertEquals("no work: {\"action\":\"NO_TASK\"} (as group B's)", row("flat", "REQUEST_TASK"));
        assertEquals(
                "says that it does not know that: {\"status\":\"UNKNOWN_ACTION\"}",
                row("flat", "an action of no known name"));
        assertEquals("takes it: {\"status\":\"OK\"}", row("flat", "SUBMIT_RESULT of a peer that holds nothing"));
        assertEquals(CLOSES, row("envelope", "REGISTER"), "which it does not speak");
        assertEquals("hands out nothing: " + CLOSES, row("envelope", "REQUEST_TASK"), "so that is no likeness");
        assertEquals("stays open for more, and answers it", row("connection", "after an answer"));
        assertEquals(
                "waits until it is whole, then: {\"status\":\"ALIVE\"}", row("connection", "a message in two pieces"));
        assertEquals("answers both", row("connection", "two messages in one write"));
        assertEquals("takes all sizes tried, up to 1000000 bytes of JSON", row("results", "results of growing size"));
        assertTrue(
                row("mutirao", "the console's and our workers' own messages").startsWith("not played"),
                findings.toString());
        assertFalse(row("summary", "registers peers in").contains("envelope"));
    }

    @Test
    void onlyItsOwnWordsAreNoWorkOrAResultTaken() throws IOException {
        Map<String, String> odd =
                answers("{\"mood\":\"good\"}", "{\"status\":\"ERROR\",\"message\":\"not \\\"OK\\\", \",\"x\":\"OK\"}");
        playAgainst(connection -> speak(connection, odd), LONG);
        assertEquals("hands out nothing: {\"mood\":\"good\"}", row("flat", "REQUEST_TASK"));
        assertTrue(row("results", "results of growing size").startsWith("takes none: "), findings.toString());
        assertTrue(row("flat", "SUBMIT_RESULT of a peer that holds nothing").startsWith("refuses: "));
    }

    @Test
    void aRefusalToHandOutWorkIsARefusal() throws IOException {
        Map<String, String> full = answers("{\"status\":\"ERROR\",\"message\":\"go away\"}", "{\"status\":\"OK\"}");
        playAgainst(connection -> speak(connection, full), LONG);
        assertEquals("refuses: {\"status\":\"ERROR\",\"message\":\"go away\"}", row("flat", "REQUEST_TASK"));
    }

    /** It may be lost by that, so a person must know of it, and no second one is taken. */
    @Test
    void halfAPackageIsATaskTaken() throws IOException {
        String half = "{\"action\":\"TASK_PACKAGE\",\"task_name\":\"a.zip\",\"task_data\":\"UEsDBBQA";
        Map<String, String> answers = answers(half, "{\"status\":\"OK\"}");
        playAgainst(connection -> speak(connection, answers), LONG);
        assertTrue(tookTask);
        List<String> asked = findings.stream()
                .filter(finding -> finding.trial().equals("REQUEST_TASK"))
                .map(Finding::words)
                .filter(words -> !words.equals("hands out nothing: " + CLOSES)) // the dialect that it does not speak
                .toList();
        assertEquals(
                "begins to hand out a task, and stops after " + half.length() + " bytes of JSON: " + half,
                asked.get(0));
        assertEquals(Set.of("not tried: one was taken already"), Set.copyOf(asked.subList(1, asked.size())));
    }

    @Test
    void anAnswerToWhatItDidNotReadToItsEndIsSeen() throws IOException {
        String tooLong = "{\"status\":\"ERROR\",\"message\":\"too long\"}";
        playAgainst(
                connection -> {
                    byte[] start = connection.getInputStream().readNBytes(16);
                    boolean known = new String(start, StandardCharsets.UTF_8).startsWith("{");
                    ScriptedMaster.say(connection, known ? tooLong : "no");
                    connection.shutdownOutput();
                    ScriptedMaster.readAll(connection);
                },
                LONG);
        assertEquals("refuses: " + tooLong, row("flat", "SUBMIT_RESULT of a peer that holds nothing"));
    }
}
