package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.testkit.Zips;

/** Master, worker and console as systemd, cron and Docker start them: without a LANG. Other systems always know accents. */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
class NoLocaleTest {
    private static final Duration SOON = Duration.ofMinutes(2);
    /** Starts the hexadecimal words after it, whatever the encoding of the JVM that runs this test. */
    private static final String WITHOUT_LANG =
            "import os, sys; words = [bytes.fromhex(word) for word in sys.argv[1:]]; "
                    + "[os.environb.pop(name, 0) for name in list(os.environb) if name == b'LANG' or name.startswith(b'LC_')]; "
                    + "os.execvp(words[0], words)";

    private static final String SCRIPT = """
            import os, sys
            print('args', sys.argv[1:], os.environ['CIDADE'])
            print('files', sorted(os.listdir('.')))
            open('relatório-novo.csv', 'w').write('ação')
            open('outro.csv', 'w').write('x')
            """;
    private static final String PRINTED = "args ['input.csv', 'São Paulo'] Belém\n"
            + "files ['input.csv', 'main.py', 'relatório.csv', 'task.json']\n";

    @TempDir
    private Path folder;

    private final List<Program> programs = new ArrayList<>();
    private String address;

    @Test
    void accentsComeThroughEveryProgram() throws Exception {
        try {
            Program master = start(
                            "master",
                            "--host=127.0.0.1",
                            "--port=0",
                            "--discovery-ports=none",
                            "--http=127.0.0.1:0",
                            "--port-file=ports",
                            "--tasks=tarefas é",
                            "--results=saída")
                    .ready();
            await().atMost(SOON).until(() -> Files.exists(folder.resolve("ports")));
            List<String> ports = Grid.readLines(folder.resolve("ports"));
            address = "127.0.0.1:" + ports.get(0);
            byte[] zip = Zips.of(
                    "main.py", SCRIPT,
                    "input.csv", "a,b\n1,2\n",
                    "relatório.csv", "a,b\n1,2\n",
                    "task.json",
                            "{\"args\": [\"São Paulo\"], \"env\": {\"CIDADE\": \"Belém\"}, \"outputs\": [\"relatório*\"]}");
            Path tasks = FileNames.resolve(folder, "tarefas é");
            Files.move(Files.write(tasks.resolve(".part"), zip), FileNames.resolve(tasks, "relatório.zip"));
            Program worker = start("worker", "--master=" + address, "--work=trabalhó", "--slots=1");
            Path result = FileNames.resolve(FileNames.resolve(folder, "saída"), "relatório.zip");
            await("the result")
                    .atMost(SOON)
                    .until(() -> Files.exists(result) || !worker.process.isAlive() || !master.process.isAlive());

            assertTrue(Files.exists(result), () -> master.text() + worker.text());
            assertTrue(result.toUri().getRawPath().endsWith("/sa%C3%ADda/relat%C3%B3rio.zip"), "its bytes are UTF-8");
            Map<String, String> files = Zips.read(Files.readAllBytes(result));
            assertEquals("", files.get("stderr.txt"));
            assertEquals(PRINTED, files.get("stdout.txt"));
            assertEquals("ação", files.get("files/relatório-novo.csv"));
            assertFalse(files.containsKey("files/outro.csv"), "it was not wanted");
            assertTrue(files.get("result.json").contains("relatório.zip"), files.get("result.json"));

            consoleShowsThem(result);
            assertTrue(downloadName(ports).endsWith("relat%C3%B3rio.zip"), downloadName(ports));
            for (Program program : List.of(master, worker)) {
                assertTrue(program.text().contains("because LANG is not set: names with accents"), program.text());
                assertFalse(
                        program.text().contains("Exception") || program.text().contains("�"), program.text());
            }
            assertTrue(master.text().contains("relatório.zip"), master.text());
            aDataFolderWithAccentsIsRefused();
        } finally {
            programs.forEach(Program::close);
        }
    }

    private void consoleShowsThem(Path result) throws Exception {
        String shown = console("show", "relatório.zip");
        assertTrue(shown.contains("task 1  relatório.zip"), shown);
        assertTrue(shown.contains("result in results/relatório.zip"), shown);
        assertEquals(PRINTED, console("logs", "relatório.zip"));
        String fetched = console("results", "get", "all", "cópia");
        assertTrue(fetched.contains("1 result fetched into cópia"), fetched);
        assertArrayEquals(
                Files.readAllBytes(result),
                Files.readAllBytes(FileNames.resolve(FileNames.resolve(folder, "cópia"), "relatório.zip")));
        Files.write(FileNames.resolve(folder, "maçã.zip"), Zips.of("main.py", "print('é')"));
        assertTrue(console("submit", "maçã.zip").contains("task 2  maçã.zip"));
        Path second = FileNames.resolve(result.getParent(), "maçã.zip");
        await("the second result").atMost(SOON).until(() -> Files.exists(second));
        assertEquals("é\n", Zips.read(Files.readAllBytes(second)).get("stdout.txt"));
        String listed = console("tasks");
        assertTrue(listed.contains("relatório.zip") && listed.contains("maçã.zip"), listed);
    }

    /** With a sentence that says what to do. */
    private void aDataFolderWithAccentsIsRefused() throws Exception {
        Program refused = start("master", "--data=dados é", "--discovery-ports=none", "--port=0", "--http=off");
        assertEquals(1, refused.exitCode(), refused.text());
        assertTrue(
                refused.text().contains("dados é has accents in its path")
                        && refused.text().contains("LC_ALL=C.UTF-8"),
                refused.text());
    }

    private String downloadName(List<String> ports) throws Exception {
        String http = ports.stream()
                .filter(line -> line.startsWith("http="))
                .findFirst()
                .orElseThrow()
                .substring("http=".length());
        HttpURLConnection connection =
                (HttpURLConnection) URI.create("http://localhost:" + http + "/api/tasks/1/result")
                        .toURL()
                        .openConnection();
        String header = connection.getHeaderField("Content-Disposition");
        connection.disconnect();
        return String.valueOf(header);
    }

    private String console(String... words) throws Exception {
        Program console = start(
                "console",
                Stream.concat(Stream.of("--master=" + address), Stream.of(words))
                        .toArray(String[]::new));
        assertEquals(0, console.exitCode(), console.text());
        return console.text();
    }

    private Program start(String name, String... options) {
        List<String> command = new ArrayList<>(List.of(ForeignPrograms.python(), "-c", WITHOUT_LANG));
        for (String word : Program.command(name, List.of(), options)) {
            command.add(HexFormat.of().formatHex(word.getBytes(StandardCharsets.UTF_8)));
        }
        Program program = Program.run(folder, name, command);
        programs.add(program);
        return program;
    }
}
