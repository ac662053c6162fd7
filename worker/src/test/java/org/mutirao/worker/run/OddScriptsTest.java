package org.mutirao.worker.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.pack.TaskBounds;
import org.mutirao.worker.warm.ForkRequest;
import org.mutirao.worker.warm.Forks;
import org.mutirao.worker.warm.RunningScript;
import org.mutirao.worker.warm.Warm;

/**
 * Every script of {@code odd/scripts.txt}, in an interpreter of its own and forked from a warm one: what comes out is the same, byte for byte. So it is
 * for some of them when Java itself starts them.
 */
@EnabledOnOs(OS.LINUX)
class OddScriptsTest {
    private static final TaskLimits NO_LIMITS = new TaskLimits(Duration.ofHours(1), 0, TaskBounds.none());
    private static final int LANES = 2;
    private static final int EACH_BY_JAVA = Integer.getInteger("by.java", 8);

    @TempDir
    private Path folder;

    /** A script and the files beside it. */
    private record Odd(String name, List<String> args, Map<String, String> env, Map<String, String> files) {}

    /** What came out, with addresses in memory made alike. */
    private record Ended(int code, String stdout, String stderr, Map<String, String> files) {}

    @Test
    void allWaysGiveTheSame() throws Exception {
        List<Odd> all = read();
        assertTrue(all.size() >= 240, all.size() + " scripts");
        Python python = Python.find(Optional.empty());
        ExecutorService lanes = Executors.newFixedThreadPool(LANES);
        try (Interpreters warm =
                Interpreters.warm(python, new Warm(100), folder.resolve("warm"), ScriptEnvironment.usual())) {
            List<Future<List<String>>> found = new ArrayList<>();
            for (int lane = 0; lane < LANES; lane++) {
                int number = lane;
                List<Odd> own = Stream.iterate(lane, i -> i < all.size(), i -> i + LANES)
                        .map(all::get)
                        .toList();
                found.add(lanes.submit(() -> differences(own, python, warm, folder.resolve("lane" + number))));
            }
            List<String> differences = new ArrayList<>();
            for (Future<List<String>> each : found) {
                differences.addAll(each.get());
            }
            assertEquals(List.of(), differences);
        } finally {
            lanes.shutdown();
        }
    }

    private static List<String> differences(List<Odd> scripts, Python python, Interpreters warm, Path lane)
            throws Exception {
        List<String> differences = new ArrayList<>();
        Forks forks = warm.warm().forks();
        Forks none = Interpreters.plain(python).warm().forks();
        PlainStart byJava = new PlainStart(python, ScriptEnvironment.usual());
        Interpreters.FolderForks own = warm.forks();
        PlainStart byStarter = byJava.by(own.starter());
        for (int i = 0; i < scripts.size(); i++) {
            Odd odd = scripts.get(i);
            Map<String, Ended> ends = new LinkedHashMap<>();
            ends.put("forked", run(odd, byStarter, forks, lane));
            ends.put("by the starter", run(odd, byStarter, none, lane));
            if (i % EACH_BY_JAVA == 0) {
                ends.put("by Java", run(odd, byJava, none, lane));
            }
            if (Set.copyOf(ends.values()).size() > 1) {
                differences.add(odd.name() + ends);
            }
        }
        own.close();
        return differences;
    }

    private static Ended run(Odd odd, PlainStart plain, Forks forks, Path lane) throws Exception {
        DurableFiles.deleteTree(lane);
        Path files = Files.createDirectories(lane.resolve("task").resolve("files"));
        Files.createDirectories(ScriptEnvironment.home(files));
        Files.createDirectories(ScriptEnvironment.temporary(files));
        Path stdout = Files.createFile(lane.resolve("printed.txt"));
        Path stderr = Files.createFile(lane.resolve("errors.txt"));
        forks.prepare(files);
        for (Map.Entry<String, String> each : odd.files().entrySet()) {
            Path file = files.resolve(each.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, each.getValue());
        }
        String mark = UUID.randomUUID().toString();
        Leftovers leftovers = Leftovers.here(mark);
        List<String> args = new ArrayList<>(List.of("main.py"));
        if (odd.files().containsKey("input.csv")) {
            args.add("input.csv");
        }
        args.addAll(odd.args());
        try (Captured printed = Captured.open(stdout);
                Captured errors = Captured.open(stderr)) {
            Optional<RunningScript> forked =
                    forks.start(new ForkRequest(mark, files, stdout, stderr, args, odd.env(), NO_LIMITS.inWords()));
            boolean isWarm = forks.isWarm();
            assertEquals(isWarm, forked.isPresent(), odd.name());
            RunningScript script = forked.isPresent()
                    ? forked.get()
                    : plain.run(
                            new Script.Membership(files, stdout, printed, stderr, errors),
                            args,
                            odd.env(),
                            mark,
                            NO_LIMITS);
            assertTrue(script.waitFor(60_000), odd.name() + " does not end");
            new ProcessTree(script, leftovers, System::nanoTime).endLeftOvers();
            return new Ended(script.exitValue(), text(printed), text(errors), left(files));
        }
    }

    private static String text(Captured captured) throws IOException {
        return new String(captured.tail(1 << 20), StandardCharsets.UTF_8).replaceAll("0x[0-9a-f]+", "0x");
    }

    private static Map<String, String> left(Path files) throws IOException {
        Map<String, String> left = new TreeMap<>();
        if (!Files.exists(files)) {
            return left;
        }
        try (Stream<Path> all = Files.walk(files)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                // A database and an archive have times in them.
                boolean same =
                        !each.toString().endsWith(".db") && !each.toString().endsWith(".zip");
                left.put(
                        files.relativize(each).toString(),
                        same ? HexFormat.of().formatHex(Files.readAllBytes(each)) : "");
            }
        }
        return left;
    }

    /** Parts begin with {@code === name}, perhaps with {@code | arguments} or {@code | env A=b}; other files with {@code --- name}. */
    private static List<Odd> read() throws IOException {
        List<Odd> all = new ArrayList<>();
        try (InputStream in = OddScriptsTest.class.getResourceAsStream("/odd/scripts.txt")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (String part : text.split("(?m)^=== ", -1)) {
                if (!part.isEmpty()) {
                    all.add(odd(part));
                }
            }
        }
        return all;
    }

    private static Odd odd(String part) {
        String head = part.substring(0, part.indexOf('\n'));
        Map<String, String> files = new LinkedHashMap<>();
        String name = "main.py";
        for (String file : part.substring(head.length() + 1).split("(?m)^--- ", -1)) {
            String content = file;
            if (!files.isEmpty()) {
                name = file.substring(0, file.indexOf('\n'));
                content = file.substring(name.length() + 1);
            }
            files.put(name, content);
        }
        int bar = head.indexOf(" | ");
        List<String> words = bar < 0 ? List.of() : Python.parseCommand(head.substring(bar + 3));
        boolean env = !words.isEmpty() && words.get(0).equals("env");
        Map<String, String> variables = new LinkedHashMap<>();
        for (String word : env ? words.subList(1, words.size()) : List.<String>of()) {
            variables.put(word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
        }
        return new Odd(bar < 0 ? head : head.substring(0, bar), env ? List.of() : words, variables, files);
    }
}
