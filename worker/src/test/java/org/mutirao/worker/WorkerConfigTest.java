package org.mutirao.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.pack.TaskBounds;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.worker.environment.EnvironmentSettings;
import org.mutirao.worker.link.Search;
import org.mutirao.worker.sandbox.SandboxChoice;
import org.mutirao.worker.sandbox.SandboxSettings;
import org.mutirao.worker.stay.Hours;
import org.mutirao.worker.stay.Pausing;
import org.mutirao.worker.stay.SlotCount;
import org.mutirao.worker.stay.Stay;
import org.mutirao.worker.stay.WorkTimes;
import org.mutirao.worker.warm.Warm;
import picocli.CommandLine;

class WorkerConfigTest {
    private static WorkerConfig parsed(String... args) {
        CommandLine line = Main.commandLine();
        line.parseArgs(args);
        return ((Main) line.getCommand()).config();
    }

    @Test
    void withoutOptionsTheDefaultsAreInForce() {
        assertEquals(WorkerConfig.defaults(), parsed());
        assertEquals(Duration.ofSeconds(5), WorkerConfig.defaults().heartbeat());
        assertEquals(
                Runtime.getRuntime().availableProcessors(),
                WorkerConfig.defaults().slots().tasks());
    }

    @Test
    void everyOptionIsHeard() {
        assertEquals(
                new WorkerConfig(
                        Path.of("w"),
                        new Search(
                                List.of(new HostPort("pc7", 50020), new HostPort("pc8", 50021)), DiscoveryPorts.none()),
                        new SlotCount(3, Runtime.getRuntime().availableProcessors()),
                        new WorkerConfig.Interpreter(
                                Optional.of(List.of("py", "-3")),
                                new Warm(50, List.of("pandas", "numpy")),
                                false,
                                List.of("NLTK_DATA"),
                                new EnvironmentSettings(
                                        Optional.of("https://index.example/simple"),
                                        ByteSize.gibi(3),
                                        Duration.ofMinutes(4)),
                                new SandboxSettings(
                                        SandboxChoice.BUBBLEWRAP,
                                        true,
                                        List.of(Path.of("/data"), Path.of("/maps")),
                                        "tasks",
                                        Optional.empty())),
                        new WorkerConfig.Limits(
                                Duration.ofMinutes(2),
                                Duration.ofHours(3),
                                ByteSize.gibi(1),
                                Optional.of(ByteSize.gibi(3)),
                                new TaskBounds(Duration.ofMinutes(9), 5L << 30, 1000, 20, 64, 2 << 20),
                                false),
                        new WorkerConfig.Called(
                                Optional.of(new WorkerId("me")), Optional.of("Ana PC-7"), List.of("lab3", "gpu")),
                        Duration.ofMillis(500),
                        new Stay(
                                true,
                                Optional.of(Duration.ofHours(2)),
                                Optional.of(Duration.ofMinutes(10)),
                                OptionalInt.of(7),
                                new WorkTimes(
                                        Optional.of(Hours.parse("18:00-07:00")),
                                        Optional.of(Duration.ofMinutes(5)),
                                        true,
                                        Optional.of(Pausing.GIVE_BACK))),
                        Optional.of(Path.of("p"))),
                parsed(
                        "--work=w",
                        "--master=pc7:50020,pc8:50021",
                        "--discovery-ports=none",
                        "--slots=3",
                        "--python=py -3",
                        "--warm=50",
                        "--preload=pandas,numpy",
                        "--timeout=2m",
                        "--id=me",
                        "--name=Ana PC-7",
                        "--tag=lab3",
                        "--tag=gpu",
                        "--heartbeat=500ms",
                        "--max-unpacked=1GiB",
                        "--cgroup=off",
                        "--max-output=2MiB",
                        "--max-memory=3GiB",
                        "--max-timeout=3h",
                        "--max-cpu-time=9m",
                        "--max-disk=5GiB",
                        "--max-files=1000",
                        "--max-processes=20",
                        "--max-open-files=64",
                        "--once",
                        "--no-nice",
                        "--pass-env=NLTK_DATA",
                        "--sandbox=bubblewrap",
                        "--allow-network",
                        "--readable=/data,/maps",
                        "--account=tasks",
                        "--allow-index=https://index.example/simple",
                        "--max-environments=3GiB",
                        "--build-timeout=4m",
                        "--hours=18:00-07:00",
                        "--idle-only=5m",
                        "--on-battery=pause",
                        "--pause=give-back",
                        "--lifetime=2h",
                        "--idle-exit=10m",
                        "--max-tasks=7",
                        "--port-file=p"));
    }

