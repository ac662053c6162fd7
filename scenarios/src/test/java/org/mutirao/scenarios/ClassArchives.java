package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.mutirao.testkit.Zips;

/**
 * A class archive for each of our jars, as the start scripts make for a user: hundreds of starts in these tests cost a third less. One
 * process of the tests makes them, in the jars' target folders, by a small grid that runs one task; the others wait for it.
 */
final class ClassArchives {
    private static final List<String> JARS = List.of("master", "worker", "console");
    private static final Duration SOON = Duration.ofMinutes(3);
    private static boolean looked;

    private ClassArchives() {}

    /** What Java needs to hear to use it; nothing where it could not be made. */
    static List<String> option(String name) {
        makeOnce();
        Path archive = fileOf(name);
        return JARS.contains(name) && Files.exists(archive) ? List.of("-XX:SharedArchiveFile=" + archive) : List.of();
    }

    private static synchronized void makeOnce() {
        if (looked) {
            return;
        }
        looked = true;
        Path mutex = Program.root().resolve("master").resolve("target").resolve("archives.lock");
        try (FileChannel channel = FileChannel.open(mutex, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            if (!held.isValid() || JARS.stream().allMatch(ClassArchives::isFresh)) {
                return;
            }
            Path folder = Files.createTempDirectory(mutex.getParent(), "rehearsal");
            rehearse(folder);
            for (String name : JARS) {
                Files.deleteIfExists(fileOf(name));
                if (Files.exists(folder.resolve(name))) {
                    Files.move(folder.resolve(name), fileOf(name), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void rehearse(Path folder) throws IOException, InterruptedException {
        Path tasks = Files.createDirectories(folder.resolve("tasks"));
        Zips.drop(tasks, "rehearsal.zip", Zips.of("main.py", "print(1)", "input.csv", "a\n"));
        try (Program master = start(
                        folder,
                        "master",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        "0",
                        "--discovery-ports",
                        "none",
                        "--http",
                        "127.0.0.1:0",
                        "--port-file",
                        "ports")
                .ready()) {
            Path ports = folder.resolve("ports");
            await("the ports in " + ports).atMost(SOON).until(() -> Files.exists(ports));
            String at = "127.0.0.1:" + Files.readAllLines(ports).get(0);
            try (Program worker = start(folder, "worker", "--master", at)) {
                try (Program console = start(folder, "console", "watch", "--at-least", "1", "--master", at)) {
                    console.exitCode();
                }
                worker.process.destroy();
                worker.exitCode();
            }
            master.process.destroy();
            master.exitCode();
        }
    }

    private static Program start(Path folder, String name, String... options) {
        List<String> command = new ArrayList<>(Program.java());
        command.add("-XX:ArchiveClassesAtExit=" + folder.resolve(name));
        command.addAll(List.of("-jar", Program.jar(name).toString()));
        command.addAll(List.of(options));
        return Program.run(folder, name, command);
    }

    private static boolean isFresh(String name) {
        try {
            return Files.exists(fileOf(name))
                    && Files.getLastModifiedTime(fileOf(name)).compareTo(Files.getLastModifiedTime(Program.jar(name)))
                            > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path fileOf(String name) {
        return Program.jar(name).resolveSibling(name + ".jsa");
    }
}
