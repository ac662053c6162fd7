package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.security.InvalidKeyException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.dialect.OwnDialect;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.identity.WorkerKey;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.testkit.Zips;

/** A worker is who it was: those with a key, and those who speak in their names, at a whole master without a room's key. */
@Tag("slow")
class KeyedWorkersTest extends OnMaster {
    private static final byte[] PACKAGE = Zips.of("main.py", "print(1)");
    private static final String FIRST = "the-first-process";
    private static final String SECOND = "the-second-process";

    private final WorkerKey key = WorkerKey.random();

    private Map<String, Object> takeTask(PlayedWorker worker) throws IOException {
        Zips.drop(folder.resolve("tasks"), "job.zip", PACKAGE);
        return await().until(() -> worker.says(worker.ask()), answer -> "TASK_PACKAGE".equals(answer.get("action")));
    }

    private Object state() {
        Map<String, Object> answer = Talk.ask(master, "{\"action\":\"SHOW_TASK\",\"task\":\"1\"}");
        return ((Map<?, ?>) answer.get("task")).get("status");
    }

    private List<String> warnings() {
        Map<String, Object> events = Talk.ask(master, "{\"action\":\"READ_EVENTS\",\"after\":0}");
        return ((List<?>) events.get("events"))
                .stream()
                        .map(event -> (Map<?, ?>) event)
                        .filter(event -> "warning".equals(event.get("kind")))
                        .map(event -> String.valueOf(event.get("text")))
                        .toList();
    }

    /** The attacker is refused; the worker goes on, and is told once, and so is the master's log. */
    private void assertBothAreTold(PlayedWorker victim) throws IOException {
        Map<String, Object> alive = victim.says(victim.heartbeat());
        assertEquals("ALIVE", alive.get("status"), String.valueOf(alive));
        assertTrue(String.valueOf(alive.get("notice")).contains("in the name of this worker"), String.valueOf(alive));
        assertFalse(victim.says(victim.heartbeat()).containsKey("notice"), "once for each address");
        assertEquals(1, warnings().size(), "once for each address: " + warnings());
        assertTrue(warnings().get(0).contains("127.0.0.1"), warnings().get(0));
    }

    private static String code(Map<String, Object> answer) {
        return String.valueOf(answer.getOrDefault("code", answer.get("status")));
    }

    @Test
    void aWorkerProvesItsKeyAndIsServed() throws Exception {
        try (PlayedWorker worker = PlayedWorker.with(master, key)) {
            Map<String, Object> terms = worker.registers(FIRST);
            assertEquals("REGISTERED", terms.get("status"));
            assertTrue(((List<?>) terms.get("features")).contains("bound"), String.valueOf(terms));
            Map<String, Object> task = takeTask(worker);
            assertEquals("ALIVE", code(worker.says(worker.heartbeat(PlayedWorker.lease(task)))));
            assertEquals("OK", code(worker.says(worker.result(task))));
            assertEquals("succeeded", state());
            assertEquals(List.of(), warnings());
        }
    }

    @Test
    void nobodyRegistersInAnothersName() throws Exception {
        try (PlayedWorker worker = PlayedWorker.with(master, key);
                PlayedWorker withoutKey = new PlayedWorker(master, key.id(), Optional.empty());
                PlayedWorker withItsOwn = new PlayedWorker(master, key.id(), Optional.of(WorkerKey.random()))) {
            worker.registers(FIRST);
            String proved = worker.said();
            assertEquals("ID_IN_USE", code(withoutKey.registers(SECOND)));
            assertEquals("ID_IN_USE", code(withItsOwn.registers(SECOND)));
            // It names the right key, which everybody may know, and has another.
            Map<String, Object> asked = withItsOwn.says(
                    PlayedWorker.text(new OwnDialect(), worker.registration(SECOND, Optional.of(FIRST))));
            String nonce = String.valueOf(asked.get("nonce"));
            OwnDialect wrong =
                    OwnDialect.proving(WorkerKey.random().agree(String.valueOf(asked.get("key")), nonce), nonce);
            assertEquals(
                    "CONFLICT",
                    code(withItsOwn.says(PlayedWorker.text(wrong, worker.registration(SECOND, Optional.of(FIRST))))));
            assertEquals("PROVE_KEY", code(withItsOwn.says(proved)), "what was said once is no proof");
            String flat = "{\"action\":\"REGISTER\",\"peer_id\":\"" + key.id() + "\",\"addr\":[\"10.0.0.9\",5]}";
            assertEquals("CONFLICT", code(withoutKey.says(flat)));
            assertBothAreTold(worker);
        }
    }

