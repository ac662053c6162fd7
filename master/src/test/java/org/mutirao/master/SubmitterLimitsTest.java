package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.dialect.OwnDialect;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.room.Role;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.protocol.wire.RoomPass;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.protocol.wire.WireClient;
import org.mutirao.testkit.Zips;

/** A submitter may have so much unfinished and no more, by TCP and by HTTP together. */
class SubmitterLimitsTest extends OverHttp {
    private static final String TOKEN = "a-token-for-the-operator";
    private static final int TASKS = 6;
    private static final int JOBS = 3;

    private final RoomSecret room = SharedRoom.SECRET;

    @BeforeEach
    void startWithAKey() throws IOException {
        restart();
    }

    private void restart() throws IOException {
        master.close();
        master = TestMaster.in(folder)
                .perSubmitter(TASKS, JOBS)
                .room(room)
                .http(new HostPort("127.0.0.1", 0), Optional.of(TOKEN))
                .start();
        master.openHttp();
    }

    private Reply ask(RoomSecret secret, Request request) throws IOException, InterruptedException {
        try (WireClient client = new WireClient(1, Spool.none(), RoomPass.of(Optional.of(secret)))) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), master.port());
            return client.ask(
                    new WireClient.Endpoint(address, new OwnDialect(), true), request, Duration.ofSeconds(20));
        }
    }

    private RoomSecret issue(Role role) throws IOException, InterruptedException {
        Reply.BadgeState issued =
                assertInstanceOf(Reply.BadgeState.class, ask(room, new AccessRequest.IssueBadge(role, "Ana")));
        return room.ofBadge(new Badge(role, issued.badge().serial()), issued.grid());
    }

    private static byte[] parts(int tasks) {
        return tasks == 1
                ? Zips.of("main.py", "print(1)")
                : Zips.of("main.py", "print(1)", "task.json", "{\"repeat\": " + tasks + "}");
    }

    private OperatorRequest.SubmitTask submit(int tasks, String key) throws IOException {
        byte[] zip = parts(tasks);
        Path file = Files.write(folder.resolve(UUID.randomUUID() + ".zip"), zip);
        return new OperatorRequest.SubmitTask("x.zip", key, new Payload(file, new Blob(Sha256.of(zip), zip.length)));
    }

    private Reply handIn(RoomSecret secret, int tasks) throws IOException, InterruptedException {
        return ask(secret, submit(tasks, UUID.randomUUID().toString()));
    }

    private HttpResponse<String> handInByHttp(RoomSecret secret, int tasks) throws IOException, InterruptedException {
        return post(
                "/api/tasks?name=y.zip", parts(tasks), "Authorization", "Bearer " + secret.words(), "X-Mutirao", "1");
    }

    private static OperatorRequest withScript(String job, Path script, byte[] text) {
        return new OperatorRequest.RetryWith(job, false, new Payload(script, new Blob(Sha256.of(text), text.length)));
    }

    private static void isTaken(Reply reply) {
        assertInstanceOf(Reply.TaskState.class, reply, reply::toString);
    }

    private static String refused(Refusal refusal, Reply reply) {
        Reply.Failure failure = assertInstanceOf(Reply.Failure.class, reply);
        assertEquals(refusal, failure.refusal(), failure::message);
        return failure.message();
    }

    private void cancelAll(RoomSecret secret) throws IOException, InterruptedException {
        assertInstanceOf(Reply.Changed.class, ask(secret, new OperatorRequest.CancelJobs("all")));
    }

    @Test
    void moreTasksAreRefusedUntilSomeHaveEndedAlsoAfterARestart() throws Exception {
        RoomSecret ana = issue(Role.SUBMITTER);
        isTaken(handIn(ana, TASKS - 1));
        long before = LimitsReached.here().times(Limit.SUBMITTERS);
        String said = refused(Refusal.TRY_LATER, handIn(ana, 2));
        assertTrue(said.startsWith("that would make 7 unfinished tasks, and one submitter may have at most 6"), said);
        HttpResponse<String> byHttp = handInByHttp(ana, 2);
        assertEquals(503, byHttp.statusCode(), byHttp::body);
        assertTrue(byHttp.body().contains("one submitter may have at most 6"), byHttp::body);
        assertEquals(before + 2, LimitsReached.here().times(Limit.SUBMITTERS));
        assertTrue(
                get("/metrics", "Authorization", "Bearer " + TOKEN)
                        .body()
                        .contains("mutirao_limits_reached_total{limit=\"submitters\"} " + (before + 2)),
                "the metric has it");
        isTaken(handIn(issue(Role.SUBMITTER), TASKS));
        isTaken(handIn(issue(Role.OPERATOR), TASKS + 1));
        isTaken(handIn(room, TASKS + 1));

        restart();
        refused(Refusal.TRY_LATER, handIn(ana, 2));
        assertEquals(201, handInByHttp(ana, 1).statusCode());
        assertEquals(503, handInByHttp(ana, 1).statusCode());
        cancelAll(ana);
        isTaken(handIn(ana, TASKS));
    }

    @Test
    void moreJobsAreRefusedAndAJobThatNeverFitsForGood() throws Exception {
        RoomSecret ana = issue(Role.SUBMITTER);
        String never = refused(Refusal.BAD_REQUEST, handIn(ana, TASKS + 1));
        assertTrue(never.startsWith("it has 7 tasks, and one submitter may have at most 6 unfinished"), never);
        assertEquals(422, handInByHttp(ana, TASKS + 1).statusCode());
        OperatorRequest.SubmitTask first = submit(1, "one-key");
        isTaken(ask(ana, first));
        isTaken(handIn(ana, 1));
        isTaken(handIn(ana, 1));
        String said = refused(Refusal.TRY_LATER, handIn(ana, 1));
        assertTrue(said.startsWith("that would make 4 unfinished jobs, and one submitter may have at most 3"), said);
        isTaken(ask(ana, submit(1, "one-key"))); // its answer was lost
        assertInstanceOf(Reply.TaskState.class, ask(ana, new OperatorRequest.CancelTask("1")));
        isTaken(handIn(ana, 1));
        refused(Refusal.TRY_LATER, handIn(ana, 1));
    }

    /** Also for those who have no share of their own. */
    @Test
    void allTogetherHaveNoMoreThanTheLedgerTakes() throws Exception {
        isTaken(handIn(room, 100_000));
        isTaken(handIn(room, 100_000));
        long before = LimitsReached.here().times(Limit.TASKS);
        refused(Refusal.TRY_LATER, handIn(room, 1));
        assertEquals(before + 1, LimitsReached.here().times(Limit.TASKS));
        cancelAll(room);
        isTaken(handIn(room, 1));
    }

    @Test
    void whatRunsAgainCountsToo() throws Exception {
        RoomSecret ana = issue(Role.SUBMITTER);
        isTaken(handIn(ana, 3));
        isTaken(handIn(ana, 1));
        cancelAll(ana);
        isTaken(handIn(ana, 4));
        refused(Refusal.TRY_LATER, ask(ana, new OperatorRequest.RetryJobs("j1", false)));
        refused(Refusal.TRY_LATER, ask(ana, new OperatorRequest.RetryJobs("all", false)));
        byte[] text = "print(2)".getBytes(StandardCharsets.UTF_8);
        Path script = Files.write(folder.resolve("other.py"), text);
        for (int i = 0; i < 10; i++) {
            String said = refused(Refusal.TRY_LATER, ask(ana, withScript("j1", script, text)));
            assertTrue(
                    said.contains("one submitter"), "what is refused for that takes nothing from the others: " + said);
        }
        isTaken(ask(ana, new OperatorRequest.RetryTask("1")));
        isTaken(ask(ana, new OperatorRequest.RetryTask("4")));
        refused(Refusal.TRY_LATER, ask(ana, new OperatorRequest.RetryTask("2")));
        HttpResponse<String> many = post(
                "/api/tasks/retry",
                "{\"ids\":[1,2,3]}".getBytes(StandardCharsets.UTF_8),
                "Authorization",
                "Bearer " + ana.words(),
                "X-Mutirao",
                "1");
        assertEquals(
                "0 of 3 tasks changed; that would make 7 unfinished tasks, and one submitter may have at most 6; wait until"
                        + " some have ended, or cancel some",
                json(many).get("text"));
        cancelAll(ana);
        assertEquals(
                4,
                assertInstanceOf(Reply.Changed.class, ask(ana, new OperatorRequest.RetryJobs("j5", false)))
                        .count());
    }

    /** Each is looked at before any of the others is on the log. */
    @Test
    void manyAtOnceGetNoMoreThanOneAfterTheOther() throws Exception {
        RoomSecret ana = issue(Role.SUBMITTER);
        ExecutorService many = Executors.newFixedThreadPool(8);
        try {
            Callable<Reply> one = () -> handIn(ana, 1);
            int taken = 0;
            for (Future<Reply> each :
                    many.invokeAll(Stream.generate(() -> one).limit(24).toList())) {
                taken += each.get() instanceof Reply.TaskState ? 1 : 0;
            }
            assertEquals(JOBS, taken);
        } finally {
            many.shutdownNow();
        }
        cancelAll(ana);
        isTaken(handIn(ana, TASKS));
    }
}
