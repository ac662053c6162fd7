package org.mutirao.protocol.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mutirao.protocol.id.PythonRange;
import org.mutirao.protocol.id.TaskNeeds;

/** What {@code task.json} may say, and what is said of a wrong one. */
class TaskJsonTest {
    @TempDir
    private Path folder;

    private TaskSpec spec(String json) throws Exception {
        Path file = Files.write(folder.resolve("x.zip"), SmallZips.of("main.py", "", "task.json", json));
        try (TaskPackageFile opened = TaskPackageFile.open(file, PackageLimits.defaults())) {
            return opened.spec();
        }
    }

    @Test
    void readsTaskJson() throws Exception {
        assertEquals(TaskSpec.defaults(), spec("{}"));
        TaskSpec spec = spec("{\"timeout\":\"90s\",\"retries\":2,\"priority\":-5,\"args\":[\"--fast\"],"
                + "\"env\":{\"MODE\":\"x\"},\"outputs\":[\"*.csv\"]}");
        assertEquals(Optional.of(Duration.ofSeconds(90)), spec.timeout());
        assertEquals(2, spec.retries());
        assertEquals(-5, spec.priority());
        assertEquals(List.of("--fast"), spec.args());
        assertEquals("x", spec.env().get("MODE"));
    }

    @Test
    void readsWhatATaskAsksOfItsMachine() throws Exception {
        TaskSpec spec = spec(
                "{\"python\":\">= 3.12\",\"packages\":[\"pandas\",\"numpy\",\"pandas\"],\"memory\":\"2GiB\",\"cpus\":2,"
                        + "\"gpus\":1,\"os\":\"linux\",\"tags\":[\"lab3\"]}");
        assertEquals(
                new TaskNeeds(
                        Optional.of(new PythonRange(">=3.12")),
                        List.of("numpy", "pandas"),
                        Optional.of("linux"),
                        List.of("lab3"),
                        2,
                        2L << 30,
                        1),
                spec.needs());
        assertFalse(spec.suitsStrangers());
        assertTrue(TaskSpec.defaults().needs().isNone());
    }

    @Test
    void readsHowMuchAScriptMayTake() throws Exception {
        TaskSpec spec = spec("{\"cpu_time\":\"10m\",\"disk\":\"2GiB\",\"files\":100,\"processes\":8,\"open_files\":64,"
                + "\"output\":\"1MiB\"}");
        assertEquals(new TaskBounds(Duration.ofMinutes(10), 2L << 30, 100, 8, 64, 1 << 20), spec.bounds());
        assertTrue(spec.suitsStrangers(), "they run it rightly, without bounds");
    }

    @Test
    void aPackageMayTakeLessThanItsWorkerLetsIt() {
        TaskBounds asked = new TaskBounds(Duration.ofSeconds(5), 0, 100, 0, 9999, 0);
        TaskBounds usual = new TaskBounds(Duration.ZERO, 10, 500, 500, 4096, 7);
        TaskBounds most = new TaskBounds(Duration.ofSeconds(9), 20, 0, 500, 4096, 7);
        assertEquals(
                new TaskBounds(Duration.ofSeconds(5), 10, 100, 500, 4096, 7),
                asked.or(usual).within(most));
        assertEquals(most, TaskBounds.none().within(most));
    }

    @Test
    void readsWhetherItsWorkersMustBeTrusted() throws Exception {
        assertTrue(spec("{\"trusted\":true}").needs().trusted());
        assertFalse(spec("{\"trusted\":true}").needs().asksOfMachine());
        assertTrue(spec("{\"trusted\":false}").needs().isNone());
    }

