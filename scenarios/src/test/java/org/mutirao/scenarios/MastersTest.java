package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.scenarios.Masters.Way;

/** A group of three masters on a LAN of namespaces, as real processes, while they are stopped, killed, frozen and cut off. */
@Tag("slow")
class MastersTest {
    private static final String[] PATIENT = {"--lease=4s", "--worker-timeout=6s", "--max-attempts=1000"};
    private static final String[] QUICK = {"--heartbeat=500ms", "--slots=2"};
    private static final Duration LONG = Duration.ofSeconds(90);
    /** Another length, for more than a test: {@code -Dmutirao.chaos=600}. */
    private static final int CHAOS_SECONDS = Integer.getInteger("mutirao.chaos", 20);

    /** Each way with each choice of victims: {@code -Dmutirao.scenes=all}. */
    private static final boolean ALL_SCENES = "all".equals(System.getProperty("mutirao.scenes"));

    private static final long SEED = Long.getLong("mutirao.seed", 20261120);

    private static final List<Way> WAYS = List.of(Way.values());

    @TempDir
    private Path folder;

    private enum Victims {
        LEADER,
        FOLLOWER,
        BOTH_FOLLOWERS,
        ALL;

        private List<Integer> places() {
            return switch (this) {
                case LEADER -> List.of(2);
                case FOLLOWER -> List.of(0);
                case BOTH_FOLLOWERS -> List.of(0, 1);
                case ALL -> List.of(0, 1, 2);
            };
        }
    }

    /**
     * Each way and each choice of victims, and each time with tasks in every phase: queued, being sent, running, finished but not
     * delivered, with half a result sent, with a result whose confirmation nobody read.
     */
    @Test
    void nothingIsLostWhateverHappensToWhomAndWhen() throws Exception {
        try (Masters masters = new Masters(folder, PATIENT).start()) {
            masters.worker(QUICK);
            int round = 0;
            for (Way way : Way.values()) {
                for (Victims victims : choices(way)) {
                    round++;
                    scene(masters, way, victims, round);
                }
            }
        }
    }

    /** In the short form each way meets the leader, and each other choice of victims meets one way. */
    private static List<Victims> choices(Way way) {
        return switch (way) {
            case MUTE -> List.of(Victims.LEADER); // what comes of hearing and not being heard is the leader's question
            case STOP -> choices(Victims.LEADER);
            case KILL -> choices(Victims.LEADER, Victims.ALL);
            case FREEZE -> choices(Victims.LEADER, Victims.BOTH_FOLLOWERS);
            case CUT -> choices(Victims.LEADER, Victims.FOLLOWER);
        };
    }

    private static List<Victims> choices(Victims... some) {
        return List.of(ALL_SCENES ? Victims.values() : some);
    }

    private void scene(Masters masters, Way way, Victims victims, int round) throws Exception {
        Path meanwhile = folder.resolve("meanwhile-" + round);
        Path after = folder.resolve("after-" + round);
        // Two run in the real worker: one ends while nobody listens, one later.
        List<String> running =
                List.of(masters.drop(2, Optional.of(meanwhile), 10), masters.drop(1, Optional.of(after), 100_000));
        for (String name : running) {
            await("it runs").atMost(LONG).until(() -> Files.exists(masters.started(name)));
        }
        List<Program> holders = new ArrayList<>();
        for (String phase : List.of("sending", "half", "unacknowledged")) {
            masters.drop(0, Optional.empty(), 200_000);
            masters.awaitAccepted();
            holders.add(masters.holder(phase).ready());
        }
        masters.drop(2, Optional.empty(), 10);
        masters.drop(0, Optional.empty(), 10);
        masters.awaitAccepted();

        for (int victim : victims.places()) {
            masters.hit(victim, way);
        }
        Files.createFile(meanwhile);
        holders.forEach(holder -> holder.type("\n"));
        if (victims.places().size() == 1) {
            int expectedLeader = victims == Victims.LEADER ? 1 : 2;
            masters.awaitLeader(expectedLeader);
        }
        Files.createFile(after);
        for (int victim : victims.places()) {
            masters.mend(victim, way);
        }
        masters.awaitLeader(2);
        masters.verify();
        holders.forEach(Program::close);
    }

