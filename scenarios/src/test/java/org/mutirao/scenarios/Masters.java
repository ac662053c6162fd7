package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
    private final Verifier verifier;
    private int made;

    Masters(Path folder, String... options) {
        this.folder = folder;
        this.options = List.of(options);
        this.verifier = new Verifier(folder);
    }

    /** All start at once, told nothing but how many they are; the one on the last machine has the highest priority. */
    Masters start() {
        IntStream.range(0, COUNT).forEach(this::start);
        for (Program program : programs) {
            program.ready();
        }
        awaitLeader(COUNT - 1);
        verifier.watch(places("results"), places("tasks"));
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

    private List<Path> places(String name) {
        return IntStream.range(0, COUNT)
                .mapToObj(master -> place(master).resolve(name))
                .toList();
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
        return player("holder.py", phase, addresses, verifier.witness().toString());
    }

    /** A play from src/test/python on the players' machine. */
    Program player(String script, String... words) {
        List<String> command = new ArrayList<>(lan.on(PLAYERS_PLACE));
        command.add(ForeignPrograms.python());
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
        String script = verifier.witnessed(name) + "open(r'" + started(name) + "', 'w').close()\n" + wait + "print('"
                + name + "')\n# " + noise(padding) + "\n";
        verifier.drop(place(at).resolve("tasks"), name, Zips.of("main.py", script), name + "\n");
        return name;
    }

    /** How often a script has begun so far. */
    int runs() {
        return verifier.runs();
    }

    void awaitRuns(int count) {
        verifier.awaitRuns(count);
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

    /** All that was handed in so far has one result, the right one, in every master's folder. */
    void verify() {
        verifier.verify(LONG, consoleCommand(firstWell(), "--json", "tasks"));
    }

    private int firstWell() {
        return IntStream.range(0, COUNT)
                .filter(master -> !away[master])
                .findFirst()
                .orElseThrow();
    }

    private List<String> consoleCommand(int through, String... words) {
        List<String> all = new ArrayList<>(List.of("--master=" + lan.address(through) + ":50020"));
        all.addAll(List.of(words));
        List<String> command = new ArrayList<>(lan.on(PLAYERS_PLACE));
        command.addAll(Program.command("console", List.of(), all.toArray(String[]::new)));
        return command;
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
        verifier.close();
        lan.close();
    }
}
