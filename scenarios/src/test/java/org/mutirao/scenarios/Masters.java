package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.mutirao.testkit.Zips;

/** Three masters on three machines of a LAN that find each other, and the programs that work for them on two more. */
final class Masters implements AutoCloseable {
    static final int COUNT = 3;
    private static final int WORKERS_PLACE = 3;
    private static final int PLAYERS_PLACE = 4;
    private static final Duration LONG = Duration.ofSeconds(90);

    /** What may happen to a master. */
    enum Way {
        STOP,
        KILL,
        FREEZE,
        CUT,
        MUTE
    }

    private final Lan lan = Lan.of(5, false);
    private final Path folder;
    private final List<String> options;
    private final Program[] programs = new Program[COUNT];
    private final boolean[] away = new boolean[COUNT];
    private final List<Program> others = new ArrayList<>();
    private int made;

    Masters(Path folder, String... options) {
        this.folder = folder;
        this.options = List.of(options);
    }

    /** All start at once, told nothing but how many they are; the one on the last machine has the highest priority. */
    Masters start() {
        IntStream.range(0, COUNT).forEach(this::start);
        for (Program program : programs) {
            program.ready();
        }
        awaitLeader(COUNT - 1);
        return this;
    }

    private void start(int master) {
        List<String> all = new ArrayList<>(List.of("--masters=3", "--priority=" + (master + 1) * 10, "--http=off"));
        all.addAll(options);
        programs[master] =
                Program.start(lan.on(master), place(master), "master", List.of("-Xmx256m"), all.toArray(String[]::new));
    }

