package org.mutirao.protocol.dialect;

import static org.mutirao.protocol.dialect.GoldenValues.ANA;
import static org.mutirao.protocol.dialect.GoldenValues.CARD;
import static org.mutirao.protocol.dialect.GoldenValues.CLOCK;
import static org.mutirao.protocol.dialect.GoldenValues.GRID;
import static org.mutirao.protocol.dialect.GoldenValues.LEASES;
import static org.mutirao.protocol.dialect.GoldenValues.PAYLOAD;
import static org.mutirao.protocol.dialect.GoldenValues.PEER;
import static org.mutirao.protocol.dialect.GoldenValues.PROCESS;
import static org.mutirao.protocol.dialect.GoldenValues.SESSION;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.ResourceUse;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.id.WorkerLimits;
import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.DirectoryRequest;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.GroupMessage;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.MasterChange;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.RegistryRequest;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerChange;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.room.Role;

/** The requests of each dialect, by the names of their golden files. */
final class GoldenRequests {
    /** What all dialects have words for. */
    static Map<String, Request> commonRequests() {
        Map<String, Request> requests = new LinkedHashMap<>();
        requests.put("heartbeat", new WorkerRequest.Heartbeat(PEER, Optional.empty()));
        requests.put("request-task", new WorkerRequest.RequestTask(PEER, Duration.ZERO));
        requests.put("submit-result", new WorkerRequest.SubmitResult(PEER, "x.zip", PAYLOAD, Optional.empty()));
        return requests;
    }

