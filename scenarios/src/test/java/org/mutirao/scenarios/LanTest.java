package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.testkit.Zips;

/** Two machines and a cable, made of network namespaces: nobody is told any address. Needs root on Linux. */
class LanTest {
    private final String left = "mutirao-l" + ProcessHandle.current().pid();
    private final String right = "mutirao-r" + ProcessHandle.current().pid();

    @TempDir
    private Path folder;

    @BeforeEach
    void plugIn() throws Exception {
        boolean made = false;
        try {
            made = run("ip", "netns", "add", left) == 0;
        } catch (IOException e) {
            // No such command: not Linux.
        }
        assumeTrue(made, "SKIPPED: network namespaces can only be made by root on Linux");
        assertEquals(0, run("ip", "netns", "add", right));
        assertEquals(
                0,
                run("ip", "-n", left, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", right));
        configure(left, "10.79.1.1/24");
        configure(right, "10.79.1.2/24");
    }

    private static void configure(String host, String address) throws Exception {
        assertEquals(0, run("ip", "-n", host, "link", "set", "lo", "up"));
        assertEquals(0, run("ip", "-n", host, "addr", "add", address, "brd", "+", "dev", "eth0"));
        assertEquals(0, run("ip", "-n", host, "link", "set", "eth0", "up"));
    }

    @AfterEach
    void unplug() throws Exception {
        for (String host : List.of(left, right)) {
            try {
                run("ip", "netns", "del", host);
            } catch (IOException e) {
                return; // no such command: nothing was made
            }
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor(20, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }

    @Test
    void aWorkerOnAnotherMachineFindsTheMasterOnTheUsualPorts() throws Exception {
        Path there = Files.createDirectories(folder.resolve("there"));
        try (Program master = Program.start(List.of("ip", "netns", "exec", left), folder, "master", List.of())
                .ready()) {
            assertTrue(master.text().contains("discovery=50005,9999,8888,50001,55001"), master.text());
            Zips.drop(folder.resolve("tasks"), "a.zip", Zips.of("main.py", "print('hello')"));
            await().until(() -> Grid.names(folder.resolve("tasks")).isEmpty());
            try (Program worker =
                    Program.start(List.of("ip", "netns", "exec", right), there, "worker", List.of(), "--once")) {
                assertEquals(0, worker.exitCode(), worker.text());
                assertTrue(worker.text().contains("master=10.79.1.1:50020"), worker.text());
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> Grid.names(folder.resolve("results")).equals(Set.of("a.zip")));
        }
    }
}