    Path place(int master) {
        try {
            return Files.createDirectories(folder.resolve("pc" + master));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Program worker(String... more) {
        return remember(
                Program.start(lan.on(WORKERS_PLACE), place(WORKERS_PLACE), "worker", List.of("-Xmx128m"), more));
    }

    /** A worker that stops in the middle of something. */
    Program holder(String phase) {
        String addresses = String.join(
                ",",
                IntStream.range(0, COUNT)
                        .mapToObj(i -> lan.address(i) + ":50020")
                        .toList());
        return player("holder.py", phase, addresses);
    }

    /** A play from src/test/python on the players' machine. */
    Program player(String script, String... words) {
        List<String> command = new ArrayList<>(lan.on(PLAYERS_PLACE));
        command.add(Strangers.python());
        command.add(Program.root()
                .resolve("scenarios/src/test/python")
                .resolve(script)
                .toString());
        command.addAll(List.of(words));
        return remember(Program.run(place(PLAYERS_PLACE), "player", command));
    }

    Program server(int id, int priority) {
        return player("server.py", String.valueOf(id), String.valueOf(priority));
    }

    Program startConsole(int through, String... words) {
        List<String> all = new ArrayList<>(List.of("--master=" + lan.address(through) + ":50020"));
        all.addAll(List.of(words));
        return remember(Program.start(
                lan.on(PLAYERS_PLACE), place(PLAYERS_PLACE), "console", List.of(), all.toArray(String[]::new)));
    }

    private Program remember(Program program) {
        others.add(program);
        return program;
    }

    Optional<String> console(int through, String... words) {
        List<String> all = new ArrayList<>(List.of("--master=" + lan.address(through) + ":50020"));
        all.addAll(List.of(words));
        try (Program console = Program.start(
                lan.on(PLAYERS_PLACE), place(PLAYERS_PLACE), "console", List.of(), all.toArray(String[]::new))) {
            return console.exitCode() == 0 ? Optional.of(console.text()) : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Whether that one said last that it leads, or that this one does. */
    void awaitLeader(int master) {
        await("master " + master + " leads: " + programs[master].out)
                .atMost(LONG)
                .until(() -> leader() == master);
    }

    /** Who leads, by what the masters that are well wrote last; -1 when they differ. */
    int leader() {
        Set<Integer> said = new TreeSet<>();
        for (int master = 0; master < COUNT; master++) {
            if (!away[master]) {
                said.add(lastSaid(programs[master].text()));
            }
        }
        int id = said.size() == 1 ? said.iterator().next() : -1;
        return id < 0 ? -1 : placeOf(id);
    }

    private static int lastSaid(String text) {
        int leads = -1;
        for (String line : text.split("\n", -1)) {
            if (line.contains("No master leads")) {
                leads = -1;
            } else if (line.matches(".*Master \\d+ leads, term .*")) {
                leads = Integer.parseInt(line.replaceAll(".*Master (\\d+) leads, term .*", "$1"));
            }
        }
        return leads;
    }

    private int placeOf(int id) {
        for (int master = 0; master < COUNT; master++) {
            try {
                String name =
                        Files.readString(place(master).resolve("data/place")).split("-", 2)[0];
                if (name.equals(String.valueOf(id))) {
                    return master;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return -1;
    }

    /** Something happens to it. */
    void hit(int master, Way way) throws InterruptedException {
        away[master] = true;
        switch (way) {
            case STOP -> programs[master].signal("TERM");
            case KILL -> programs[master].kill();
            case FREEZE -> programs[master].signal("STOP");
            case CUT -> lan.cut(master);
            case MUTE -> lan.muteOutgoing(master);
        }
    }

    /** It is well again. */
    void mend(int master, Way way) throws InterruptedException {
        switch (way) {
            case STOP, KILL -> {
                programs[master].process.waitFor();
                start(master);
            }
            case FREEZE -> programs[master].signal("CONT");
            case CUT, MUTE -> lan.mend(master);
        }
        away[master] = false;
    }

    /** The name of the task; its script waits for the file if there is to be one, and prints the name. */
    String drop(int at, Optional<Path> gate, int padding) {
        String name = "task-" + made++ + ".zip";
        String wait = gate.map(file -> "while not os.path.exists(r'" + file + "'): time.sleep(0.05)\n")
                .orElse("");
        Zips.drop(
                place(at).resolve("tasks"),
                name,
                Zips.of(
                        "main.py",
                        "import os, time\nopen(r'" + started(name) + "', 'w').close()\n" + wait + "with open(r'"
                                + folder
                                + "/witness.txt', 'a') as file: file.write('" + name + "\\n')\nprint('" + name
                                + "')\n# " + noise(padding) + "\n"));
        return name;
    }

    /** Is there as soon as the task's script has begun. */
    Path started(String name) {
        return folder.resolve("started-" + name);
    }

    private static String noise(int length) {
        StringBuilder text = new StringBuilder();
        Random random = new Random(length);
        while (text.length() < length) {
            text.append(Long.toHexString(random.nextLong()));
        }
        return text.toString();
    }

    void awaitAccepted() {
        for (int master = 0; master < COUNT; master++) {
            Path tasks = place(master).resolve("tasks");
            await("all is accepted from " + tasks).atMost(LONG).until(() -> Grid.names(tasks).stream()
                    .allMatch(name -> name.equals("rejected")));
        }
    }

    /** Each task has one result, the right one, in every master's folder; looks only at what a person sees. */
    void verify(Set<String> expected) {
        for (int master = 0; master < COUNT; master++) {
            Path results = place(master).resolve("results");
            await("all results in " + results + ", "
                            + Arrays.stream(programs)
                                    .map(program -> program.out.toString())
                                    .toList())
                    .atMost(LONG)
                    .until(() -> Grid.names(results).containsAll(expected));
            assertEquals(expected, new TreeSet<>(Grid.names(results)), "and no others");
            for (String name : expected) {
                assertEquals(name + "\n", Zips.read(results.resolve(name)).get("stdout.txt"));
            }
        }
    }

    Program program(int master) {
        return programs[master];
    }

    Lan lan() {
        return lan;
    }

    @Override
    public void close() {
        others.forEach(Program::close);
        for (Program program : programs) {
            if (program != null) {
                program.signal("CONT");
                program.close();
            }
        }
        lan.close();
    }
}