    /** By the seed, one accident follows the other, to anybody, in any way; the long form is for more than a test. */
    @Test
    void chaosLosesNothing() throws Exception {
        Random random = new Random(SEED);
        try (Masters masters = new Masters(folder, PATIENT).start()) {
            masters.worker(QUICK);
            long ends = System.nanoTime() + Duration.ofSeconds(CHAOS_SECONDS).toNanos();
            while (System.nanoTime() < ends) {
                int victim = random.nextInt(Masters.COUNT);
                Way way = WAYS.get(random.nextInt(WAYS.size()));
                int before = masters.runs();
                for (int i = 0; i < 5; i++) {
                    masters.drop(random.nextInt(Masters.COUNT), Optional.empty(), random.nextInt(50_000));
                }
                masters.awaitRuns(before + random.nextInt(6));
                masters.hit(victim, way);
                // It is away until the others have done so many without it.
                int alone = random.nextInt(4);
                before = masters.runs();
                for (int i = 0; i < alone; i++) {
                    int well = (victim + 1 + random.nextInt(Masters.COUNT - 1)) % Masters.COUNT;
                    masters.drop(well, Optional.empty(), random.nextInt(50_000));
                }
                masters.awaitRuns(before + alone);
                masters.mend(victim, way);
            }
            masters.awaitLeader(2);
            masters.awaitAccepted();
            masters.verify();
        }
    }

    @Test
    void peopleSeeTheGroupAndItsMasters() throws Exception {
        try (Masters masters = new Masters(folder).start()) {
            String table = awaitTable(masters, 0, "one more master may be lost");
            assertTrue(table.contains("leader"), table);
            assertEquals(2, table.split("follower", -1).length - 1, table);
            masters.hit(0, Way.KILL);
            awaitTable(masters, 2, "no master may be lost now");
            awaitTable(masters, 1, "away");
            assertEquals(2, countIn(awaitSaid(masters, 1, "admin", "election"), "REPORTS_COORDINATOR"));
            String desk = awaitSaid(masters, 1, "admin", "list");
            assertEquals(3, countIn(desk, "master-"), desk);
            String clocks = awaitSaid(masters, 2, "admin", "poll-clock");
            assertTrue(clocks.contains("±"), clocks);
            assertTrue(awaitSaid(masters, 1, "admin", "rank", "pc7").contains("pc7 has rank "));
        }
    }

    /** On a busy machine no master leads for a moment now and then. */
    private static String awaitTable(Masters masters, int through, String part) {
        return await("the masters with '" + part + "'")
                .atMost(LONG)
                .until(() -> masters.console(through, "masters").orElse(""), table -> table.contains(part));
    }

    private static String awaitSaid(Masters masters, int through, String... words) {
        return await().atMost(LONG)
                .until(() -> masters.console(through, words), Optional::isPresent)
                .orElseThrow();
    }

    private static long countIn(String text, String word) {
        return Pattern.compile(Pattern.quote(word)).matcher(text).results().count();
    }

    /** The program that the group's words come from: a guest among our masters, never one that leads. */
    @Test
    void aServerOfTheOtherKindIsAGuestThatTalks() throws Exception {
        try (Masters masters = new Masters(folder).start()) {
            Program server = masters.server(77, 999).ready();
            server.type("join\n");
            await().atMost(LONG)
                    .until(() -> server.text().contains("=10") && server.text().contains("=30"));
            assertTrue(server.text().contains("master: 77"), server.text());
            awaitTable(masters, 0, "guest 77, priority 999");
            masters.awaitLeader(2);

            Program group = masters.startConsole(2, "group");
            await().atMost(LONG).until(() -> group.text().contains("sendto ID TEXT"));
            group.type("list\nsend good evening: all\nsendto 77 only you\n");
            await().atMost(LONG).until(() -> server.text().contains("good evening; all"));
            await().atMost(LONG).until(() -> server.text().contains("private message"));
            await().atMost(LONG).until(() -> group.text().contains("highest priority: member 77"));
            server.type("send hello masters\n");
            await().atMost(LONG).until(() -> group.text().contains("Member 77: hello masters"));
            server.type("leave\n");
            await().atMost(LONG)
                    .until(() -> !masters.console(0, "masters").orElse("guest").contains("guest"));
            await().atMost(LONG).until(() -> group.text().contains("Member 77 left"));
            server.type("join\n");
            await().atMost(LONG).until(() -> group.text().contains("Member 77 joined, with priority 999"));
            group.type("sendto 99 hello\ndance\nexit\n");
            assertEquals(0, group.exitCode());
            assertTrue(group.text().contains("there is no member 99"), group.text());
            assertTrue(group.text().contains("no such command"), group.text());
        }
    }

    /** Whatever a stranger throws at the group's address: the masters stay who they are. */
    @Test
    void garbageOnTheGroupsAddressChangesNothing() throws Exception {
        try (Masters masters = new Masters(folder).start()) {
            Program thrower = masters.player("thrower.py", "2000");
            assertEquals(0, thrower.exitCode(), thrower.text());
            masters.awaitLeader(2);
            awaitTable(masters, 1, "one more master may be lost");
            masters.drop(1, Optional.empty(), 10);
            masters.worker(QUICK);
            masters.verify();
        }
    }
}
