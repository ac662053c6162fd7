package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mutirao.group.member.Election;
import org.mutirao.group.member.GroupSettings;
import org.mutirao.group.member.GroupSettings.PeerAddress;
import org.mutirao.testkit.Zips;

/** Who is in a group and who leads it, and what is said where masters do not fit. */
@Tag("slow")
class GroupFormingTest extends GroupScene {
    @Test
    void withoutAMajorityNothingIsAcceptedAndThatIsSaid() {
        startAll();
        masters.get(1).close();
        masters.get(2).close();
        await().atMost(LONG)
                .until(() -> !Boolean.TRUE.equals(
                        say(3, "{\"action\":\"FIND_LEADER\"}").get("self")));
        String submit = "{\"action\":\"SUBMIT_TASK\",\"name\":\"x.zip\",\"key\":\"k\",\"task_data\":\""
                + Base64.getEncoder().encodeToString(PACKAGE) + "\"}";
        assertEquals("NOT_LEADER", say(3, submit).get("status"));
        start(2);
        await().atMost(LONG)
                .until(() -> "OK".equals(say(3, submit).get("status"))
                        || "OK".equals(say(2, submit).get("status")));
    }

    @Test
    void twoOfThreeSayWhatTheyWaitFor() {
        start(1);
        start(2);
        await().atMost(LONG)
                .until(() ->
                        heard(1).contains("Waiting for 1 more of 3 masters") && heard(2).contains("1 at 127.0.0.1"));
        assertFalse(Files.exists(place(1).resolve("data/grid")), "no group before all are there");
        Map<String, Object> reply = say(1, "{\"action\":\"GET_STATUS\"}");
        assertEquals("NOT_LEADER", reply.get("status"));
        assertEquals("this master has no group yet", reply.get("message"));
    }

    private String heard(int id) {
        return String.join("\n", waitings.get(id));
    }

    @Test
    void mastersThatDoNotFitSaySo() {
        start(1);
        start(2, settings(2, 2, "default", Election.HIGHEST_PRIORITY));
        await().atMost(LONG).until(() -> heard(1).contains("wants a group of 2, this one of 3"));
        start(3, settings(3, 3, "other", Election.HIGHEST_PRIORITY));
        await().atMost(LONG).until(() -> heard(3).contains("Waiting for 2 more of 3 masters of the group 'other'"));
    }

    @Test
    void equalIdsAreSaidAndNothingIsFounded() {
        start(1);
        GroupSettings twin = new GroupSettings(
                "default",
                3,
                OptionalInt.of(1),
                OptionalInt.empty(),
                Election.HIGHEST_PRIORITY,
                List.of(
                        new PeerAddress(1, peers.get(1).address()),
                        new PeerAddress(7, peers.get(0).address()),
                        peers.get(2)),
                0,
                GroupSettings.MULTICAST,
                false);
        start(2, twin);
        await().atMost(LONG).until(() -> heard(1).contains("Master 1 is there twice"));
        assertFalse(Files.exists(place(1).resolve("data/grid")));
    }

    @Test
    void resultsMayStayOnTheLeader() {
        List.of(1, 2, 3).forEach(id -> start(id, settings(id, 3, "default", Election.HIGHEST_PRIORITY), true));
        awaitLeader(3);
        Zips.drop(place(1).resolve("tasks"), "job.zip", PACKAGE);
        work(3, "peer", "here\n");
        awaitResult("job.zip", "here\n", 3);
        await().during(Duration.ofSeconds(1)).atMost(LONG).until(() -> names(place(1).resolve("results"))
                .isEmpty());
        assertEquals(Set.of(), names(place(2).resolve("results")));
    }

    @Test
    void aMasterThatWasAloneTakesOthersIn() {
        GroupSettings usual = settings(1, 3, "default", Election.HIGHEST_PRIORITY);
        GroupSettings alone = new GroupSettings(
                usual.name(),
                1,
                usual.id(),
                usual.priority(),
                usual.election(),
                List.of(),
                0,
                usual.multicast(),
                false);
        start(1, alone).join();
        Zips.drop(place(1).resolve("tasks"), "early.zip", PACKAGE);
        await().atMost(LONG).until(() -> names(place(1).resolve("tasks")).isEmpty());
        masters.get(1).close();
        start(1).join();
        awaitLeader(1);
        start(2);
        start(3);
        awaitLeader(3);
        await("all three count")
                .atMost(LONG)
                .until(() -> rows(3).stream()
                                .filter(row -> Set.of("leader", "follower").contains(row.get("role")))
                                .count()
                        == 3);
        masters.get(1).close();
        work(3, "peer", "grown\n");
        awaitResult("early.zip", "grown\n", 2, 3);
    }

    @Test
    void anOperatorChoosesWhoLeadsAndLeavesOneOut() {
        startAll();
        String change = "{\"action\":\"CHANGE_MASTERS\",\"change\":\"%s\",\"master\":\"%d\"}";
        // A busy machine may take the lead from a master for a moment, and then it can't change the group.
        await().atMost(LONG).until(() -> "OK"
                .equals(say(3, String.format(change, "transfer", 1)).get("status")));
        awaitLeader(1);
        await().atMost(LONG).until(() -> "NOT_FOUND"
                .equals(say(1, String.format(change, "transfer", 9)).get("code")));
        await().atMost(LONG).until(() -> "OK"
                .equals(say(1, String.format(change, "remove", 2)).get("status")));
        assertEquals(
                2,
                rows(1).stream()
                        .filter(row -> !row.get("role").equals("newcomer"))
                        .count());
        await("a master says how to take it in again").atMost(LONG).until(() -> rows(1).stream()
                .anyMatch(row -> String.valueOf(row.get("problem")).contains("'console masters add 2'")));
        masters.get(2).close();
        Throwable failure = start(2, GroupSettings.alone())
                .handle((master, refused) -> refused)
                .join();
        assertTrue(String.valueOf(failure).contains("start it with --masters 3"), String.valueOf(failure));
    }
}
