package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.testkit.Zips;

/** All three programs as systemd, cron and plain ssh start them: without LANG, so that Java takes all text for ASCII. */
@EnabledOnOs(OS.LINUX)
class NoLocaleTest {
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final String[] NO_LOCALE = {"env", "-u", "LANG", "-u", "LC_ALL", "-u", "LC_CTYPE", "-u", "LANGUAGE"};
    private static final String MAIN = "import os, sys\n"
            + "print(sorted(os.listdir()), sys.argv[1:], os.environ['NOME'])\n"
            + "open('saída.txt', 'w').write('feito')\n";
    private static final byte[] PACKAGE = Zips.of(
            "main.py",
            MAIN,
            "input.csv",
            "a;b\n",
            "relatório.csv",
            "ção\n",
            "task.json",
            "{\"args\": [\"maçã\"], \"env\": {\"NOME\": \"João\"}}");
    private static final String PRINTED =
            "['input.csv', 'main.py', 'relatório.csv', 'task.json'] ['input.csv', 'maçã'] João\n";

    @TempDir
    private Path folder;

    @Test
    void namesWithAccentsComeThroughWithoutALanguage() throws Exception {
        try (Grid grid = new Grid(folder).behind(NO_LOCALE).startMaster()) {
            Program worker = grid.startWorker("--slots=1").ready();
            assertTrue(grid.master.text().contains("LANG is not set"), grid.master.text());
            assertTrue(worker.text().contains("LANG is not set"), worker.text());

            Files.write(FileNames.resolve(folder, "part"), PACKAGE);
            Files.move(FileNames.resolve(folder, "part"), FileNames.resolve(grid.tasks, "relatório.zip"));
            assertPublished(grid.results, "relatório.zip");

            Files.write(FileNames.resolve(folder, "lição.zip"), PACKAGE);
            // A shell makes the word, since the JVM of this test, too, may not be able to hand it on.
            grid.behind(
                    "sh",
                    "-c",
                    "exec \"$@\" \"$(printf 'li\\303\\247\\303\\243o.zip')\"",
                    "sh",
                    "env",
                    "-u",
                    "LANG",
                    "-u",
                    "LC_ALL");
            Program submit = grid.console("submit");
            assertEquals(0, submit.exitCode(), submit.text());
            assertTrue(submit.text().contains("lição.zip"), submit.text());
            assertPublished(grid.results, "lição.zip");
            await().atMost(LONG).until(() -> grid.master.text().contains("results/lição.zip"));

            grid.behind(NO_LOCALE);
            Program show = grid.console("show", "1");
            assertEquals(0, show.exitCode(), show.text());
            assertTrue(show.text().contains("relatório.zip"), show.text());
            Program logs = grid.console("logs", "1");
            assertEquals(0, logs.exitCode(), logs.text());
            assertTrue(logs.text().contains(PRINTED), logs.text());
            Program get = grid.console("results", "get", "fetched");
            assertEquals(0, get.exitCode(), get.text());
            assertPublished(folder.resolve("fetched"), "relatório.zip");
            assertPublished(folder.resolve("fetched"), "lição.zip");
        }
    }

    private static void assertPublished(Path results, String name) {
        Path file = FileNames.resolve(results, name);
        await(name + " in " + results).atMost(LONG).until(() -> Files.exists(file));
        Map<String, String> result = Zips.read(file);
        assertEquals(PRINTED, result.get("stdout.txt"), result.get("stderr.txt"));
        assertEquals("feito", result.get("files/saída.txt"), String.join(", ", result.keySet()));
    }
}
