package org.mutirao.worker.environment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.pack.Requirements;
import org.mutirao.protocol.pack.TaskPackageFile;
import org.mutirao.testkit.Wheels;
import org.mutirao.testkit.Zips;
import org.mutirao.worker.run.EnvironmentFailed;
import org.mutirao.worker.run.Python;

/** One build, with the real pip and with a uv that is played. */
class InstallerTest {
    /** Says no, or puts what it finds where the interpreter looks. */
    private static final String UV = """
            #!/bin/sh
            [ "$1" = --version ] && echo 'uv 0.9.0' && exit
            echo "$@" >> 'LOG'
            [ -e 'NO' ] && echo '  x No solution found' && echo '  `-> Because a was not found' && exit 1
            while [ $# -gt 0 ]; do
                case "$1" in --python) python=$2;; --find-links) links=$2;; esac
                shift
            done
            exec "$python" -c "import glob, sys, sysconfig, zipfile
            for wheel in glob.glob(sys.argv[1] + '/*.whl'): zipfile.ZipFile(wheel).extractall(sysconfig.get_path('purelib'))" "$links"
            """;

    private static Python python;

    @TempDir
    private Path folder;

    private Optional<String> index = Optional.empty();
    private Path wheels;
    private Path uv;

    @BeforeAll
    static void find() throws Exception {
        python = Python.find(Optional.empty());
    }

    @BeforeEach
    void noUv() throws Exception {
        wheels = Files.createDirectories(folder.resolve("wheels"));
        uv = folder.resolve("uv");
    }

    private void uvIsThere() throws Exception {
        assumeTrue(File.separatorChar == '/', "SKIPPED: the played uv is a script of the shell");
        Files.writeString(
                uv,
                UV.replace("LOG", folder.resolve("log").toString())
                        .replace("NO", folder.resolve("no").toString()));
        assertTrue(uv.toFile().setExecutable(true));
    }

    private Path environment() {
        return folder.resolve("place");
    }

    private void install(String text) throws Exception {
        Path work = Files.createDirectories(folder.resolve("building"));
        Installer installer =
                new Installer(python, environment(), work, index, new Steps(Duration.ofMinutes(5), System::nanoTime)) {
                    @Override
                    List<String> uv() {
                        return List.of(uv.toString());
                    }
                };
        Path file = Files.createTempFile(folder, "wanted", ".zip");
        Files.write(file, Zips.of("main.py", "", "requirements.txt", text));
        try (TaskPackageFile opened = TaskPackageFile.open(file, PackageLimits.defaults())) {
            installer.install(Requirements.of(opened), wheels, () -> false);
        }
    }

    private String failure(String text) {
        return assertThrows(EnvironmentFailed.class, () -> install(text)).getMessage();
    }

    private String printed() throws Exception {
        Process process = new ProcessBuilder(
                        Installer.executable(environment()).toString(), "-c", "import mutirao_a; print(mutirao_a.x)")
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    @Test
    void uvInstallsWhereItIsFound() throws Exception {
        uvIsThere();
        Wheels.pure(wheels, "mutirao_a", "1.0", "x = 1");
        install("mutirao-a");
        assertEquals("1", printed());
        String words = Files.readString(folder.resolve("log"));
        assertTrue(words.startsWith("pip install ") && words.contains("--only-binary :all:"), words);
        assertTrue(words.contains("--no-index") && words.contains("--find-links " + wheels), words);
    }

    @Test
    void whatUvCantDoPipTries() throws Exception {
        uvIsThere();
        Files.createFile(folder.resolve("no"));
        Wheels.pure(wheels, "mutirao_a", "1.0", "x = 1");
        install("mutirao-a");
        assertEquals("1", printed());
        assertTrue(Files.exists(folder.resolve("log")), "uv was asked first");
    }

    @Test
    void aWheelForAnotherSystemDoesNotCount() {
        Wheels.of(wheels, "mutirao_a", "1.0", "cp27-cp27m-win32", "x = 1");
        String why = failure("mutirao-a");
        assertTrue(why.contains("No matching distribution found for mutirao-a"), why);
    }

    @Test
    void nothingIsCompiledHowever() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/simple/mutirao-a/", exchange -> {
            byte[] page = "<a href='mutirao_a-1.0.tar.gz'>mutirao_a-1.0.tar.gz</a>".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.start();
        try {
            index = Optional.of("http://127.0.0.1:" + server.getAddress().getPort() + "/simple");
            String why = failure("mutirao-a");
            assertTrue(why.contains("No matching distribution found for mutirao-a"), why);
            assertFalse(why.contains("setup.py"), why);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void theWordsOfUvAreReadWithoutTheirFrame() {
        assertEquals(
                "No solution found when resolving dependencies:; Because a was not found",
                LastWords.of(
                        "Using Python 3.11 environment at: /x\n  \u00d7 No solution found when resolving dependencies:\n"
                                + "  \u2570\u2500\u25b6 Because a was not found\n"));
    }
}
