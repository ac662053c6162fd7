package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Three masters on loopback that are told of each other; the last one has the highest priority. Needs no rights. */
final class LoopbackGroup implements AutoCloseable {
    private static final int COUNT = 3;
    private static final Duration SOON = Duration.ofMinutes(3);

    private final Path folder;
    private final List<Integer> ports;
    private final List<Program> masters = new ArrayList<>();
    private final List<Program> workers = new ArrayList<>();

    LoopbackGroup(Path folder) {
        this.folder = folder;
        this.ports = freePorts(2 * COUNT);
    }

    private static List<Integer> freePorts(int count) {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            List<Integer> ports =
                    sockets.stream().map(ServerSocket::getLocalPort).toList();
            for (ServerSocket socket : sockets) {
                socket.close();
            }
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    LoopbackGroup start(String... more) throws IOException {
        String peers = IntStream.range(0, COUNT)
                .mapToObj(each -> (each + 1) + "@127.0.0.1:" + ports.get(each))
                .collect(Collectors.joining(","));
        for (int each = 0; each < COUNT; each++) {
            List<String> options = new ArrayList<>(List.of(
                    "--host=127.0.0.1",
                    "--port=" + ports.get(each),
                    "--raft-port=" + ports.get(COUNT + each),
                    "--peers=" + peers,
                    "--id=" + (each + 1),
                    "--priority=" + (each + 1) * 10,
                    "--discovery-ports=none",
                    "--http=off"));
            options.addAll(List.of(more));
            masters.add(Program.start(
                    Files.createDirectories(folder.resolve("pc" + each)),
                    "master",
                    List.of("-Xmx256m"),
                    options.toArray(String[]::new)));
        }
        masters.forEach(Program::ready);
        Program best = masters.get(COUNT - 1);
        await("the best leads: " + best.out).atMost(SOON).until(() -> best.text()
                .contains("Master " + COUNT + " leads, term "));
        return this;
    }

    Program master(int place) {
        return masters.get(place);
    }

    /** That folder of each master. */
    List<Path> folders(String name) {
        return IntStream.range(0, COUNT)
                .mapToObj(each -> folder.resolve("pc" + each).resolve(name))
                .toList();
    }

    List<InetSocketAddress> addresses() {
        return ports.subList(0, COUNT).stream()
                .map(port -> new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .toList();
    }

    private String masterOption() {
        return ports.subList(0, COUNT).stream()
                .map(port -> "127.0.0.1:" + port)
                .collect(Collectors.joining(",", "--master=", ""));
    }

    Program startWorker(String... more) {
        List<String> options = new ArrayList<>(List.of(masterOption()));
        options.addAll(List.of(more));
        Program worker = Program.start(folder, "worker", List.of("-Xmx128m"), options.toArray(String[]::new));
        workers.add(worker);
        return worker;
    }

    /** The command that lists all tasks as JSON. */
    List<String> listTasks() {
        return Program.command("console", List.of(), masterOption(), "--json", "tasks");
    }

    @Override
    public void close() {
        workers.forEach(Program::close);
        masters.forEach(Program::close);
    }
}
