package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.testkit.Zips;

/**
 * A master stands still for a moment, again and again, while tasks are handed in and results come: a laptop's lid, a virtual machine
 * that is moved, a long collection of garbage. The long form: {@code -Dmutirao.pauses=200 -Dmutirao.handins=20000}.
 */
@Tag("slow")
class PausesTest {
    private static final int PAUSES = Integer.getInteger("mutirao.pauses", 3);
    private static final int HAND_INS = Integer.getInteger("mutirao.handins", 100 * PAUSES);
    private static final int PER_SECOND = Integer.getInteger("mutirao.rate", 150);
    private static final long SEED = Long.getLong("mutirao.seed", 20261128);
    private static final Duration STALL = Duration.ofMinutes(3);
    private static final String[] OFTEN = {"--heartbeat=500ms", "--slots=1"};

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);

    @BeforeAll
    static void signals() {
        assumeFalse(
                System.getProperty("os.name", "").startsWith("Windows"),
                "SKIPPED: Windows has no signal that makes a process pause");
    }

    @Test
    void aLoneMasterThatPausesLosesNothing() throws Exception {
        try (Grid grid = new Grid(folder);
                Verifier verifier = new Verifier(folder)) {
            grid.startMaster("--lease=5s", "--max-attempts=1000");
            verifier.watch(grid);
            grid.startWorker(OFTEN);
            Load load = new Load(verifier, folder, List.of(grid.socketAddress()), HAND_INS);
            pauses(load, verifier, List.of(grid.tasks), PAUSES, () -> grid.master, grid.listTasks());
        }
    }

    @Test
    void threeMastersOfWhichOneAfterTheOtherPausesLoseNothing() throws Exception {
        int pauses = (PAUSES + 1) / 2;
        try (Verifier verifier = new Verifier(folder);
                LoopbackGroup group = new LoopbackGroup(folder).start("--lease=5s", "--max-attempts=1000")) {
            verifier.watch(group.folders("results"), group.folders("tasks"));
            group.startWorker(OFTEN);
            Load load = new Load(verifier, folder, group.addresses(), HAND_INS / 2);
            // The one that leads more often than the others.
            Victim victim = () -> group.master(List.of(0, 1, 2, 2, 2).get(random.nextInt(5)));
            pauses(load, verifier, group.folders("tasks"), pauses, victim, group.listTasks());
        }
    }

    private interface Victim {
        Program next();
    }

    private void pauses(
            Load load, Verifier verifier, List<Path> tasks, int pauses, Victim victim, List<String> listTasks)
            throws Exception {
        try (load) {
            load.start(PER_SECOND);
            for (int pause = 0; pause < pauses; pause++) {
                int until = (int) ((long) load.total() * (pause + 1) / (pauses + 1));
                awaitPromised(load, until, pause);
                dropOne(verifier, tasks.get(pause % tasks.size()), pause);
                awaitPromised(load, Math.min(load.total(), until + random.nextInt(PER_SECOND / 3)), pause);
                standStill(victim.next(), Duration.ofMillis(500 + random.nextInt(2500)));
            }
            await("all is handed in").atMost(STALL.multipliedBy(2)).until(() -> load.promised() >= load.total());
            System.out.println(pauses + " pauses, seed " + SEED + ": " + verifier.verify(STALL, listTasks));
        }
    }

    private static void dropOne(Verifier verifier, Path tasks, int number) {
        String name = "dropped-" + number + ".zip";
        verifier.drop(
                tasks, name, Zips.of("main.py", verifier.witnessed(name) + "print('" + name + "')\n"), name + "\n");
    }

    private static void awaitPromised(Load load, int count, int pause) {
        await("hand-ins go on after pause " + pause).atMost(STALL).until(() -> load.promised() >= count);
    }

    /** Its length is the accident: nothing else happens that one could wait for. */
    private static void standStill(Program program, Duration length) {
        program.signal("STOP");
        await().pollDelay(length).atMost(length.plusSeconds(30)).until(() -> true);
        program.signal("CONT");
    }
}
