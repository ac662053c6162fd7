package org.mutirao.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What lies in the repository, and how long it is. */
class SourceFilesTest {
    /** A longer one has two things to say. */
    private static final int MAX_LINES = 400;

    @Test
    void noSourceFileIsTooLongToRead() throws IOException {
        List<String> tooLong = new ArrayList<>();
        try (Stream<Path> modules = Files.list(Program.root())) {
            for (Path sources : modules.map(module -> module.resolve("src"))
                    .filter(Files::isDirectory)
                    .toList()) {
                addTooLong(sources, tooLong);
            }
        }
        assertEquals(List.of(), tooLong, "split them by what they are about");
    }

    private static void addTooLong(Path sources, List<String> tooLong) throws IOException {
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                int lines = Files.readAllLines(file).size();
                if (lines > MAX_LINES) {
                    tooLong.add(file.getFileName() + ": " + lines);
                }
            }
        }
    }

    /** Two clones with one worker's id would be one worker, and each would lose the other's tasks. */
    @Test
    void nothingThatAProgramWritesIsInGit() throws IOException, InterruptedException {
        List<String> files;
        try {
            Process git = new ProcessBuilder("git", "ls-files", "--full-name", ":/")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            files = git.inputReader(StandardCharsets.UTF_8).lines().toList();
            assumeTrue(git.waitFor() == 0, "SKIPPED: this is no git clone");
        } catch (IOException e) {
            assumeTrue(false, "SKIPPED: there is no git");
            throw e;
        }
        assertTrue(files.contains("work/.gitkeep"), "git was asked at the wrong place");
        assertEquals(
                List.of(),
                files.stream()
                        .filter(file -> file.matches("(.*/)?(work|tasks|results|data)/[^/]*(/.*)?")
                                && !file.contains("/src/")
                                && !file.endsWith("/.gitkeep"))
                        .toList());
    }
}
