package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.master.folders.ServedBy;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.testkit.Zips;

/** A whole master in this JVM: real folders, real sockets, the real log; its peers are played with bare sockets. */
class MasterTest {
    private static final byte[] PACKAGE = Zips.of("main.py", "print(1)", "input.csv", "a,b\n");
    private static final byte[] RESULT = Zips.of("stdout.txt", "1\n", "stderr.txt", "");

    @TempDir
    private Path folder;

    private Master master;

    @BeforeAll
    static void bePatient() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
        Awaitility.setDefaultPollInterval(Duration.ofMillis(20));
    }

    @BeforeEach
    void start() throws IOException {
        master = TestMaster.in(folder).start();
    }

    @AfterEach
    void stop() {
        master.close();
    }

    private Path tasks() {
        return folder.resolve("tasks");
    }

    private Path results() {
        return folder.resolve("results");
    }

    private static Set<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(ServedBy.NAME))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            return Set.of("unreadable");
        }
    }

    private long storedBlobs() throws IOException {
        return StoredBlobs.in(folder.resolve("data")).size();
    }

    /** One message, one answer, as a peer of another group does it. */
    private String say(String json) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), master.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String ask(String peer) throws IOException {
        return say("{\"action\":\"REQUEST_TASK\",\"peer_id\":\"" + peer + "\"}");
    }

    private String deliver(String peer, String name, byte[] result) throws IOException {
        return say("{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"" + peer + "\",\"result_name\":\"" + name
                + "\",\"result_data\":\"" + Base64.getEncoder().encodeToString(result) + "\"}");
    }

    private String awaitTask(String peer) {
        return await().until(() -> ask(peer), answer -> answer.contains("TASK_PACKAGE"));
    }

    @Test
    void aStrangersPeerIsServedFromRegisterToResult() throws IOException {
        assertEquals(
                "{\"status\":\"REGISTERED\"}",
                say("{\"action\":\"REGISTER\",\"peer_id\":\"p\",\"addr\":[\"10.0.0.9\",50010]}"));
        assertEquals("{\"status\":\"ALIVE\"}", say("{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\"}"));
        assertTrue(ask("p").contains("NO_TASK"));
        Zips.drop(tasks(), "job.zip", PACKAGE);
        String given = awaitTask("p");
        assertEquals(
                "job.zip", Json.readMap(given.getBytes(StandardCharsets.UTF_8)).get("task_name"));
        byte[] sent = Base64.getDecoder().decode((String)
                Json.readMap(given.getBytes(StandardCharsets.UTF_8)).get("task_data"));
        assertEquals(Zips.read(PACKAGE), Zips.read(sent));
        assertEquals("{\"status\":\"OK\"}", deliver("p", "../../whatever", RESULT));
        await().until(() -> names(results()).equals(Set.of("job.zip")));
        assertTrue(Arrays.equals(RESULT, Files.readAllBytes(results().resolve("job.zip"))), "byte for byte");
        assertFalse(Files.exists(tasks().resolve("job.zip")));
    }

    @Test
    void aTaskWhosePackageIsGoneFailsAndTheNextIsHandedOut() throws IOException {
        Zips.drop(tasks(), "lost.zip", PACKAGE);
        await().until(() -> names(tasks()).stream().noneMatch(name -> name.endsWith("lost.zip")) && storedBlobs() == 1);
        for (Path file : StoredBlobs.in(folder.resolve("data"))) {
            Files.delete(file);
        }
        assertTrue(ask("p").contains("NO_TASK"));
        Zips.drop(tasks(), "whole.zip", Zips.of("main.py", "print(2)"));
        assertTrue(awaitTask("p").contains("whole.zip"));
        await().until(() -> say("{\"action\":\"SHOW_TASK\",\"task\":\"1\"}").contains("hand it in again"));
    }

    @Test
    void aNameIsCutByBytesAndDelivered() throws IOException {
        Zips.drop(tasks(), "€".repeat(80) + ".zip", PACKAGE);
        awaitTask("p");
        deliver("p", "x", RESULT);
        await().until(() -> names(results()).equals(Set.of("€".repeat(60) + ".zip")));
    }

    @Test
    void aSecondResultIsAcknowledgedAndNeverOverwrites() throws IOException {
        Zips.drop(tasks(), "job.zip", PACKAGE);
        awaitTask("p");
        deliver("p", "job.zip", RESULT);
        await().until(() -> names(results()).contains("job.zip"));
        String again = deliver("p", "job.zip", Zips.of("stdout.txt", "other"));
        assertEquals("{\"status\":\"OK\"}", again, "a stranger needs not know that it was the second");
        assertTrue(Arrays.equals(RESULT, Files.readAllBytes(results().resolve("job.zip"))));
        assertEquals(1, names(results()).size());
        await("nothing that nobody needs stays in the store").until(() -> storedBlobs() == 0);
    }

    @Test
    void aResultForATaskNeverLeasedIsRefusedInWords() throws IOException {
        assertTrue(deliver("nobody", "x.zip", RESULT).contains("no task was handed to you"));
        assertTrue(say("{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"p\",\"result_name\":\"x\",\"grid_id\":"
                        + "\"00000000-0000-0000-0000-000000000000\",\"task_id\":1,\"attempt\":1,\"result_data\":\""
                        + Base64.getEncoder().encodeToString(RESULT) + "\"}")
                .contains("another grid"));
        assertEquals(Set.of(), names(results()));
    }

    @Test
    void aResultThatIsNoZipIsRefusedAndTheTaskStays() throws IOException {
        Zips.drop(tasks(), "job.zip", PACKAGE);
        awaitTask("p");
        assertTrue(deliver("p", "job.zip", "hello".getBytes(StandardCharsets.UTF_8))
                .contains("no whole ZIP"));
        assertEquals("{\"status\":\"OK\"}", deliver("p", "job.zip", RESULT));
    }

    @Test
    void aPeerThatTakesTasksAndNeverAnswersDoesNotKeepThem() {
        Zips.drop(tasks(), "a.zip", PACKAGE);
        awaitTask("hole");
        await().until(() -> ask("hole").contains("TASK_PACKAGE") || !ask("good").contains("NO_TASK"));
    }

    @Test
    void whatCantBeAcceptedIsPutAsideWithAnExplanation() {
        Zips.drop(tasks(), "nomain.zip", Zips.of("script.py", ""));
        Zips.drop(tasks(), "evil.zip", Zips.of("main.py", "", "../x", ""));
        Zips.drop(tasks(), "large.zip", new byte[2_000_000]);
        Path rejected = tasks().resolve("rejected");
        await().until(() -> Files.isDirectory(rejected) && names(rejected).size() >= 4);
        await().until(() ->
                names(rejected).containsAll(Set.of("nomain.zip", "nomain.zip.txt", "evil.zip", "evil.zip.txt")));
        assertTrue(text(rejected.resolve("nomain.zip.txt")).contains("there is no main.py in it"));
        assertTrue(text(rejected.resolve("evil.zip.txt")).contains("What to do: "));
        // Not a readable ZIP: it might still be growing, so that takes a while.
        await().until(() -> names(rejected).contains("large.zip.txt"));
        assertTrue(text(rejected.resolve("large.zip.txt")).contains("larger than 1MiB"));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void twoOfTheSameNameAreTwoTasksWithTwoResults() throws IOException {
        Zips.drop(tasks(), "job.zip", PACKAGE);
        awaitTask("p");
        Zips.drop(tasks(), "job.zip", Zips.of("main.py", "print(2)"));
        awaitTask("q");
        deliver("p", "job.zip", RESULT);
        deliver("q", "job.zip", Zips.of("stdout.txt", "2\n"));
        await().until(() -> names(results()).equals(Set.of("job-2.zip", "job.zip")));
        assertEquals("2\n", Zips.read(results().resolve("job-2.zip")).get("stdout.txt"));
    }

    @Test
    void aFileOfThePersonIsNeverOverwritten() throws IOException {
        Files.writeString(results().resolve("job.zip"), "mine");
        Zips.drop(tasks(), "job.zip", PACKAGE);
        awaitTask("p");
        deliver("p", "job.zip", RESULT);
        await().until(() -> names(results()).size() == 2);
        assertEquals("mine", Files.readString(results().resolve("job.zip")));
        assertEquals(Set.of("job-1.zip", "job.zip"), names(results()));
    }

    @Test
    void aFileThatIsStillGrowingIsLeftUntilItIsWhole() throws IOException {
        Path file = tasks().resolve("slow.zip");
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            for (byte each : Arrays.copyOf(PACKAGE, PACKAGE.length - 1)) {
                out.write(each);
                assertTrue(ask("p").contains("NO_TASK"), "half a ZIP was handed out");
            }
            out.write(PACKAGE[PACKAGE.length - 1]);
        }
        assertTrue(awaitTask("p").contains("slow.zip"));
    }

    @Test
    void aFileThatIsReplacedOrDeletedWhileItWaitsIsNoTrouble() throws IOException {
        byte[] half = Arrays.copyOf(PACKAGE, PACKAGE.length / 2);
        Files.write(tasks().resolve("replaced.zip"), half);
        Files.write(tasks().resolve("deleted.zip"), half);
        assertTrue(ask("p").contains("NO_TASK"));
        Files.delete(tasks().resolve("deleted.zip"));
        Files.delete(tasks().resolve("replaced.zip"));
        Zips.drop(tasks(), "replaced.zip", PACKAGE);
        assertTrue(awaitTask("p").contains("replaced.zip"));
        await().until(() -> names(tasks()).isEmpty());
        assertTrue(ask("q").contains("NO_TASK"), "one task, not two");
    }

    @Test
    void tenThousandAtOnceAreAllTaken() {
        for (int i = 0; i < 10_000; i++) {
            Zips.drop(tasks(), "t" + i + ".zip", Zips.of("main.py", "print(" + i + ")"));
        }
        await().atMost(Duration.ofMinutes(10)).until(() -> names(tasks()).isEmpty());
        await().until(() -> say("{\"action\":\"GET_STATUS\"}").contains("\"queued\":10000"));
    }

    @Test
    void otherFilesAreLeftAlone() throws IOException {
        Files.writeString(tasks().resolve("notes.txt"), "hello");
        Files.writeString(tasks().resolve(".hidden.zip"), "hello");
        Files.createDirectories(tasks().resolve("folder.zip"));
        Zips.drop(tasks(), "job.zip", PACKAGE);
        awaitTask("p");
        await().until(() -> names(tasks()).equals(Set.of(".hidden.zip", "folder.zip", "folder.zip.txt", "notes.txt")));
        assertTrue(text(tasks().resolve("folder.zip.txt")).contains("It is a folder"));
    }

    @Test
    void anOldFileThatIsRenamedInIsTakenAtOnceAndOnlyOnce() throws IOException {
        Path outside = Files.write(folder.resolve("outside.zip"), PACKAGE);
        Files.setLastModifiedTime(outside, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        Files.move(outside, tasks().resolve("old.zip"));
        awaitTask("p");
        await().until(() -> names(tasks()).isEmpty());
        assertTrue(ask("q").contains("NO_TASK"));
    }

    @Test
    void afterARestartEverythingGoesOnWhereItWas() throws IOException {
        Zips.drop(tasks(), "a.zip", PACKAGE);
        awaitTask("p");
        Zips.drop(tasks(), "b.zip", PACKAGE);
        await().until(() -> names(tasks()).isEmpty());
        master.close();
        master = TestMaster.in(folder).start();
        assertEquals("{\"status\":\"OK\"}", deliver("p", "a.zip", RESULT), "the lease is remembered");
        assertTrue(awaitTask("q").contains("b.zip"));
        await().until(() -> names(results()).equals(Set.of("a.zip")));
    }

    @Test
    void operatorsSeeCancelAndRetry() throws IOException {
        Zips.drop(tasks(), "job.zip", PACKAGE);
        await().until(() -> say("{\"action\":\"GET_STATUS\"}").contains("\"queued\":1"));
        assertTrue(say("{\"action\":\"CANCEL_TASK\",\"task\":\"job\"}").contains("\"state\":\"cancelled\""));
        assertTrue(say("{\"action\":\"CANCEL_TASK\",\"task\":\"1\"}").contains("CONFLICT"));
        assertTrue(say("{\"action\":\"RETRY_TASK\",\"task\":\"1\"}").contains("\"state\":\"queued\""));
        assertTrue(say("{\"action\":\"SHOW_TASK\",\"task\":\"nope\"}").contains("NOT_FOUND"));
        String submitted = say("{\"action\":\"SUBMIT_TASK\",\"name\":\"../x\",\"key\":\"k\",\"task_data\":\""
                + Base64.getEncoder().encodeToString(PACKAGE) + "\"}");
        assertTrue(
                submitted.contains("\"name\":\".._x.zip\"") || submitted.contains("\"name\":\"_.._x.zip\""), submitted);
        String refused = say("{\"action\":\"SUBMIT_TASK\",\"name\":\"x\",\"key\":\"k2\",\"task_data\":\"QUJD\"}");
        assertTrue(refused.contains("it is not a ZIP file"), refused);
        assertTrue(say("{\"action\":\"LIST_TASKS\"}").contains("job.zip"));
    }

    @Test
    void packagesAndResultsHaveLimitsOfTheirOwn() throws IOException {
        Path other = Files.createDirectories(folder.resolve("other"));
        master.close();
        master =
                TestMaster.in(other).largest(ByteSize.mebi(2), ByteSize.mebi(1)).start();
        byte[] noise = new byte[1_500_000];
        new Random(7).nextBytes(noise);
        String text = Base64.getEncoder().encodeToString(noise);
        byte[] large = Zips.of("main.py", "print(1)", "input.csv", "", "noise.txt", text);
        assertTrue(large.length > 1 << 20 && large.length < 2 << 20, large.length + " bytes");
        String taken = say("{\"action\":\"SUBMIT_TASK\",\"name\":\"large.zip\",\"key\":\"k\",\"task_data\":\""
                + Base64.getEncoder().encodeToString(large) + "\"}");
        assertTrue(taken.contains("\"status\":\"OK\""), taken);
        ask("p");
        String refused = deliver("p", "large.zip", large);
        assertTrue(refused.contains("more than the 1MiB allowed here"), refused);
        assertFalse(names(other.resolve("results")).contains("large.zip"));
    }

    @Test
    void whatCantWorkIsToldInASentence() throws IOException {
        IOException used =
                assertThrows(IOException.class, () -> TestMaster.in(folder).start());
        assertTrue(used.getMessage().contains("another master is using it"), used.getMessage());

        IOException shared = assertThrows(
                IOException.class,
                () -> TestMaster.in(folder.resolve("sharer")).tasks(tasks()).start());
        assertTrue(shared.getMessage().contains("is served by another master already"), shared.getMessage());
        assertTrue(shared.getMessage().contains(folder.resolve("data").toString()), shared.getMessage());

        Path file = Files.writeString(folder.resolve("file"), "");
        Path other = Files.createDirectories(folder.resolve("other"));
        IOException noFolder = assertThrows(
                IOException.class, () -> TestMaster.in(other).tasks(file).start());
        assertTrue(noFolder.getMessage().contains("can't be written"), noFolder.getMessage());
        assertTrue(noFolder.getMessage().contains("--tasks"), noFolder.getMessage());

        IOException port = assertThrows(
                IOException.class,
                () -> TestMaster.in(other).port(master.port()).start());
        assertTrue(port.getMessage().contains("can't listen on"), port.getMessage());
        TestMaster.in(other).start().close(); // the failed start left nothing behind that is in the way
    }

    @Test
    void aMasterThatIsNotAskedProperlyStillServesTheOthers() throws IOException {
        for (String bad : List.of("garbage", "{\"a\":" + "[".repeat(10_000), "{\"action\":\"DANCE\"}", "{}", "[]")) {
            assertFalse(say(bad).isEmpty(), bad.substring(0, Math.min(20, bad.length())));
        }
        assertEquals("{\"status\":\"ALIVE\"}", say("{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\"}"));
    }
}