    @Test
    void everyOptionHasItsEnvironmentVariable() {
        List<Field> fields = Stream.of(
                        Main.class,
                        StayOptions.class,
                        EnvironmentOptions.class,
                        SandboxOptions.class,
                        LimitOptions.class)
                .flatMap(each -> Stream.of(each.getDeclaredFields()))
                .toList();
        for (Field field : fields) {
            CommandLine.Option option = field.getAnnotation(CommandLine.Option.class);
            if (option != null) {
                String name =
                        option.names()[0].substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
                assertTrue(option.defaultValue().startsWith("${env:MUTIRAO_" + name + ":-"), option.names()[0]);
                // Without it, a flag that the environment has set already is turned off by the option.
                assertEquals(
                        field.getType() == boolean.class, option.fallbackValue().equals("true"), option.names()[0]);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--slots=0%        | --slots: expected auto, a number, or a part of the cores as 50%",
                "--slots=many      | --slots: expected auto, a number, or a part of the cores as 50%",
                "--slots=0         | --slots 0: expected 1 to 1024",
                "--lifetime=0s     | --lifetime: expected more than 0",
                "--max-tasks=0     | --max-tasks: expected at least 1",
                "--idle-only=0s    | --idle-only: expected more than 0",
                "--max-processes=0 | --max-processes: expected at least 1",
                "--max-open-files=9 | --max-open-files: expected at least 16",
                "--max-output=0MiB | --max-output: expected more than 0",
                "--max-timeout=0s  | --max-timeout: expected more than 0",
                "--max-disk=0      | --max-disk: expected more than 0",
                "--max-cpu-time=0s | --max-cpu-time: expected more than 0",
                "--max-unpacked=0  | --max-unpacked: expected more than 0",
                "--max-environments=0 | --max-environments: expected more than 0",
                "--build-timeout=0s | --build-timeout: expected more than 0",
            })
    void whatCantBeMeantIsRefusedWithASentence(String option, String sentence) {
        assertEquals(
                sentence,
                assertThrows(IllegalArgumentException.class, () -> parsed(option))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--slots=many      | worker: --slots: expected auto, a number, or a part of the cores as 50% (see worker --help)",
                "--hours=7:00      | worker: the value of --hours: expected two times, as 18:00-07:00 (see worker --help)",
                "--hours=07:00-07:00 | worker: the value of --hours: the two times are the same; without --hours it works all day (see worker --help)",
                "--on-battery=stop | worker: the value of --on-battery: expected pause or go-on (see worker --help)",
                "--pause=stop      | worker: the value of --pause: expected suspend, give-back or finish (see worker --help)",
                "--max-cpu-time=999999999999d | worker: the value of --max-cpu-time: '999999999999d' is longer than 3650d, the longest that can be said (see worker --help)",
                "--max-disk=9000000TiB | worker: the value of --max-disk: '9000000TiB' is more than 1024TiB, the largest size that can be said (see worker --help)",
                "--warm=x          | worker: the value of --warm: expected auto, off, or 1 to 1000000 (see worker --help)",
            })
    void aWrongWordIsOneLineAndWhereTheHelpIs(String option, String line) {
        StringWriter err = new StringWriter();
        assertEquals(2, Main.commandLine().setErr(new PrintWriter(err)).execute(option));
        assertEquals(line, err.toString().strip());
    }

    @Test
    void slotsMayBeAPartOfTheCores() {
        assertEquals(4, SlotCount.parse("50%", 8).tasks());
        assertEquals(1, SlotCount.parse("10%", 2).tasks(), "never none");
        assertEquals(16, SlotCount.parse("200%", 8).tasks());
        assertEquals(8, SlotCount.parse("auto", 8).tasks());
    }

    @Test
    void whoGivesAPartOfTheCoresKeepsTheOthers() {
        assertEquals(4, SlotCount.parse("50%", 8).cores());
        assertEquals(1, SlotCount.parse("10%", 2).cores());
        assertEquals(8, SlotCount.parse("200%", 8).cores(), "there are no more");
        assertEquals(8, SlotCount.parse("auto", 8).cores());
        assertEquals(8, SlotCount.parse("2", 8).cores(), "two tasks, of as many cores as they ask for");
    }

    @Test
    void namesAndTagsAreChecked() {
        for (String wrong :
                List.of("--tag=two words", "--tag=-x", "--tag=" + "x".repeat(33), "--name= ", "--name=a\tb")) {
            IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> parsed(wrong), wrong);
            assertTrue(refused.getMessage().startsWith(wrong.substring(0, wrong.indexOf('='))), refused.getMessage());
        }
        assertEquals(
                List.of("a", "b", "c"), parsed("--tag=a,b", "--tag=c").called().tags());
        assertEquals(
                Optional.of("Laboratório 3"),
                parsed("--name=Laboratório 3").called().name());
    }

    @Test
    void withoutAnyWayToAMasterThereIsASentence() {
        IllegalArgumentException nowhere =
                assertThrows(IllegalArgumentException.class, () -> parsed("--discovery-ports=none"));
        assertTrue(nowhere.getMessage().contains("--master"), nowhere.getMessage());
    }

    @Test
    void noPythonIsCodeOneAndASentence(@TempDir Path work) {
        CommandLine line = Main.commandLine();
        StringWriter err = new StringWriter();
        line.setErr(new PrintWriter(err));
        assertEquals(1, line.execute("--python=no-such-python", "--work=" + work));
        assertTrue(err.toString().startsWith("worker: 'no-such-python' does not start Python 3."), err.toString());
    }

    @Test
    void twoWorkersMayShareAFolderAndOneThatComesBackIsTheSame(@TempDir Path work) throws Exception {
        WorkerId first;
        try (WorkFolder one = WorkFolder.open(work, Optional.empty());
                WorkFolder two = WorkFolder.open(work, Optional.empty())) {
            first = one.id();
            assertTrue(!one.id().equals(two.id()));
            assertTrue(!one.outbox().equals(two.outbox()));
        }
        try (WorkFolder again = WorkFolder.open(work, Optional.empty())) {
            assertEquals(first, again.id());
        }
    }
}
