package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.dialect.OwnDialect;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.CarriesPayload;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.MasterChange;
import org.mutirao.protocol.message.NoteRow;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.RegistryRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.room.Role;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.wire.RoomPass;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.protocol.wire.WireClient;
import org.mutirao.testkit.Zips;

/** What those with a secret of their own may do at a real master, over real connections. */
class RolesTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private final RoomSecret room = SharedRoom.SECRET;
    private Master master;

    @BeforeEach
    void start() throws IOException {
        master = TestMaster.in(folder).openRoom(room).start();
    }

    @AfterEach
    void stop() {
        master.close();
    }

    private Reply ask(Optional<RoomSecret> secret, Request request) throws IOException, InterruptedException {
        try (WireClient client = new WireClient(1, Spool.none(), RoomPass.of(secret))) {
            return ask(client, request);
        }
    }

    private Reply ask(WireClient client, Request request) throws IOException, InterruptedException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), master.port());
        return client.ask(new WireClient.Endpoint(address, new OwnDialect(), true), request, TIMEOUT);
    }

    private Reply ask(RoomSecret secret, Request request) throws IOException, InterruptedException {
        return ask(Optional.of(secret), request);
    }

    private RoomSecret issue(Role role) throws IOException, InterruptedException {
        Reply.BadgeState issued =
                assertInstanceOf(Reply.BadgeState.class, ask(room, new AccessRequest.IssueBadge(role, "Ana")));
        return room.ofBadge(new Badge(role, issued.badge().serial()), issued.grid());
    }

    private OperatorRequest.SubmitTask submit(String name) throws IOException {
        byte[] zip = Zips.of("main.py", "print('hello')");
        Path file = Files.write(folder.resolve(UUID.randomUUID() + ".zip"), zip);
        return new OperatorRequest.SubmitTask(
                name, UUID.randomUUID().toString(), new Payload(file, new Blob(Sha256.of(zip), zip.length)));
    }

    private Set<String> jobs(RoomSecret secret) throws IOException, InterruptedException {
        Reply reply = ask(secret, new OperatorRequest.ListJobs(Optional.empty(), Optional.empty(), 0, 100));
        return ((Reply.JobList) reply).jobs().stream().map(JobRow::name).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Refusal refusal(Reply reply) {
        return assertInstanceOf(Reply.Failure.class, reply).refusal();
    }

    /** For each role the requests that it may not ask, of all that there are. */
    @Test
    void eachRoleMayAskWhatItMayAndNothingElse() throws Exception {
        Map<Role, Set<String>> allowed = new EnumMap<>(Role.class);
        SampleRequests samples = new SampleRequests(folder);
        for (Role role : Role.values()) {
            Set<String> names = new TreeSet<>();
            try (WireClient client = new WireClient(1, Spool.none(), RoomPass.of(Optional.of(issue(role))))) {
                for (Class<?> type : List.of(
                        OperatorRequest.ListWorkers.class,
                        OperatorRequest.GetStatus.class,
                        OperatorRequest.RetryFailed.class,
                        OperatorRequest.ChangeWorker.class,
                        OperatorRequest.CancelJobs.class,
                        RegistryRequest.ListServers.class,
                        RegistryRequest.SetClock.class,
                        AccessRequest.WhoAmI.class,
                        AccessRequest.ListBadges.class,
                        AccessRequest.IssueBadge.class,
                        AccessRequest.TakeBackBadge.class,
                        AccessRequest.RetireSecrets.class)) {
                    Reply reply = ask(client, samples.of(type));
                    if (!(reply instanceof Reply.Failure failure) || failure.refusal() != Refusal.NOT_ALLOWED) {
                        names.add(type.getSimpleName());
                    }
                }
            }
            allowed.put(role, names);
        }
        assertEquals(Set.of("WhoAmI"), allowed.get(Role.WORKER));
        assertEquals(
                Set.of("WhoAmI", "ListWorkers", "GetStatus", "ListServers", "ListBadges"), allowed.get(Role.VIEWER));
        assertEquals(Set.of("WhoAmI", "ListWorkers", "GetStatus", "CancelJobs"), allowed.get(Role.SUBMITTER));
        assertEquals(
                Set.of(
                        "WhoAmI",
                        "ListWorkers",
                        "GetStatus",
                        "ListServers",
                        "ListBadges",
                        "RetryFailed",
                        "ChangeWorker",
                        "CancelJobs",
                        "SetClock",
                        "TakeBackBadge"),
                allowed.get(Role.OPERATOR));
    }

    @Test
    void aSubmitterHasHisOwnJobsOnly() throws Exception {
        RoomSecret ana = issue(Role.SUBMITTER);
        RoomSecret rui = issue(Role.SUBMITTER);
        assertInstanceOf(Reply.TaskState.class, ask(ana, submit("of-ana.zip")));
        assertInstanceOf(Reply.TaskState.class, ask(rui, submit("of-rui.zip")));
        assertInstanceOf(Reply.TaskState.class, ask(room, submit("of-the-teacher.zip")));
        assertEquals(Set.of("of-ana.zip"), jobs(ana));
        assertEquals(Set.of("of-rui.zip"), jobs(rui));
        assertEquals(Set.of("of-ana.zip", "of-rui.zip", "of-the-teacher.zip"), jobs(room));
        for (Request foreign : List.of(
                new OperatorRequest.ShowJob("j2"),
                new OperatorRequest.ShowTask("2"),
                new OperatorRequest.CancelTask("2"),
                new OperatorRequest.CancelJobs("of-rui"),
                new OperatorRequest.ExplainTask("3"),
                new OperatorRequest.GetResult("2"),
                new OperatorRequest.ReadLog("2", "stdout", 0),
                new OperatorRequest.WaitJob("j3", 0, Duration.ZERO, 10),
                new OperatorRequest.ForgetJobs("j2"))) {
            assertEquals(Refusal.NOT_FOUND, refusal(ask(ana, foreign)), foreign::toString);
        }
        Reply.TaskList own = (Reply.TaskList) ask(ana, new OperatorRequest.ListTasks(Optional.empty(), 0, 100));
        assertEquals(1, own.tasks().size());
        assertEquals(1, ((Reply.Changed) ask(ana, new OperatorRequest.CancelJobs("all"))).count());
        assertTrue(ask(ana, new OperatorRequest.ReadEvents(0)) instanceof Reply.EventList events
                && events.events().stream().allMatch(event -> event.task().equals(Optional.of(1L))));
    }

    @Test
    void whatWasTakenBackIsWorthNothingAlsoOnAnOpenConnection() throws Exception {
        RoomSecret ana = issue(Role.VIEWER);
        try (WireClient client = new WireClient(1, Spool.none(), RoomPass.of(Optional.of(ana)))) {
            assertEquals(new Reply.Who("viewer-1", List.of("viewer")), ask(client, new AccessRequest.WhoAmI()));
            assertInstanceOf(Reply.BadgeState.class, ask(room, new AccessRequest.TakeBackBadge(1)));
            assertEquals(Refusal.NOT_ALLOWED, refusal(ask(client, new OperatorRequest.GetStatus())));
        }
        IOException refused = assertThrows(IOException.class, () -> ask(ana, new OperatorRequest.GetStatus()));
        assertTrue(refused.getMessage().contains("taken back"), refused::getMessage);
    }

    /** Those who were let in, and all badges, an operator's too. */
    @Test
    void whoDoesNotKnowTheRoomsOwnSecretIsNoMaster() throws Exception {
        byte[] blob = Zips.of("main.py", "print('mine')");
        GridId grid = GridId.random();
        List<Request> ofMasters = List.of(
                new GroupRequest.Admit(grid, "0123abcd", 4),
                new GroupRequest.StoreBlob(grid, Payload.inMemory(blob, new Blob(Sha256.of(blob), blob.length))),
                new GroupRequest.FetchBlob(grid, Sha256.of(blob), 1));
        List<Request> ofOperators = List.of(
                new OperatorRequest.ChangeMasters(MasterChange.REMOVE, "1"),
                new RegistryRequest.SetClock("master-1", 1_700_000_000_000L));
        assertNotAllowed(Optional.empty(), ofMasters);
        assertNotAllowed(Optional.empty(), ofOperators);
        for (Role role : Role.values()) {
            Optional<RoomSecret> badge = Optional.of(issue(role));
            assertNotAllowed(badge, ofMasters);
            assertNotAllowed(badge, role == Role.OPERATOR ? List.of() : ofOperators);
        }
        assertEquals(List.of(), StoredBlobs.in(folder.resolve("data")));
    }

    private void assertNotAllowed(Optional<RoomSecret> secret, List<Request> requests) throws Exception {
        for (Request request : requests) {
            assertEquals(Refusal.NOT_ALLOWED, refusal(ask(secret, request)), request::toString);
        }
    }

    /** From an address that was let in. */
    @Test
    void aGuestIsNeitherAnOperatorNorAMaster() throws Exception {
        SampleRequests samples = new SampleRequests(folder);
        int asked = 0;
        for (Class<?> type : SampleRequests.types().toList()) {
            String family = type.getEnclosingClass().getSimpleName();
            boolean isOfMembers = family.equals("OperatorRequest")
                    || (family.equals("GroupRequest") && !type.getSimpleName().equals("FindLeader"))
                    || type == RegistryRequest.SetClock.class
                    || type == AccessRequest.IssueBadge.class;
            if (isOfMembers && !CarriesPayload.class.isAssignableFrom(type)) {
                Refusal refusal = refusal(ask(Optional.empty(), samples.of(type)));
                // A sample that says too little is refused before anybody looks who says it.
                assertTrue(refusal == Refusal.NOT_ALLOWED || refusal == Refusal.BAD_REQUEST, type.getSimpleName());
                asked += refusal == Refusal.NOT_ALLOWED ? 1 : 0;
            }
        }
        assertTrue(asked > 20, () -> "too few samples were understood");
    }

    @Test
    void whatWasDoneIsNoted() throws Exception {
        RoomSecret ana = issue(Role.SUBMITTER);
        ask(ana, submit("of-ana.zip"));
        ask(ana, new OperatorRequest.CancelJobs("j1"));
        ask(ana, new OperatorRequest.CancelJobs("j99"));
        ask(room, new OperatorRequest.ForgetJobs("j1"));
        ask(room, new AccessRequest.TakeBackBadge(1));
        Reply.NoteList notes = (Reply.NoteList) ask(room, new AccessRequest.ListNotes(0, 100));
        assertEquals(
                List.of(
                        "secret ISSUE_BADGE submitter-1 Ana",
                        "submitter-1 SUBMIT_TASK j1 of-ana.zip",
                        "submitter-1 CANCEL_JOBS j1",
                        "secret FORGET_JOBS j1",
                        "secret TAKE_BACK_BADGE submitter-1 Ana"),
                notes.notes().stream()
                        .map(note -> note.who() + " " + note.what() + " " + note.about())
                        .toList());
        assertTrue(notes.notes().stream().map(NoteRow::from).allMatch("127.0.0.1"::equals));
        assertEquals(
                List.of(5L),
                ((Reply.NoteList) ask(room, new AccessRequest.ListNotes(4, 100)))
                        .notes().stream().map(NoteRow::number).toList());
    }

    @Test
    void badgesJobsAndNotesOutliveARestart() throws Exception {
        RoomSecret ana = issue(Role.SUBMITTER);
        ask(ana, submit("of-ana.zip"));
        ask(room, submit("of-the-teacher.zip"));
        master.close();
        master = TestMaster.in(folder).openRoom(room).start();
        assertEquals(Set.of("of-ana.zip"), jobs(ana));
        assertEquals(
                3,
                ((Reply.NoteList) ask(room, new AccessRequest.ListNotes(0, 100)))
                        .notes()
                        .size());
    }
}