    @Test
    void theNetworkIsANeedThatStrangersMeetWithoutKnowing() throws Exception {
        TaskSpec online = spec("{\"network\":true}");
        assertTrue(online.network() && online.needs().network());
        assertTrue(online.suitsStrangers());
        assertFalse(online.needs().asksOfMachine());
        assertTrue(spec("{\"network\":false}").needs().isNone());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]                          | not a JSON object",
                "{\"speed\":1}               | unknown field 'speed'",
                "{\"requirements\":[]}        | does not support",
                "{\"memory\":1}              | 'memory' that is no size",
                "{\"memory\":\"0GiB\"}       | 'memory' that is no size",
                "{\"memory\":\"much\"}       | 'memory' that is no size",
                "{\"memory\":\"9999999TiB\"} | 'memory' that is no size",
                "{\"verify\":\"abc\"}        | 'verify' that is no share",
                "{\"verify\":\"200%\"}       | 'verify' that is no share",
                "{\"verify\":\"-1%\"}        | 'verify' that is no share",
                "{\"verify\":5}               | 'verify' that is no share",
                "{\"verify\":\"0.001%\"}     | 'verify' that is no share",
                "{\"network\":1}             | 'network' that is neither true nor false",
                "{\"trusted\":1}             | 'trusted' that is neither true nor false",
                "{\"trusted\":\"yes\"}       | 'trusted' that is neither true nor false",
                "{\"cpus\":0}                | 'cpus' that is no whole number from 1 to 1024",
                "{\"cpus\":1.5}              | 'cpus' that is no whole number from 1 to 1024",
                "{\"gpus\":\"1\"}            | 'gpus' that is no whole number from 1 to 16",
                "{\"gpus\":64}               | 'gpus' that is no whole number from 1 to 16",
                "{\"python\":3.12}           | 'python' that names no versions",
                "{\"python\":\"new\"}        | 'python' that names no versions",
                "{\"python\":\"\"}           | 'python' that names no versions",
                "{\"os\":\"Linux\"}          | 'os' that is none of",
                "{\"packages\":\"pandas\"}   | 'packages' that are no list of at most 50 names",
                "{\"packages\":[\"pandas>=2\"]} | in 'packages' 'pandas>=2', which is no name",
                "{\"packages\":[7]}          | in 'packages' '7', which is no name",
                "{\"tags\":[\"lab 3\"]}      | in 'tags' 'lab 3', which is no tag",
                "{\"timeout\":\"soon\"}      | no duration",
                "{\"timeout\":0}             | no duration",
                "{\"cpu_time\":\"soon\"}     | 'cpu_time' that is no duration",
                "{\"cpu_time\":0}            | 'cpu_time' that is no duration",
                "{\"disk\":5}                | 'disk' that is no size of at least 1KiB",
                "{\"disk\":\"0GiB\"}         | 'disk' that is no size of at least 1KiB",
                "{\"output\":\"much\"}       | 'output' that is no size of at least 1KiB",
                "{\"output\":[\"*.csv\"]}    | 'outputs' names files",
                "{\"timeout\":\"366d\"}      | 'timeout' that is no duration like 90s or 2h, up to 365d",
                "{\"cpu_time\":\"999999999999d\"} | 'cpu_time' that is no duration like 90s or 2h, up to 3650d",
                "{\"cpu_time\":\"-1s\"}      | 'cpu_time' that is no duration",
                "{\"disk\":\"1025TiB\"}      | 'disk' that is no size of at least 1KiB",
                "{\"output\":\"0B\"}         | 'output' that is no size of at least 1KiB",
                "{\"memory\":\"-1GiB\"}      | 'memory' that is no size of at least 1MiB",
                "{\"files\":1000000001}     | 'files' that is no whole number from 1 to 1000000000",
                "{\"files\":0}               | 'files' that is no whole number from 1",
                "{\"processes\":-1}          | 'processes' that is no whole number from 1",
                "{\"open_files\":3}          | 'open_files' that is no whole number from 16",
                "{\"retries\":-1}            | no whole number",
                "{\"args\":\"x\"}            | no list",
                "{\"env\":{\"A B\":\"x\"}}   | 'env'",
                "{\"outputs\":[\"[\"]}       | no glob",
            })
    void aWrongTaskJsonIsExplained(String json, String expected) {
        RefusedPackage refused = assertThrows(RefusedPackage.class, () -> spec(json));
        assertTrue(refused.getMessage().contains(expected), refused.getMessage());
    }
}
