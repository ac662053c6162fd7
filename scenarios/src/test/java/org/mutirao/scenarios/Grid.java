package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mutirao.protocol.json.Json;
import org.mutirao.testkit.Zips;

/** A master and workers as processes on loopback, in one folder; the master keeps its port when it is started again. */
final class Grid implements AutoCloseable {
    private static final Duration SOON = Duration.ofMinutes(3);

    final Path folder;
    final Path tasks;
    final Path results;
    private final List<String> masterJvm;
    private final List<Program> programs = new ArrayList<>();
    private int port;
    Program master;

    Grid(Path folder, List<String> masterJvm) {
        this.folder = folder;
        this.masterJvm = masterJvm;
        this.tasks = folder.resolve("tasks");
        this.results = folder.resolve("results");
    }

    Grid(Path folder) {
        this(folder, List.of());
    }

    Grid startMaster(String... more) {
        List<String> options = new ArrayList<>(
                List.of("--host=127.0.0.1", "--port=" + port, "--discovery-ports=none", "--port-file=ports"));
        if (Arrays.stream(more).noneMatch(option -> option.startsWith("--http="))) {
            options.add("--http=127.0.0.1:0");
        }
        options.addAll(List.of(more));
        deleteOld(folder.resolve("ports"));
        master = remember(Program.start(folder, "master", masterJvm, options.toArray(String[]::new)))
                .ready();
        Path ports = folder.resolve("ports");
        await("the ports in " + ports).atMost(SOON).until(() -> Files.exists(ports));
        port = Integer.parseInt(readLines(ports).get(0));
        return this;
    }

    private static void deleteOld(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Program startWorker(List<String> jvm, String... more) {
        List<String> options = new ArrayList<>(List.of("--master=127.0.0.1:" + port));
        options.addAll(List.of(more));
        return remember(Program.start(folder, "worker", jvm, options.toArray(String[]::new)));
    }

    Program startWorker(String... more) {
        return startWorker(List.of(), more);
    }

    Program console(String... words) {
        List<String> options = new ArrayList<>(List.of("--master=127.0.0.1:" + port));
        options.addAll(List.of(words));
        return remember(Program.start(folder, "console", List.of(), options.toArray(String[]::new)));
    }

    /** Where the dashboard is. */
    String dashboard() {
        return readLines(folder.resolve("ports")).stream()
                .filter(line -> line.startsWith("http="))
                .map(line -> "http://localhost:" + line.substring("http=".length()))
                .findFirst()
                .orElseThrow();
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    InetSocketAddress socketAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** The row of a task as all lists show it; empty if there is no such task. */
    Map<?, ?> row(String name) {
        String query = "/api/tasks?name=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
        try (InputStream in = URI.create(dashboard() + query).toURL().openStream()) {
            List<?> rows = (List<?>) Json.readMap(in.readAllBytes()).get("tasks");
            return rows.isEmpty() ? Map.of() : (Map<?, ?>) rows.get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How often a task was handed out. */
    int attempts(String name) {
        return ((Number) row(name).get("attempts")).intValue();
    }

    /** The command that lists all tasks as JSON. */
    List<String> listTasks() {
        return Program.command("console", List.of(), "--master=" + address(), "--json", "tasks");
    }

    Program remember(Program program) {
        programs.add(program);
        return program;
    }

    void drop(String name, String... namesAndContents) {
        Zips.drop(tasks, name, Zips.of(namesAndContents));
    }

    Set<String> resultNames() {
        return names(results);
    }

    void awaitResults(int count) {
        await(count + " results in " + results)
                .atMost(SOON)
                .until(() -> resultNames().size() >= count);
    }

    static Set<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(".served-by"))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> readLines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        // Workers first, so that they end their scripts' processes with them.
        for (int i = programs.size() - 1; i >= 0; i--) {
            programs.get(i).close();
        }
    }
}
