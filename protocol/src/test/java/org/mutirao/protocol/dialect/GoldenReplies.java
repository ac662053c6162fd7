package org.mutirao.protocol.dialect;

import static org.mutirao.protocol.dialect.GoldenRequests.FACTS;
import static org.mutirao.protocol.dialect.GoldenRequests.LIMITED;
import static org.mutirao.protocol.dialect.GoldenRequests.USED;
import static org.mutirao.protocol.dialect.GoldenRequests.inSession;
import static org.mutirao.protocol.dialect.GoldenRequests.register;
import static org.mutirao.protocol.dialect.GoldenRequests.submit;
import static org.mutirao.protocol.dialect.GoldenValues.ANA;
import static org.mutirao.protocol.dialect.GoldenValues.CARD;
import static org.mutirao.protocol.dialect.GoldenValues.CLOCK;
import static org.mutirao.protocol.dialect.GoldenValues.GRID;
import static org.mutirao.protocol.dialect.GoldenValues.JOB;
import static org.mutirao.protocol.dialect.GoldenValues.LEADER;
import static org.mutirao.protocol.dialect.GoldenValues.PART;
import static org.mutirao.protocol.dialect.GoldenValues.PAYLOAD;
import static org.mutirao.protocol.dialect.GoldenValues.PEER;
import static org.mutirao.protocol.dialect.GoldenValues.PROCESS;
import static org.mutirao.protocol.dialect.GoldenValues.SESSION;
import static org.mutirao.protocol.dialect.GoldenValues.TASK;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.AttemptRow;
import org.mutirao.protocol.message.BadgeRow;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.ChannelRow;
import org.mutirao.protocol.message.ClockMessage;
import org.mutirao.protocol.message.DirectoryRequest;
import org.mutirao.protocol.message.EventRow;
import org.mutirao.protocol.message.FailureRow;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.GroupRow;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.NoteRow;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.RegistryRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.ServerRow;
import org.mutirao.protocol.message.StatusCounts;
import org.mutirao.protocol.message.StatusRow;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.message.WheelRow;
import org.mutirao.protocol.message.WorkerChange;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.message.WorkerRow;

/** The replies of each dialect, by the names of their golden files, and what was asked for them. */
final class GoldenReplies {
    record Exchange(Request asked, Reply reply) {}

    static Map<String, Exchange> exchanges(String dialect) {
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
            all.put(
                    "prove-key",
                    new Exchange(register, new Reply.ProveKey(GoldenRequests.BYTES, GoldenRequests.BYTES)));
            all.put(
                    "alive-notice",
                    new Exchange(
                            heartbeat, new Reply.Alive(List.of(), true, Optional.empty(), Optional.of("take care"))));
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
                            new Reply.DataProof(PROCESS, 5000, "cafe")));
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
            BadgeRow badge = new BadgeRow(3, "submitter", "Ana", 1_700_000_000_000L, Optional.empty());
            all.put(
                    "who",
                    new Exchange(new AccessRequest.WhoAmI(), new Reply.Who("submitter-3", List.of("submitter"))));
            all.put(
                    "badge-state",
                    new Exchange(
                            new AccessRequest.TakeBackBadge(3),
                            new Reply.BadgeState(badge, "3b9aca07-0000-4000-8000-000000000001")));
            all.put("badge-list", new Exchange(new AccessRequest.ListBadges(), new Reply.BadgeList(List.of(badge))));
            all.put(
                    "note-list",
                    new Exchange(
                            new AccessRequest.ListNotes(0, 100),
                            new Reply.NoteList(
                                    List.of(new NoteRow(
                                            1, 1_700_000_000_000L, "submitter-3", "10.0.0.7", "CANCEL_JOBS", "j5")),
                                    false)));
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
                            new OperatorRequest.ShowTask("7"),
                            new Reply.TaskDetails(TASK, List.of(attempt, ran), Optional.empty())));
            all.put(
                    "task-details-used",
                    new Exchange(
                            new OperatorRequest.ShowTask("7"),
                            new Reply.TaskDetails(TASK, List.of(ran), Optional.of(USED))));
            all.put(
                    "task-details",
                    new Exchange(
                            new OperatorRequest.ShowTask("7"),
                            new Reply.TaskDetails(TASK, List.of(attempt), Optional.empty())));
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
            all.put(
                    "wheel-list",
                    new Exchange(
                            new OperatorRequest.ListWheels(),
                            new Reply.WheelList(List.of(new WheelRow("a-1.0-py3-none-any.whl", 1200)), false)));
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
                    "worker-with-limits",
                    new Exchange(
                            new OperatorRequest.ShowWorker("pc"),
                            new Reply.WorkerState(WorkerRow.builder()
                                    .id("1")
                                    .name("pc")
                                    .facts(Optional.of(LIMITED))
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

    private GoldenReplies() {}
}