    /** It has read all that the worker said, also its session. */
    @Test
    void aForgedResultIsRefused() throws Exception {
        try (PlayedWorker worker = PlayedWorker.with(master, key);
                PlayedWorker liar = new PlayedWorker(master, key.id(), Optional.empty())) {
            Map<String, Object> terms = worker.registers(FIRST);
            Map<String, Object> task = takeTask(worker);
            Optional<String> session = Optional.of(String.valueOf(terms.get("session")));
            OwnDialect unsealed = OwnDialect.inSession(session, Optional.empty());
            OwnDialect sealedByAnother = OwnDialect.inSession(
                    session,
                    Optional.of(WorkerKey.random()
                            .agree(WorkerKey.random().open(), WorkerKey.random().open())));
            WorkerRequest result = worker.result(task);
            for (OwnDialect words : List.of(new OwnDialect(), unsealed, sealedByAnother)) {
                assertEquals("TRY_LATER", code(liar.says(PlayedWorker.text(words, result))));
                for (WorkerRequest lie :
                        List.of(worker.ask(), worker.heartbeat(), worker.giveBack(PlayedWorker.lease(task)))) {
                    assertEquals("CONFLICT", code(liar.says(PlayedWorker.text(words, lie))));
                }
            }
            assertEquals("CONFLICT", code(liar.says("{\"action\":\"REQUEST_TASK\",\"peer_id\":\"" + key.id() + "\"}")));
            assertEquals("running", state());
            worker.says(worker.heartbeat(PlayedWorker.lease(task)));
            assertEquals(1, warnings().size(), String.valueOf(warnings()));
            assertEquals("OK", code(worker.says(result)));
            assertEquals("succeeded", state());
        }
    }

    @Test
    void whatIsChangedOnTheWayIsRefused() throws Exception {
        try (PlayedWorker worker = PlayedWorker.with(master, key);
                PlayedWorker between = new PlayedWorker(master, key.id(), Optional.empty())) {
            Map<String, Object> terms = worker.registers(FIRST);
            Map<String, Object> task = takeTask(worker);
            assertEquals("ALIVE", code(worker.says(worker.heartbeat(PlayedWorker.lease(task)))));
            String session = String.valueOf(terms.get("session"));
            assertTrue(worker.said().contains(session), "the session is no secret on a network that is not encrypted");
            String changed = worker.said().replace("\"attempt\":1", "\"attempt\":2");
            assertNotEquals(worker.said(), changed);
            assertEquals("CONFLICT", code(between.says(changed)));
            String more = worker.said().replace("\"session\"", "\"clock\":{\"round\":0},\"session\"");
            assertEquals("ERROR", between.says(more).get("status"));
        }
    }

    @Test
    void aRepeatedMessageChangesNothing() throws Exception {
        try (PlayedWorker worker = PlayedWorker.with(master, key);
                PlayedWorker recorder = new PlayedWorker(master, key.id(), Optional.empty())) {
            worker.registers(FIRST);
            Map<String, Object> task = takeTask(worker);
            String asked = worker.said();
            worker.says(worker.heartbeat(PlayedWorker.lease(task)));
            assertEquals("CONFLICT", code(recorder.says(worker.said())));
            assertEquals("CONFLICT", code(recorder.says(asked)));
            assertBothAreTold(worker);
            assertEquals("OK", code(worker.says(worker.result(task))));
            Map<String, Object> again = recorder.says(worker.said());
            assertEquals(true, again.get("duplicate"), "a result is safe to repeat: " + again);
            assertEquals("CONFLICT", code(recorder.says(asked)));
        }
    }

