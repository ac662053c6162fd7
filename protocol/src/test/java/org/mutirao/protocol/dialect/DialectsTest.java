package org.mutirao.protocol.dialect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.LinkedHashMap;
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
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.AttemptRow;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.ChannelRow;
import org.mutirao.protocol.message.ClockMessage;
import org.mutirao.protocol.message.ClockReport;
import org.mutirao.protocol.message.DirectoryRequest;
import org.mutirao.protocol.message.EventRow;
import org.mutirao.protocol.message.FailureRow;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.GroupMessage;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.GroupRow;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.LaterRequest;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.message.MasterChange;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.RegistryRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.ServerRow;
import org.mutirao.protocol.message.StatusCounts;
import org.mutirao.protocol.message.StatusRow;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.message.WorkerChange;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.message.WorkerRow;
import org.mutirao.protocol.units.HostPort;

/**
 * Every message of every dialect against its golden file: what was written once is read for ever. A file that is missing is made
 * and the test fails, so that a person looks at it before it is kept.
 */
class DialectsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final Path OLDER = GOLDEN.resolve("mutirao/older/replies");
    private static final byte[] PARCEL = "a parcel".getBytes(StandardCharsets.UTF_8);
    private static final Payload PAYLOAD = new Payload(Path.of("x"), new Blob(Sha256.of(PARCEL), PARCEL.length));
    private static final WorkerId PEER = new WorkerId("11111111-2222-3333-4444-555555555555");
    private static final GridId GRID = GridId.parse("99999999-8888-7777-6666-555555555555");
    private static final List<Lease> LEASES = List.of(Lease.of(1, 2), Lease.of(3, 1));
    private static final TaskRow TASK = TaskRow.builder()
            .id(7)
            .name("x.zip")
            .status(TaskStatus.SUCCEEDED)
            .attempts(1)
            .bytes(10)
            .submittedAt(1)
            .since(2)
            .worker(Optional.of("pc"))
            .explanation(Optional.of("exit code 0"))
            .build();
    private static final TaskRow PART = TaskRow.builder()
            .id(7)
            .name("prices.zip")
            .status(TaskStatus.RUNNING)
            .attempts(1)
            .bytes(10)
            .submittedAt(1)
            .since(2)
            .worker(Optional.of("pc"))
            .part(5, 3, "june.csv")
            .build();
    private static final JobRow JOB = JobRow.builder()
            .job(5)
            .name("prices.zip")
            .state("failed")
            .tasks(12)
            .counts(new StatusCounts(0, 0, 9, 1, 1, 1))
            .priority(2)
            .submittedAt(1)
            .since(4)
            .endedAt(Optional.of(4L))
            .folder(Optional.of("prices"))
            .explanation(Optional.of("9 of 12 tasks succeeded"))
            .build();
    private static final ChannelRequest.Speaker ANA = new ChannelRequest.Speaker("ana", "session-1");
    private static final ClockReport CLOCK = new ClockReport(7, -20, 300, 4000);
    private static final HostPort LEADER = new HostPort("10.0.0.2", 50020);
    private static final MasterCard CARD = MasterCard.builder()
            .group("default")
            .id(2)
            .node("0123abcd")
            .priority(30)
            .election("highest-priority")
            .size(3)
            .host("10.0.0.2")
            .port(50020)
            .enginePort(50021)
            .grid(Optional.of(GRID.toString()))
            .rank(2)
            .applied(90)
            .ready(true)
            .missing(4)
            .build();
    private static final String INSTANCE = "this-process-of-it";
    private static final String SESSION = "what-the-master-told";
    static final List<Dialect> DIALECTS = Dialects.all();

    private final List<Path> made = new ArrayList<>();

    @AfterEach
    void everyGoldenFileWasThere() {
        assertEquals(List.of(), made, "were missing; look at what is there now and keep it if it is right");
    }

    private static Dialect dialect(String name) {
        return DIALECTS.stream().filter(d -> d.name().equals(name)).findFirst().orElseThrow();
    }

    /** What all dialects have words for. */
    private static Map<String, Request> commonRequests() {
        Map<String, Request> requests = new LinkedHashMap<>();
        requests.put("heartbeat", new WorkerRequest.Heartbeat(PEER, Optional.empty()));
        requests.put("request-task", new WorkerRequest.RequestTask(PEER, Duration.ZERO));
        requests.put("submit-result", new WorkerRequest.SubmitResult(PEER, "x.zip", PAYLOAD, Optional.empty()));
        return requests;
    }

    private static Map<String, Request> requests(String dialect) {
        Map<String, Request> requests = commonRequests();
        switch (dialect) {
            case "super-peer" -> {
                requests.put("register", new WorkerRequest.Register(PEER, "", 7, Optional.empty()));
                requests.put("list-peers", new DirectoryRequest.ListPeers(PEER));
                requests.put("get-peer-info", new DirectoryRequest.GetPeerInfo(PEER));
            }
            case "mutirao" -> {
                requests.put("register", register(Optional.of(LEASES)));
                requests.put("register-without-held", register(Optional.empty()));
                requests.put("register-instance", registerAs(new WorkerRequest.Instance(INSTANCE, Optional.empty())));
                requests.put(
                        "register-instance-after",
                        registerAs(new WorkerRequest.Instance(INSTANCE, Optional.of("the-process-before"))));
                requests.put("heartbeat-in-session", inSession(new WorkerRequest.Heartbeat(PEER, Optional.of(LEASES))));
                requests.put("submit-result-in-session", inSession(submit(new Ending.Exited(0))));
                requests.put("leave-in-session", inSession(new WorkerRequest.Leave(PEER)));
                requests.put("heartbeat-held", new WorkerRequest.Heartbeat(PEER, Optional.of(LEASES)));
                requests.put(
                        "heartbeat-clock", new WorkerRequest.Heartbeat(PEER, Optional.of(LEASES), Optional.of(CLOCK)));
                requests.put("list-servers", new RegistryRequest.ListServers());
                requests.put("give-rank", new RegistryRequest.GiveRank("master-1"));
                requests.put("set-clock", new RegistryRequest.SetClock("master-1", 1_700_000_000_000L));
                requests.put("sync-clock", new RegistryRequest.SyncClock(2, CLOCK));
                requests.put("request-task-wait", new WorkerRequest.RequestTask(PEER, Duration.ofSeconds(20)));
                requests.put("submit-result-exited", submit(new Ending.Exited(-9)));
                requests.put(
                        "submit-result-started",
                        new WorkerRequest.SubmitResult(
                                PEER,
                                "x.zip",
                                PAYLOAD,
                                Optional.of(new WorkerRequest.Delivery(
                                        GRID,
                                        Lease.of(1, 2),
                                        new Ending.Exited(0),
                                        Duration.ofMillis(12),
                                        1_700_000_000_000L))));
                requests.put("submit-result-stopped", submit(new Ending.Stopped(Ending.Limit.TIME)));
                requests.put("submit-result-unreported", submit(new Ending.Unreported()));
                requests.put("return-task", new WorkerRequest.ReturnTask(PEER, Lease.of(1, 2), "no room"));
                requests.put("request-task-parts", new WorkerRequest.RequestTask(PEER, Duration.ofSeconds(20), true));
                requests.put(
                        "fetch-shared",
                        new WorkerRequest.FetchShared(
                                PEER, Lease.of(1, 2), PAYLOAD.blob().hash()));
                requests.put("tell-facts", new WorkerRequest.TellFacts(PEER, FACTS));
                requests.put("tell-nothing", new WorkerRequest.TellFacts(PEER, WorkerFacts.unknown()));
                requests.put("leave", new WorkerRequest.Leave(PEER));
                requests.put("submit-task", new OperatorRequest.SubmitTask("a.zip", "key", PAYLOAD));
                requests.put("list-tasks", new OperatorRequest.ListTasks(Optional.of("queued"), 5, 10));
                requests.put("list-all-tasks", new OperatorRequest.ListTasks(Optional.empty(), 0, 1000));
                requests.put(
                        "list-tasks-of-job",
                        new OperatorRequest.ListTasks(Optional.empty(), 0, 1000, Optional.of("j5")));
                requests.put(
                        "list-jobs",
                        new OperatorRequest.ListJobs(Optional.of("running"), Optional.of("prices"), 40, 20));
                requests.put(
                        "list-all-jobs", new OperatorRequest.ListJobs(Optional.empty(), Optional.empty(), 0, 1000));
                requests.put("show-job", new OperatorRequest.ShowJob("prices.zip"));
                requests.put("wait-job", new OperatorRequest.WaitJob("j5", 12, Duration.ofSeconds(20), 500));
                requests.put("cancel-jobs", new OperatorRequest.CancelJobs("slow*"));
                requests.put("retry-with", new OperatorRequest.RetryWith("j5", true, PAYLOAD));
                requests.put("retry-jobs", new OperatorRequest.RetryJobs("j5", true));
                requests.put("forget-jobs", new OperatorRequest.ForgetJobs("all"));
                requests.put("get-result-of-job", new OperatorRequest.GetResult("j5"));
                requests.put("show-task", new OperatorRequest.ShowTask("7"));
                requests.put("show-worker", new OperatorRequest.ShowWorker("pc"));
                requests.put("list-workers", new OperatorRequest.ListWorkers());
                requests.put("cancel-task", new OperatorRequest.CancelTask("7"));
                requests.put("retry-task", new OperatorRequest.RetryTask("x.zip"));
                requests.put("get-status", new OperatorRequest.GetStatus());
                requests.put("send-log", new WorkerRequest.SendLog(PEER, Lease.of(1, 2), "stdout", 5, 9, "a\nb\u0007"));
                requests.put("retry-failed", new OperatorRequest.RetryFailed());
                requests.put("explain-task", new OperatorRequest.ExplainTask("7"));
                requests.put("change-worker", new OperatorRequest.ChangeWorker("pc", WorkerChange.DRAIN));
                requests.put("get-result", new OperatorRequest.GetResult("7"));
                requests.put("read-log", new OperatorRequest.ReadLog("7", "stderr", 100));
                requests.put("read-events-of-job", new OperatorRequest.ReadEvents(4, Optional.of(5L)));
                requests.put("read-events", new OperatorRequest.ReadEvents(4));
                requests.put("list-masters", new OperatorRequest.ListMasters());
                requests.put("change-masters", new OperatorRequest.ChangeMasters(MasterChange.ADD, "4@pc4:50020"));
                requests.put(
                        "say-to-group",
                        new OperatorRequest.SayToGroup(GroupMessage.SEND, Optional.of(2), "good evening"));
                requests.put("greet", new GroupRequest.Greet(CARD));
                requests.put("found-group", new GroupRequest.FoundGroup(GRID, true, List.of(CARD)));
                requests.put("admit", new GroupRequest.Admit(GRID, "0123abcd", 4));
                requests.put("store-blob", new GroupRequest.StoreBlob(GRID, PAYLOAD));
                requests.put(
                        "fetch-blob",
                        new GroupRequest.FetchBlob(GRID, PAYLOAD.blob().hash(), 7));
                requests.put("find-leader", new GroupRequest.FindLeader());
                requests.put("prove-data", new GroupRequest.ProveData("0123456789abcdef"));
                requests.put("enter-channel", new ChannelRequest.Enter(ANA, 4, false));
                requests.put("enter-channel-again", new ChannelRequest.Enter(ANA, 4, true));
                requests.put("leave-channel", new ChannelRequest.Exit(ANA));
                requests.put("make-topic", new ChannelRequest.MakeTopic(ANA, "weather"));
                requests.put(
                        "say-on-topic",
                        new ChannelRequest.Say(ANA, 1, Optional.of("weather"), Optional.empty(), "rain", 5));
                requests.put(
                        "say-to-person",
                        new ChannelRequest.Say(ANA, 2, Optional.empty(), Optional.of("bento"), "sun", 6));
                requests.put(
                        "read-channel",
                        new ChannelRequest.Read(
                                Optional.of(ANA), 7, Optional.empty(), List.of("weather"), Duration.ofSeconds(20)));
                requests.put(
                        "look-back",
                        new ChannelRequest.Read(Optional.empty(), 0, Optional.of(9), List.of(), Duration.ZERO));
                requests.put("confirm-read", new ChannelRequest.Confirm(ANA, 8));
                requests.put("show-channel", new ChannelRequest.Look());
                requests.put("list-readers", new ChannelRequest.ListReaders(8));
            }
            default -> requests.put("register", new WorkerRequest.Register(PEER, "10.0.0.1", 50010, Optional.empty()));
        }
        return requests;
    }

    private static final WorkerFacts FACTS = new WorkerFacts(
            "linux",
            "x86_64",
            List.of("3.12.1", "3.9.18"),
            8,
            16L << 30,
            200L << 30,
            List.of("NVIDIA RTX A2000"),
            List.of("lab3"),
            List.of("numpy", "pandas"));

    private static Request inSession(WorkerRequest said) {
        return new WorkerRequest.InSession(SESSION, said);
    }

    private static Request registerAs(WorkerRequest.Instance instance) {
        return new WorkerRequest.Register(
                PEER,
                "10.0.0.1",
                0,
                Optional.of(new WorkerRequest.Offer(
                        List.of(Feature.LEASE),
                        "pc",
                        4,
                        1,
                        Duration.ofSeconds(5),
                        Optional.of(LEASES),
                        Optional.of(instance))));
    }

    private static Request register(Optional<List<Lease>> held) {
        return new WorkerRequest.Register(
                PEER,
                "10.0.0.1",
                0,
                Optional.of(new WorkerRequest.Offer(
                        List.of(Feature.LEASE, Feature.WAIT, Feature.SLOTS, Feature.CANCEL),
                        "pc",
                        4,
                        1,
                        Duration.ofSeconds(5),
                        held)));
    }

    private static WorkerRequest.SubmitResult submit(Ending ending) {
        return new WorkerRequest.SubmitResult(
                PEER,
                "x.zip",
                PAYLOAD,
                Optional.of(new WorkerRequest.Delivery(GRID, Lease.of(1, 2), ending, Duration.ofMillis(12))));
    }

    private record Exchange(Request asked, Reply reply) {}

    private static Map<String, Exchange> exchanges(String dialect) {
        Request register = new WorkerRequest.Register(PEER, "h", 1, Optional.empty());
        Request heartbeat = new WorkerRequest.Heartbeat(PEER, Optional.empty());
        Request ask = new WorkerRequest.RequestTask(PEER, Duration.ZERO);
        Request submit = submit(new Ending.Exited(0));
        Map<String, Exchange> all = new LinkedHashMap<>();
        all.put("registered", new Exchange(register, new Reply.Registered(Optional.empty())));
        all.put("alive", new Exchange(heartbeat, new Reply.Alive(List.of(), true)));
        all.put("no-task", new Exchange(ask, new Reply.NoTask()));
        all.put("task-package", new Exchange(ask, new Reply.TaskPackage("x.zip", PAYLOAD, Optional.empty())));
        all.put("ok", new Exchange(submit, new Reply.Ok(false)));
        all.put("error", new Exchange(ask, new Reply.Failure(Reply.Refusal.BAD_REQUEST, "no such thing")));
        if (dialect.equals("super-peer")) {
            Request info = new DirectoryRequest.GetPeerInfo(PEER);
            all.put("peers", new Exchange(new DirectoryRequest.ListPeers(PEER), new Reply.PeerList(List.of(PEER))));
            all.put("peer-info", new Exchange(info, new Reply.PeerInfo(PEER, "10.0.0.1", 7)));
            all.put("no-such-peer", new Exchange(info, new Reply.NoSuchPeer()));
        }
        if (!dialect.equals("envelope")) {
            all.put("unknown-action", new Exchange(ask, new Reply.UnknownAction("DANCE")));
        }
        if (dialect.equals("mutirao")) {
            Reply.Terms terms = new Reply.Terms(GRID, List.of(Feature.LEASE), Duration.ofSeconds(60), List.of());
            all.put("registered-terms", new Exchange(register, new Reply.Registered(Optional.of(terms))));
            Reply.Terms ofGroup =
                    new Reply.Terms(GRID, List.of(Feature.LEASE), Duration.ofSeconds(60), List.of(LEADER, LEADER));
            all.put("registered-in-group", new Exchange(register, new Reply.Registered(Optional.of(ofGroup))));
            Reply.Terms inSession = new Reply.Terms(
                    GRID, List.of(Feature.LEASE), Duration.ofSeconds(60), List.of(), Optional.of(SESSION));
            all.put("registered-in-session", new Exchange(register, new Reply.Registered(Optional.of(inSession))));
            all.put(
                    "error-register-again",
                    new Exchange(ask, new Reply.Failure(Reply.Refusal.REGISTER_AGAIN, "register again")));
            all.put(
                    "error-id-in-use",
                    new Exchange(register, new Reply.Failure(Reply.Refusal.ID_IN_USE, "another one has it")));
            all.put("not-leader", new Exchange(ask, new Reply.NotLeader(Optional.of(LEADER), "master 2 leads")));
            all.put("nobody-leads", new Exchange(submit, new Reply.NotLeader(Optional.empty(), "nobody leads")));
            all.put("card", new Exchange(new GroupRequest.Greet(CARD), new Reply.Card(CARD)));
            all.put(
                    "blob",
                    new Exchange(
                            new GroupRequest.FetchBlob(GRID, PAYLOAD.blob().hash(), 0), new Reply.BlobData(PAYLOAD)));
            all.put(
                    "leadership",
                    new Exchange(
                            new GroupRequest.FindLeader(),
                            new Reply.Leadership(5, false, Optional.of(LEADER), List.of(LEADER))));
            all.put(
                    "data-proof",
                    new Exchange(
                            new GroupRequest.ProveData("0123456789abcdef"),
                            new Reply.DataProof(INSTANCE, 5000, "cafe")));
            all.put("heard", new Exchange(new ChannelRequest.Exit(ANA), new Reply.Heard(8, 9)));
            ChannelRow said =
                    new ChannelRow(8, 9, 1000, "said", "ana", Optional.of("weather"), Optional.empty(), "rain");
            all.put(
                    "messages",
                    new Exchange(
                            new ChannelRequest.Read(Optional.empty(), 0, Optional.empty(), List.of(), Duration.ZERO),
                            new Reply.Messages(List.of(said), 8)));
            all.put(
                    "channel-view",
                    new Exchange(
                            new ChannelRequest.Look(),
                            new Reply.ChannelView(List.of("ana"), List.of("weather"), 8, 9)));
            ClockMessage word = new ClockMessage(8, 1_700_000_000_000_000L, -1500);
            all.put("alive-clock", new Exchange(heartbeat, new Reply.Alive(List.of(), true, Optional.of(word))));
            all.put("clock", new Exchange(new RegistryRequest.SyncClock(2, CLOCK), new Reply.Clock(word)));
            all.put("ranked", new Exchange(new RegistryRequest.GiveRank("master-1"), new Reply.Ranked("master-1", 3)));
            ServerRow server = new ServerRow(
                    "1",
                    "master-1",
                    "master",
                    Optional.of(3),
                    "10.0.0.2:50020",
                    "leader",
                    250,
                    Optional.of(new ServerRow.ClockRow(-20, 300, 4000, true)));
            all.put(
                    "server-list",
                    new Exchange(
                            new RegistryRequest.ListServers(),
                            new Reply.ServerList(List.of(server), 1_700_000_000_000L)));
            all.put("readers", new Exchange(new ChannelRequest.ListReaders(8), new Reply.Readers(List.of("bento"))));
            GroupRow row = GroupRow.builder()
                    .grid(GRID.toString())
                    .group("default")
                    .election("lowest-id")
                    .self(1)
                    .leader(Optional.of(2))
                    .term(5)
                    .size(3)
                    .spare(1)
                    .masters(List.of(new GroupRow.MasterRow(
                            2, "0123abcd", "10.0.0.2:50020", 30, 1, "leader", 0, 0, Optional.of("odd"))))
                    .guests(List.of(new GroupRow.GuestRow(9, 90, "10.0.0.9")))
                    .build();
            all.put("group", new Exchange(new OperatorRequest.ListMasters(), new Reply.Group(row)));
            all.put("alive-drop", new Exchange(heartbeat, new Reply.Alive(List.of(Lease.of(4, 1)), false)));
            Reply.Assignment assignment = new Reply.Assignment(GRID, Lease.of(1, 2), Duration.ofSeconds(60));
            all.put(
                    "task-package-leased",
                    new Exchange(ask, new Reply.TaskPackage("x.zip", PAYLOAD, Optional.of(assignment))));
            Reply.Assignment partly = new Reply.Assignment(
                    GRID,
                    Lease.of(1, 2),
                    Duration.ofSeconds(60),
                    Optional.of(new Blob(PAYLOAD.blob().hash(), 99)));
            all.put(
                    "task-package-without-shared",
                    new Exchange(ask, new Reply.TaskPackage("x.zip", PAYLOAD, Optional.of(partly))));
            all.put("ok-duplicate", new Exchange(submit, new Reply.Ok(true)));
            all.put("error-later", new Exchange(ask, new Reply.Failure(Reply.Refusal.TRY_LATER, "disk full")));
            all.put("task-state", new Exchange(new OperatorRequest.CancelTask("7"), new Reply.TaskState(TASK, true)));
            all.put(
                    "task-list",
                    new Exchange(
                            new OperatorRequest.ListTasks(Optional.empty(), 0, 10),
                            new Reply.TaskList(List.of(TASK, TASK), true)));
            JobRow running = JobRow.builder()
                    .job(5)
                    .name("prices.zip")
                    .state("running")
                    .tasks(12)
                    .counts(new StatusCounts(9, 2, 1, 0, 0, 0))
                    .submittedAt(1)
                    .since(4)
                    .build();
            all.put(
                    "task-state-of-job",
                    new Exchange(
                            new OperatorRequest.SubmitTask("prices.zip", "key", PAYLOAD),
                            new Reply.TaskState(
                                    PART,
                                    true,
                                    Optional.of(running),
                                    Optional.of("prices.zip: 12 tasks, one for each file of inputs/"))));
            TaskRow ended = TaskRow.builder()
                    .id(8)
                    .name("y.zip")
                    .status(TaskStatus.FAILED)
                    .attempts(2)
                    .since(9)
                    .explanation(Optional.of("exit code 1"))
                    .waitedMs(Optional.of(3L))
                    .ranMs(Optional.of(4L))
                    .build();
            TaskRow lost = TaskRow.builder()
                    .id(9)
                    .name("z.zip")
                    .status(TaskStatus.LOST)
                    .build();
            all.put(
                    "task-list-ran",
                    new Exchange(
                            new OperatorRequest.ListTasks(Optional.empty(), 0, 10),
                            new Reply.TaskList(List.of(ended, lost), false)));
            JobRow began = JobRow.builder()
                    .job(6)
                    .name("y")
                    .state("running")
                    .tasks(2)
                    .counts(new StatusCounts(0, 1, 0, 0, 1, 0))
                    .beganAt(Optional.of(7L))
                    .build();
            all.put(
                    "job-list-began",
                    new Exchange(
                            new OperatorRequest.ListJobs(Optional.empty(), Optional.empty(), 0, 10),
                            new Reply.JobList(List.of(began), false)));
            all.put(
                    "job-list",
                    new Exchange(
                            new OperatorRequest.ListJobs(Optional.empty(), Optional.empty(), 0, 10),
                            new Reply.JobList(List.of(JOB, running), true)));
            all.put(
                    "job-details",
                    new Exchange(
                            new OperatorRequest.ShowJob("5"),
                            new Reply.JobDetails(
                                    JOB,
                                    List.of(
                                            new FailureRow(
                                                    "exit code 1: KeyError: 'price'", 1, 7, Optional.of("june.csv")),
                                            new FailureRow("its lease was lost", 1, 9, Optional.empty())))));
            all.put(
                    "job-progress",
                    new Exchange(
                            new OperatorRequest.WaitJob("5", 4, Duration.ZERO, 10),
                            new Reply.JobProgress(running, List.of(TASK, PART), 6)));
            all.put(
                    "changed-in-words",
                    new Exchange(
                            new OperatorRequest.CancelJobs("all"),
                            new Reply.Changed(3, Optional.of("3 tasks are cancelled"))));
            all.put(
                    "event-list-of-job",
                    new Exchange(
                            new OperatorRequest.ReadEvents(4),
                            new Reply.EventList(
                                    List.of(new EventRow(
                                            8,
                                            9,
                                            "job",
                                            Optional.empty(),
                                            Optional.empty(),
                                            "Job j5 has ended",
                                            Optional.of(5L))),
                                    8)));
            AttemptRow attempt = new AttemptRow(
                    1,
                    "11111111",
                    "pc",
                    5,
                    Optional.of(9L),
                    Optional.of("lost: silent"),
                    Optional.empty(),
                    Optional.empty());
            AttemptRow ran = new AttemptRow(
                    2,
                    "22222222",
                    "pc",
                    15,
                    Optional.of(99L),
                    Optional.of("exit code 0"),
                    Optional.of(20L),
                    Optional.of(70L));
            all.put(
                    "task-details-ran",
                    new Exchange(
                            new OperatorRequest.ShowTask("7"), new Reply.TaskDetails(TASK, List.of(attempt, ran))));
            all.put(
                    "task-details",
                    new Exchange(new OperatorRequest.ShowTask("7"), new Reply.TaskDetails(TASK, List.of(attempt))));
            WorkerRow worker = WorkerRow.builder()
                    .id("1")
                    .name("pc")
                    .kind("C")
                    .dialect("flat")
                    .address("10.0.0.2")
                    .slots(1)
                    .holding(List.of(4L))
                    .delivered(3)
                    .lost(1)
                    .silentMs(250)
                    .limit(1024)
                    .aside(Optional.of("put aside"))
                    .build();
            all.put(
                    "worker-list",
                    new Exchange(new OperatorRequest.ListWorkers(), new Reply.WorkerList(List.of(worker))));
            all.put("changed", new Exchange(new OperatorRequest.RetryFailed(), new Reply.Changed(3)));
            all.put(
                    "explanation",
                    new Exchange(
                            new OperatorRequest.ExplainTask("7"), new Reply.Explanation(TASK, List.of("because"))));
            all.put(
                    "worker-with-facts",
                    new Exchange(
                            new OperatorRequest.ShowWorker("pc"),
                            new Reply.WorkerState(WorkerRow.builder()
                                    .id("1")
                                    .name("pc")
                                    .facts(Optional.of(FACTS))
                                    .build())));
            all.put(
                    "worker-state",
                    new Exchange(
                            new OperatorRequest.ChangeWorker("pc", WorkerChange.RESUME),
                            new Reply.WorkerState(worker)));
            all.put(
                    "result-file",
                    new Exchange(new OperatorRequest.GetResult("7"), new Reply.ResultFile("x.zip", PAYLOAD)));
            all.put(
                    "log-part",
                    new Exchange(new OperatorRequest.ReadLog("7", "stdout", 5), new Reply.LogPart(5, 7, "hi", true)));
            EventRow event = new EventRow(8, 9, "task", Optional.of(7L), Optional.empty(), "Task 7 is done");
            all.put(
                    "event-list",
                    new Exchange(new OperatorRequest.ReadEvents(4), new Reply.EventList(List.of(event), 8)));
            all.put(
                    "status",
                    new Exchange(
                            new OperatorRequest.GetStatus(),
                            new Reply.Status(StatusRow.of("g", new StatusCounts(1, 2, 2, 1, 0, 0), 2, 4))));
        }
        return all;
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
        for (Map.Entry<String, Exchange> each : exchanges(name).entrySet()) {
            Exchange exchange = each.getValue();
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
        Map<String, Exchange> known = exchanges("mutirao");
        for (Path file : olderReplies()) {
            String name = file.getFileName().toString().replace(".json", "");
            ObjectNode object = Json.readObject(Files.readAllBytes(file));
            Exchange exchange = known.get(name);
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