    static Map<String, Request> requests(String dialect) {
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
                requests.put("register-instance", registerAs(new WorkerRequest.Instance(PROCESS, Optional.empty())));
                requests.put(
                        "register-instance-after",
                        registerAs(new WorkerRequest.Instance(PROCESS, Optional.of("the-process-before"))));
                requests.put("heartbeat-in-session", inSession(new WorkerRequest.Heartbeat(PEER, Optional.of(LEASES))));
                requests.put("submit-result-in-session", inSession(submit(new Ending.Exited(0))));
                requests.put(
                        "register-key",
                        registerAs(
                                new WorkerRequest.Instance(PROCESS, Optional.empty()),
                                Optional.of(new WorkerRequest.Key(BYTES, Optional.empty()))));
                requests.put(
                        "register-proving",
                        registerAs(
                                new WorkerRequest.Instance(PROCESS, Optional.empty()),
                                Optional.of(new WorkerRequest.Key(
                                        BYTES,
                                        Optional.of(new WorkerRequest.Answer(
                                                BYTES, new WorkerRequest.Seal(0, BYTES, PROVING)))))));
                requests.put(
                        "heartbeat-sealed",
                        sealed(new WorkerRequest.Heartbeat(PEER, Optional.of(LEASES)), HEARTBEAT_SEALED));
                requests.put("submit-result-sealed", sealed(submit(new Ending.Exited(0)), RESULT_SEALED));
                requests.put("leave-in-session", inSession(new WorkerRequest.Leave(PEER)));
                requests.put("heartbeat-held", new WorkerRequest.Heartbeat(PEER, Optional.of(LEASES)));
                requests.put(
                        "heartbeat-not-now",
                        new WorkerRequest.Heartbeat(
                                PEER, Optional.of(LEASES), Optional.of(CLOCK), Optional.of("somebody uses it")));
                requests.put(
                        "heartbeat-clock", new WorkerRequest.Heartbeat(PEER, Optional.of(LEASES), Optional.of(CLOCK)));
                requests.put("list-servers", new RegistryRequest.ListServers());
                requests.put("give-rank", new RegistryRequest.GiveRank("master-1"));
                requests.put("set-clock", new RegistryRequest.SetClock("master-1", 1_700_000_000_000L));
                requests.put("sync-clock", new RegistryRequest.SyncClock(2, CLOCK));
                requests.put("who-am-i", new AccessRequest.WhoAmI());
                requests.put("issue-badge", new AccessRequest.IssueBadge(Role.SUBMITTER, "Ana"));
                requests.put("list-badges", new AccessRequest.ListBadges());
                requests.put("take-back-badge", new AccessRequest.TakeBackBadge(3));
                requests.put("retire-secrets", new AccessRequest.RetireSecrets());
                requests.put("list-notes", new AccessRequest.ListNotes(7, 100));
                requests.put("list-notes-newest", new AccessRequest.ListNotes(0, Optional.of(7L), 100));
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
                requests.put(
                        "submit-result-used",
                        new WorkerRequest.SubmitResult(
                                PEER,
                                "x.zip",
                                PAYLOAD,
                                Optional.of(new WorkerRequest.Delivery(
                                        GRID,
                                        Lease.of(1, 2),
                                        new Ending.Exited(0),
                                        Duration.ofMillis(12),
                                        1_700_000_000_000L,
                                        USED))));
                requests.put("submit-result-stopped", submit(new Ending.Stopped(Ending.Limit.TIME)));
                requests.put("submit-result-memory", submit(new Ending.Stopped(Ending.Limit.MEMORY)));
                requests.put("submit-result-cpu", submit(new Ending.Stopped(Ending.Limit.CPU)));
                requests.put("submit-result-unreported", submit(new Ending.Unreported()));
                requests.put("return-task", new WorkerRequest.ReturnTask(PEER, Lease.of(1, 2), "no room"));
                requests.put(
                        "return-task-environment",
                        new WorkerRequest.ReturnTask(PEER, Lease.of(1, 2), "no wheel", Optional.of("0123abcd")));
                requests.put(
                        "return-task-uncounted",
                        new WorkerRequest.ReturnTask(
                                PEER, Lease.of(1, 2), "somebody uses it", Optional.empty(), false));
                requests.put("fetch-wheel", new WorkerRequest.FetchWheel(PEER, "a-1.0-py3-none-any.whl"));
                requests.put("list-wheels-of-master", new WorkerRequest.FetchWheel(PEER, ""));
                requests.put("request-task-parts", new WorkerRequest.RequestTask(PEER, Duration.ofSeconds(20), true));
                requests.put(
                        "fetch-shared",
                        new WorkerRequest.FetchShared(
                                PEER, Lease.of(1, 2), PAYLOAD.blob().hash()));
                requests.put("tell-facts", new WorkerRequest.TellFacts(PEER, FACTS));
                requests.put("tell-facts-limits", new WorkerRequest.TellFacts(PEER, LIMITED));
                requests.put("tell-facts-without-network", new WorkerRequest.TellFacts(PEER, OFFLINE));
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
                requests.put("list-wheels", new OperatorRequest.ListWheels());
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

    static final WorkerFacts FACTS = WorkerFacts.builder()
            .machine("linux", "x86_64")
            .pythons(List.of("3.12.1", "3.9.18"))
            .cores(8)
            .memory(16L << 30)
            .disk(200L << 30)
            .gpus(List.of("NVIDIA RTX A2000"))
            .tags(List.of("lab3"))
            .packages(List.of("numpy", "pandas"))
            .build();

    static final ResourceUse USED =
            new ResourceUse(Optional.of(10L << 20), Optional.of(250L), Optional.of(4096L), Optional.of(0L));

    static final WorkerFacts LIMITED = WorkerFacts.builder()
            .machine("windows", "x86_64")
            .memory(16L << 30)
            .limits(Optional.of(
                    new WorkerLimits(2L << 30, 4L << 30, List.of(WorkerLimits.MEMORY, WorkerLimits.OPEN_FILES))))
            .build();

    static final WorkerFacts OFFLINE = WorkerFacts.builder()
            .machine("linux", "x86_64")
            .withoutNetwork(true)
            .build();

    /** A key, a nonce or a proof. */
    static final String BYTES = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    /** Of the golden files, without their proofs and what is behind those. */
    private static final Sha256 PROVING =
            new Sha256("3f9891b400e5293df9f16bea6c8bf82fc494ebe469d9f4a44de6d1032338cab8");

    private static final Sha256 HEARTBEAT_SEALED =
            new Sha256("681d39e46d9c7fa2a2dc0c62e2a69d0921ee09b29a69da38b87bf6df2eb92d04");
    private static final Sha256 RESULT_SEALED =
            new Sha256("8d5bb0562f2e8375bd0021a2f783fb490d015e1f94cefb66e2323b990e2a2634");

    private static Request sealed(WorkerRequest said, Sha256 message) {
        return new WorkerRequest.InSession(SESSION, said, Optional.of(new WorkerRequest.Seal(7, BYTES, message)));
    }

    static Request inSession(WorkerRequest said) {
        return new WorkerRequest.InSession(SESSION, said);
    }

    static Request registerAs(WorkerRequest.Instance instance) {
        return registerAs(instance, Optional.empty());
    }

    private static Request registerAs(WorkerRequest.Instance instance, Optional<WorkerRequest.Key> key) {
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
                        Optional.of(instance),
                        key)));
    }

    static Request register(Optional<List<Lease>> held) {
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

    static WorkerRequest.SubmitResult submit(Ending ending) {
        return new WorkerRequest.SubmitResult(
                PEER,
                "x.zip",
                PAYLOAD,
                Optional.of(new WorkerRequest.Delivery(GRID, Lease.of(1, 2), ending, Duration.ofMillis(12))));
    }

    private GoldenRequests() {}
}