    @Test
    void nobodyHasAnothersLease() throws Exception {
        try (PlayedWorker worker = PlayedWorker.with(master, key);
                PlayedWorker thief = PlayedWorker.with(master, WorkerKey.random())) {
            worker.registers(FIRST);
            Map<String, Object> task = takeTask(worker);
            Lease lease = PlayedWorker.lease(task);
            thief.registers(SECOND);
            Map<String, Object> alive = thief.says(thief.heartbeat(lease));
            assertEquals(1, ((List<?>) alive.get("drop")).size(), "it is told to let go: " + alive);
            assertEquals("NOT_LEASED", code(thief.says(thief.result(task))));
            assertEquals("OK", code(thief.says(thief.giveBack(lease))), "there is nothing to give back");
            assertEquals("CONFLICT", code(thief.says(worker.giveBack(lease))));
            assertEquals("TRY_LATER", code(thief.says(worker.result(task))));
            assertEquals("running", state());
            Map<String, Object> told = worker.says(worker.heartbeat(lease));
            assertFalse(told.containsKey("drop"), String.valueOf(told));
            assertTrue(String.valueOf(told.get("notice")).contains("one of its tasks"), String.valueOf(told));
            assertEquals(1, warnings().size(), String.valueOf(warnings()));
            assertEquals("OK", code(worker.says(worker.result(task))));
        }
    }

    /** What does not touch the task itself: its log, its job's files, what the machine is, and that it leaves. */
    @Test
    void nobodyWritesReadsTellsOrLeavesForAnother() throws Exception {
        try (PlayedWorker worker = PlayedWorker.with(master, key);
                PlayedWorker thief = PlayedWorker.with(master, WorkerKey.random())) {
            worker.registers(FIRST);
            Map<String, Object> task = takeTask(worker);
            Lease lease = PlayedWorker.lease(task);
            thief.registers(SECOND);
            for (WorkerRequest lie : List.of(
                    new WorkerRequest.SendLog(key.id(), lease, "stdout", 0, 4, "lie\n"),
                    new WorkerRequest.FetchShared(key.id(), lease, Sha256.of(PACKAGE)),
                    new WorkerRequest.TellFacts(key.id(), WorkerFacts.unknown()),
                    new WorkerRequest.Leave(key.id()))) {
                assertEquals("CONFLICT", code(thief.says(lie)), lie::toString);
            }
            assertEquals("OK", code(thief.says(new WorkerRequest.SendLog(thief.id(), lease, "stdout", 0, 4, "lie\n"))));
            assertEquals(
                    "NOT_LEASED",
                    code(thief.says(new WorkerRequest.FetchShared(thief.id(), lease, Sha256.of(PACKAGE)))));
            Map<String, Object> log =
                    Talk.ask(master, "{\"action\":\"READ_LOG\",\"task\":\"1\",\"stream\":\"stdout\",\"from\":0}");
            assertFalse(log.toString().contains("lie"), "nobody writes into another's log: " + log);
            assertEquals("running", state(), "it has not left");
            assertEquals("OK", code(worker.says(worker.result(task))));
        }
    }

    @Test
    void aCopiedKeyIsNoticedAndSaidOnBoth() throws Exception {
        try (PlayedWorker first = PlayedWorker.with(master, key);
                PlayedWorker copy = PlayedWorker.with(master, key)) {
            first.registers(FIRST);
            for (int i = 0; i < 3; i++) {
                Map<String, Object> refused = copy.registers(SECOND);
                assertEquals("ID_IN_USE", code(refused));
                assertTrue(String.valueOf(refused.get("message")).contains("pc-" + FIRST), String.valueOf(refused));
            }
            Map<String, Object> alive = first.says(first.heartbeat());
            assertEquals("ALIVE", alive.get("status"));
            assertTrue(String.valueOf(alive.get("notice")).contains("pc-" + SECOND), String.valueOf(alive));
            assertEquals(1, warnings().size(), String.valueOf(warnings()));
        }
    }

    @Test
    void aWorkerThatStartsAgainIsWhoItWas() throws Exception {
        try (PlayedWorker before = PlayedWorker.with(master, key);
                PlayedWorker after = PlayedWorker.with(master, key)) {
            before.registers(FIRST);
            Map<String, Object> task = takeTask(before);
            Lease lease = PlayedWorker.lease(task);
            assertEquals("REGISTERED", code(after.registers(after.registration(SECOND, Optional.of(FIRST), lease))));
            assertEquals("REGISTER_AGAIN", code(before.says(before.heartbeat())), "its session is over");
            assertEquals("OK", code(after.says(after.result(task))));
            assertEquals(List.of(), warnings());
        }
    }

