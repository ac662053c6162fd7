package org.mutirao.worker.run;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.testkit.CountingFiles;

/** Who is found in a folder that looks like Linux' {@code /proc}. */
class LeftoversTest {
    private static final String MARK = "00000000-0000-4000-8000-000000000000";
    private static final long SCRIPT = 101;

    @TempDir
    private Path proc;

    private static void goOnAtOnce() {
        // Nothing here takes time.
    }

    @BeforeEach
    void others() throws IOException {
        for (int pid = 1; pid <= 90; pid++) {
            process(pid, 1, 1, "A=b");
        }
        latest(100);
    }

    private void latest(long pid) throws IOException {
        Files.writeString(Files.createDirectories(proc.resolve("sys/kernel")).resolve("ns_last_pid"), pid + "\n");
    }

    private void process(long pid, long parent, long session, String environment) throws IOException {
        Path own = Files.createDirectories(proc.resolve(String.valueOf(pid)));
        Files.writeString(
                own.resolve("stat"), pid + " (a b) S " + parent + " " + session + " " + session + " 0".repeat(30));
        Files.writeString(own.resolve("status"), "Name:\ta b\nTgid:\t" + pid + "\nPid:\t" + pid + "\n");
        Files.writeString(own.resolve("environ"), environment + "\0");
    }

    private void marked(long pid, long parent) throws IOException {
        process(pid, parent, pid, "A=b\0MUTIRAO_RUN=" + MARK);
    }

    @Test
    void aScriptThatLeavesNobodyCostsNoWalkOverTheProcessesOfTheMachine() throws Exception {
        CountingFiles files = new CountingFiles(proc);
        Leftovers leftovers = new Leftovers(files.see(proc), MARK, LeftoversTest::goOnAtOnce);
        process(102, 1, 102, "A=b"); // somebody else's
        latest(103);
        files.take();
        assertEquals(List.of(), leftovers.find(SCRIPT, List.of(), false));
        assertEquals(List.of(), leftovers.find(-1, List.of(), false), "it has ended in a sandbox");
        List<String> operations = files.take();
        assertEquals(
                List.of(),
                operations.stream().filter(each -> each.startsWith("list ")).toList());
    }

    @Test
    void thoseOfItsSessionThoseWithItsMarkAndTheirChildrenAreFound() throws Exception {
        Leftovers leftovers = new Leftovers(proc, MARK, LeftoversTest::goOnAtOnce);
        process(102, SCRIPT, SCRIPT, "");
        marked(103, 1);
        process(104, 103, 104, "");
        process(105, 1, 105, "");
        latest(105);
        assertEquals(List.of(102L, 103L, 104L), found(leftovers, false));
        assertEquals(List.of(102L, 103L, 104L), found(leftovers, true));
    }

    private static List<Long> found(Leftovers leftovers, boolean thorough) {
        return leftovers.find(SCRIPT, List.of(), thorough).stream().sorted().toList();
    }

    @Test
    void aThreadIsNoProcess() throws Exception {
        Leftovers leftovers = new Leftovers(proc, MARK, LeftoversTest::goOnAtOnce);
        marked(102, 1);
        marked(103, 1);
        Files.writeString(proc.resolve("103/status"), "Name:\ta b\nTgid:\t102\nPid:\t103\n");
        latest(103);
        assertEquals(List.of(102L), found(leftovers, false));
    }

    /** It has memory and no variables. */
    private void becoming(long pid) throws IOException {
        process(pid, 1, pid, "");
        Path own = proc.resolve(String.valueOf(pid));
        Files.writeString(own.resolve("environ"), "");
        Files.writeString(
                own.resolve("stat"), pid + " (a b) R 1 1 " + pid + " 0".repeat(16) + " 7 4096" + " 0".repeat(30));
    }

    @Test
    void oneThatIsJustBecomingAnotherProgramIsWaitedFor() throws Exception {
        AtomicInteger pauses = new AtomicInteger();
        Leftovers leftovers = new Leftovers(proc, MARK, () -> {
            if (pauses.incrementAndGet() == 3) {
                assertDoesNotThrow(() -> marked(102, 1));
            }
        });
        becoming(102);
        latest(102);
        assertEquals(List.of(102L), found(leftovers, false));
        assertEquals(3, pauses.get());
    }

    @Test
    void oneThatWasBecomingAnotherProgramForLongIsLookedAtAgain() throws Exception {
        Leftovers leftovers = new Leftovers(proc, MARK, LeftoversTest::goOnAtOnce);
        becoming(102);
        latest(102);
        assertEquals(List.of(), found(leftovers, false));
        marked(102, 1);
        assertEquals(List.of(102L), found(leftovers, false));
    }

    @Test
    void manyNewProcessesAndNumbersThatBeginAgainAreLookedThrough() throws Exception {
        Leftovers leftovers = new Leftovers(proc, MARK, LeftoversTest::goOnAtOnce);
        marked(400, 1);
        latest(500);
        assertEquals(List.of(400L), found(leftovers, false));
        marked(95, 1);
        latest(96);
        assertEquals(List.of(95L, 400L), found(leftovers, false), "after the highest number");
    }

    @Test
    void whereTheNumberIsNotToldOrAnothersAllAreLookedAt() throws Exception {
        Leftovers elsewhere = new Leftovers(proc, MARK, LeftoversTest::goOnAtOnce);
        marked(50, 1);
        latest(100); // the script has a higher one
        assertEquals(List.of(50L), found(elsewhere, false));

        DurableFiles.deleteTree(proc.resolve("sys"));
        Leftovers untold = new Leftovers(proc, MARK, LeftoversTest::goOnAtOnce);
        marked(120, 1);
        assertEquals(List.of(120L), found(untold, false), "50 was there before");
    }

    /** It looks like one that has ended, and its other threads go on. */
    @Test
    void oneWhoseFirstThreadHasEndedIsFound() throws Exception {
        Leftovers leftovers = new Leftovers(proc, MARK, LeftoversTest::goOnAtOnce);
        zombie(102, 1);
        zombie(103, 2);
        Files.writeString(
                Files.createDirectories(proc.resolve("103/task/104")).resolve("environ"), "MUTIRAO_RUN=" + MARK + "\0");
        latest(104);
        assertEquals(List.of(103L), found(leftovers, false));
    }

    /** It has no variables and no memory any more. */
    private void zombie(long pid, int threads) throws IOException {
        process(pid, 1, pid, "");
        Path own = proc.resolve(String.valueOf(pid));
        Files.writeString(own.resolve("environ"), "");
        Files.writeString(
                own.resolve("stat"),
                pid + " (a b) Z 1 1 " + pid + " 0".repeat(13) + " " + threads + " 0 7 0" + " 0".repeat(30));
    }

    @Test
    void oneThatIsKnownStaysKnown() throws Exception {
        Leftovers leftovers = new Leftovers(proc, MARK, LeftoversTest::goOnAtOnce);
        process(60, 1, 60, "");
        latest(101);
        assertEquals(List.of(60L), leftovers.find(SCRIPT, List.of(60L), false));
    }
}
