package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.testkit.Zips;

/** The program itself on a damaged log: what a person sees, and what {@code --accept-loss} does. */
class DamagedStartTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int TASKS = 3;

    @TempDir
    private Path folder;

    @Test
    void aDamagedLogIsRefusedInWordsAndBeginsAnewByAPersonsWord() throws Exception {
        for (int i = 0; i < TASKS; i++) {
            Zips.drop(
                    Files.createDirectories(folder.resolve("tasks")),
                    "t" + i + ".zip",
                    Zips.of("main.py", "print(" + i + ")"));
        }
        Process killed = start("first.txt");
        try {
            await().atMost(LONG).until(() -> dropped() == 0);
            // For a second or two they are in the log only.
            await().atMost(LONG).ignoreExceptions().until(() -> packages() == TASKS);
        } finally {
            killed.destroyForcibly().waitFor();
        }
        Path segment = files("data/log", "log_").get(0);
        byte[] damaged = Files.readAllBytes(segment);
        damaged[40] ^= 1;
        Files.write(segment, damaged);

        Process refused = start("refused.txt");
        assertTrue(refused.waitFor(LONG.toSeconds(), TimeUnit.SECONDS));
        String said = text("refused.txt");
        assertEquals(1, refused.exitValue(), said);
        assertTrue(said.contains("master: This start was refused"), said);
        assertTrue(
                said.contains("damaged at byte")
                        && said.contains(segment.getFileName().toString()),
                said);
        assertTrue(said.contains("--accept-loss"), said);
        assertFalse(said.contains("\tat ") || said.contains("Exception"), said);
        assertArrayEquals(damaged, Files.readAllBytes(segment), "nothing is changed");
        assertEquals(TASKS, packages(), "no package is deleted");

        Process anew = start("anew.txt", "--accept-loss");
        try {
            await().atMost(LONG).until(() -> text("anew.txt").contains("ready master") || !anew.isAlive());
            assertTrue(text("anew.txt").contains("The log begins anew"), text("anew.txt"));
            List<Path> packages = files("data/lost+found", "package-");
            assertEquals(TASKS, packages.size());
            List<Path> old = files("data/lost+found", segment.getFileName().toString());
            assertArrayEquals(damaged, Files.readAllBytes(old.get(0)), "the old log is kept");
            for (int i = 0; i < TASKS; i++) {
                Zips.drop(folder.resolve("tasks"), "again" + i + ".zip", Files.readAllBytes(packages.get(i)));
            }
            await().atMost(LONG).until(() -> dropped() == 0);
            await("taken in again").atMost(LONG).ignoreExceptions().until(() -> packages() == TASKS);
        } finally {
            anew.destroyForcibly().waitFor();
        }
    }

    private Process start(String out, String... more) throws IOException {
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes,
                Main.class.getName(),
                "--host=127.0.0.1",
                "--port=0",
                "--discovery-ports=none",
                "--http=off"));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(out).toFile())
                .start();
    }

    private String text(String out) {
        try {
            return Files.readString(folder.resolve(out));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long dropped() {
        return files("tasks", "").stream()
                .filter(file -> file.toString().endsWith(".zip"))
                .count();
    }

    /** Without those that are only half there. */
    private long packages() {
        return files("data/blobs", "").stream()
                .filter(file -> !file.toString().endsWith(".part"))
                .count();
    }

    private List<Path> files(String below, String prefix) {
        try (Stream<Path> files = Files.walk(folder.resolve(below))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().startsWith(prefix))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
