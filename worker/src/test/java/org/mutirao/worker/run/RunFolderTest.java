package org.mutirao.worker.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply.TaskPackage;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.threads.Activity;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.testkit.Zips;

/** When a folder is used again, and that nothing of one run shows in the next. */
class RunFolderTest {
    private static final Activity UNWATCHED = Liveness.unwatched().activity("test", Duration.ofHours(1));

    private static Python python;

    @TempDir
    private Path folder;

    private TaskRunner runner;
    private int tasks;

    @BeforeAll
    static void find() throws Exception {
        python = Python.find(Optional.empty());
    }

    @BeforeEach
    void make() throws IOException {
        Path run = Files.createDirectories(folder.resolve("run"));
        assumeTrue(
                Files.readAttributes(run, BasicFileAttributes.class).fileKey() != null,
                "this system does not tell files apart, so each run has a new folder");
        runner = new TaskRunner(
                run,
                Interpreters.plain(python),
                RunLimits.of(PackageLimits.defaults(), ByteSize.mebi(10), Duration.ofMinutes(5)),
                "pc",
                InstantSource.system(),
                InstantSource.system(),
                System::nanoTime);
    }

    @AfterEach
    void close() {
        runner.close();
    }

    /** What the result of a script has, without the facts of the run. */
    private Map<String, String> run(String... namesAndContents) throws Exception {
        byte[] bytes = Zips.of(namesAndContents);
        Path file = Files.write(folder.resolve("task" + ++tasks + ".zip"), bytes);
        TaskRunner.Outcome outcome = runner.run(
                new TaskPackage(
                        "task.zip", new Payload(file, new Blob(Sha256.of(bytes), bytes.length)), Optional.empty()),
                new FreePermits(),
                () -> false,
                OutputWatcher.NOBODY,
                UNWATCHED);
        Map<String, String> files = new TreeMap<>(Results.read(outcome));
        outcome.packed().orElseThrow().delete();
        files.remove("result.json");
        return files;
    }

    private List<String> folders() throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("run"))) {
            return all.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aCleanFolderIsUsedAgainAndShowsNothingOfTheRunBefore() throws Exception {
        String first =
                "import sys\nprint('first' * 100)\nprint('oh', file=sys.stderr)\nopen('made.txt','w').write('1')\n"
                        + "open('input.csv','a').write('more')";
        assertEquals("1", run("main.py", first, "input.csv", "a").get("files/made.txt"));
        assertEquals(List.of("run-1"), folders());
        String second =
                "import os\nprint(sorted(os.listdir('.')), os.path.basename(os.path.dirname(os.path.dirname(os.getcwd()))))";
        assertEquals(
                Map.of("stdout.txt", "['main.py', 'other.txt'] run-1\n", "stderr.txt", ""),
                run("main.py", second, "other.txt", "b"));
        assertEquals(List.of("run-1"), folders());
    }

    /** An unchanged input is no result, and one that a script changed to the same size is one, also in a folder that is used again. */
    @Test
    void whatChangedIsSeenInEachRun() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertEquals(
                    Map.of("stdout.txt", "", "stderr.txt", "", "files/input.csv", "b"),
                    run("main.py", "open('input.csv','w').write('b')", "input.csv", "a", "data/same.txt", "c"));
            assertEquals(
                    Map.of("stdout.txt", "a\n", "stderr.txt", ""),
                    run("main.py", "print(open('input.csv').read())", "input.csv", "a"));
        }
    }

    @Test
    void aTemporaryFileThatIsGoneCostsNoFolder() throws Exception {
        String script = "import tempfile\nwith tempfile.TemporaryFile(dir='../tmp'): print('used')";
        for (int i = 0; i < 3; i++) {
            assertEquals("used\n", run("main.py", script).get("stdout.txt"));
            assertEquals(List.of("run-1"), folders());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "import os; os.mkdir('deep'); open('deep/x','w').close()",
                "import os; os.symlink('/etc', 'link')",
                "import os; os.mkfifo('pipe')",
                "import os; os.chmod('.', 0o777)",
                "import os; os.remove('../../printed.txt')",
                "import os; os.remove('../../errors.txt'); open('../../errors.txt','w').write('mine')",
                "import shutil; shutil.rmtree('../..')",
                "import os; os.rename('../../task', '../../gone'); os.makedirs('../../task/files')",
                "for i in range(100): open(str(i), 'w').close()",
                "open('../home/.kept', 'w').close()",
                "open('../tmp/kept', 'w').close()",
                "import os; os.chmod('../home', 0o777)",
                "import os; os.rmdir('../tmp'); os.symlink('/usr', '../tmp')",
                "import os; os.kill(os.getpid(), 9)"
            })
    void afterAnythingElseTheNextRunHasANewOne(String script) throws Exception {
        assumeTrue(!System.getProperty("os.name").startsWith("Windows"));
        run("main.py", script);
        Map<String, String> next = run(
                "main.py",
                "import os,stat\nprint(os.listdir('../home') + os.listdir('../tmp') + os.listdir('.'),"
                        + " oct(stat.S_IMODE(os.stat('.').st_mode | os.stat('../home').st_mode) & 0o22))",
                "task.json",
                "{}");
        assertTrue(next.get("stdout.txt").startsWith("['main.py'"), next.get("stdout.txt"));
        assertTrue(next.get("stdout.txt").endsWith("0o0\n"), next.get("stdout.txt"));
        assertEquals("", next.get("stderr.txt"));
    }
}