    /** As after a failover: a new leader knows no sessions, and knows the key by the id. */
    @Test
    void aNewLeaderKnowsAsMuch() throws Exception {
        Map<String, Object> task;
        String sealed;
        try (PlayedWorker worker = PlayedWorker.with(master, key)) {
            worker.registers(FIRST);
            task = takeTask(worker);
            worker.says(worker.heartbeat(PlayedWorker.lease(task)));
            sealed = worker.said();
        }
        stop();
        start();
        try (PlayedWorker liar = new PlayedWorker(master, key.id(), Optional.empty());
                PlayedWorker worker = PlayedWorker.with(master, key)) {
            assertEquals("ID_IN_USE", code(liar.registers(SECOND)));
            assertEquals("CONFLICT", code(liar.says(liar.ask())));
            assertEquals("CONFLICT", code(liar.says(liar.heartbeat())));
            assertEquals("TRY_LATER", code(liar.says(liar.result(task))));
            assertEquals("REGISTER_AGAIN", code(liar.says(sealed)));
            assertEquals("running", state());
            Lease lease = PlayedWorker.lease(task);
            assertEquals("REGISTERED", code(worker.registers(worker.registration(FIRST, Optional.empty(), lease))));
            assertEquals("OK", code(worker.says(worker.result(task))));
        }
    }

    /** Its result lies in the outbox under its old id, and it has got a key now. */
    @Test
    void aWorkerThatGotAKeyDeliversWhatItDidBefore() throws Exception {
        try (PlayedWorker before = new PlayedWorker(master, WorkerId.random(), Optional.empty());
                PlayedWorker after = PlayedWorker.with(master, key)) {
            assertEquals("REGISTERED", code(before.registers(FIRST)));
            Map<String, Object> task = takeTask(before);
            assertEquals("REGISTERED", code(after.registers(after.registration(SECOND, Optional.of(FIRST)))));
            assertEquals("OK", code(after.says(before.giveBack(PlayedWorker.lease(task)))));
            await("what it gives back goes to the next").until(() -> !"running".equals(state()));
            assertEquals("OK", code(after.says(PlayedWorker.result(before.id(), task))));
            assertEquals("succeeded", state());
            assertEquals(List.of(), warnings());
        }
    }

    @Test
    void nobodyDeliversForAWorkerWithAKeyThatIsGone() throws IOException, InvalidKeyException {
        try (PlayedWorker other = PlayedWorker.with(master, WorkerKey.random())) {
            Map<String, Object> task;
            try (PlayedWorker worker = PlayedWorker.with(master, key)) {
                worker.registers(FIRST);
                task = takeTask(worker);
                worker.says(new WorkerRequest.Heartbeat(key.id(), Optional.of(List.of(PlayedWorker.lease(task)))));
            }
            other.registers(SECOND);
            assertEquals("TRY_LATER", code(other.says(PlayedWorker.result(key.id(), task))));
            assertEquals("running", state());
        }
    }

    /** A person gave it another id: that id is bound to the key for as long as the worker lives. */
    @Test
    void aWorkerWithAnIdOfAPersonIsBoundToo() throws Exception {
        WorkerId called = new WorkerId("pc7");
        try (PlayedWorker worker = new PlayedWorker(master, called, Optional.of(key));
                PlayedWorker other = new PlayedWorker(master, called, Optional.of(WorkerKey.random()));
                PlayedWorker old = new PlayedWorker(master, called, Optional.empty())) {
            Map<String, Object> terms = worker.registers(FIRST);
            Optional<String> session = Optional.of(String.valueOf(terms.get("session")));
            OwnDialect unsealed = OwnDialect.inSession(session, Optional.empty());
            assertEquals("CONFLICT", code(old.says(PlayedWorker.text(unsealed, worker.ask()))));
            WorkerRequest.Register asItsNext = other.registration(SECOND, Optional.of(FIRST));
            assertEquals("ID_IN_USE", code(other.registers(asItsNext)), "it has not the same key");
            assertEquals("ID_IN_USE", code(old.registers(old.registration(SECOND, Optional.of(FIRST)))));
            assertEquals("ALIVE", code(worker.says(worker.heartbeat())));
        }
    }
}
