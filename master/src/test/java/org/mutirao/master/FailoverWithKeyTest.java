package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.AttemptRow;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.room.Role;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.testkit.Zips;

/** Masters of a room with a key that lose their leader while workers with keys are at work. */
@Tag("slow")
class FailoverWithKeyTest extends KeyedGroupScene {
    private final Map<Integer, Duration> ahead = new HashMap<>();

    @Override
    TestMaster prepared(int id, TestMaster master) {
        InstantSource clock = () -> Instant.now().plus(ahead.getOrDefault(id, Duration.ZERO));
        return super.prepared(id, master).clock(clock);
    }

    private Reply.TaskDetails task(int at, String number) {
        return (Reply.TaskDetails) askLeader(at, new OperatorRequest.ShowTask(number));
    }

    private void assertVerifiedByTwo(int at, String number) {
        Reply.TaskDetails details = task(at, number);
        assertEquals(TaskStatus.SUCCEEDED, details.task().status(), details::toString);
        assertEquals("same", details.task().check().orElseThrow().state(), details::toString);
        assertEquals(2, details.attempts().size(), details::toString);
        assertEquals(
                2,
                details.attempts().stream().map(AttemptRow::worker).distinct().count(),
                details::toString);
    }

    /** When the leader ends, one result is being verified, and another is still to be. */
    @Test
    void workersProveTheirKeysAtTheNextLeaderWhichGoesOnVerifying() throws Exception {
        startAll();
        byte[] verified = Zips.of("main.py", "print(1)", "task.json", "{\"verify\": \"100%\"}");
        Zips.drop(place(3).resolve("tasks"), "a.zip", verified);
        awaitTasks(3, 1);
        Zips.drop(place(3).resolve("tasks"), "b.zip", verified);
        awaitTasks(3, 2);
        Path got = Files.createDirectory(folder.resolve("got"));
        try (ProvenWorker ana = new ProvenWorker("ana", secret, got);
                ProvenWorker bia = new ProvenWorker("bia", secret, got)) {
            ana.registersAt(port(3));
            bia.registersAt(port(3));
            assertInstanceOf(Reply.Ok.class, ana.delivers(ana.takes()));
            assertInstanceOf(Reply.Ok.class, ana.delivers(ana.takes()));
            Reply.Assignment compared = bia.takes();
            assertEquals(Lease.of(1, 2), compared.lease());
            masters.get(3).close();
            awaitLeader(2);
            ana.registersAt(port(2));
            bia.registersAt(port(2));
            assertInstanceOf(Reply.NoTask.class, ana.asks(), "nobody verifies his own result");
            assertInstanceOf(Reply.Ok.class, bia.delivers(compared));
            Reply.Assignment second = bia.takes();
            assertEquals(Lease.of(2, 2), second.lease());
            assertInstanceOf(Reply.Ok.class, bia.delivers(second));
            assertVerifiedByTwo(2, "1");
            assertVerifiedByTwo(2, "2");
            assertInstanceOf(Reply.NoTask.class, ana.asks());
        }
        for (int id : new int[] {1, 2}) {
            await("the results at master " + id)
                    .atMost(LONG)
                    .until(() -> names(place(id).resolve("results")).equals(Set.of("a.zip", "b.zip")));
        }
    }

    /** Certificates, proofs, workers' keys and badges ask nobody what time it is. */
    @Test
    void clocksThatAreAYearOffLockNobodyOut() throws Exception {
        ahead.put(1, Duration.ofDays(-366));
        ahead.put(3, Duration.ofDays(366));
        startAll();
        Reply.BadgeState badge = assertInstanceOf(
                Reply.BadgeState.class, askLeader(3, new AccessRequest.IssueBadge(Role.WORKER, "lab")));
        RoomSecret own = secret.ofBadge(new Badge(Role.WORKER, badge.badge().serial()), badge.grid());
        Path got = Files.createDirectory(folder.resolve("got"));
        try (ProvenWorker ana = new ProvenWorker("ana", own, got)) {
            Zips.drop(place(1).resolve("tasks"), "a.zip", PACKAGE);
            ana.registersAt(port(3));
            Reply.Assignment held = ana.takes();
            assertInstanceOf(Reply.Alive.class, ana.beats());
            masters.get(3).close();
            awaitLeader(2);
            ana.registersAt(port(2));
            assertInstanceOf(Reply.Ok.class, ana.delivers(held));
            start(3).join();
            awaitLeader(3);
            ana.registersAt(port(3));
            assertInstanceOf(Reply.NoTask.class, ana.asks());
        }
        assertEquals(TaskStatus.SUCCEEDED, task(3, "1").task().status());
    }
}
