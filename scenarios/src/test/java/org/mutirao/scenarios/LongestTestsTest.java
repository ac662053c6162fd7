package org.mutirao.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.scenarios.LongestTests.Timed;

class LongestTestsTest {
    private static final Instant BEGIN = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    private Path root;

    @Test
    void theLongestOfAllModulesComeFirstAndEarlierBuildsDoNotCount() throws IOException {
        report("one", "TEST-a.xml", BEGIN, "org.x.ATest", "quick", "0.012");
        report("two", "TEST-b.xml", BEGIN.plusSeconds(9), "org.x.BTest", "takes[1] &lt;long&gt;", "1,234.5");
        report("two", "TEST-c.xml", BEGIN.minusSeconds(1), "org.x.CTest", "earlier", "99");
        assertEquals(
                List.of(new Timed("BTest.takes[1] <long>", 1234.5), new Timed("ATest.quick", 0.012)),
                LongestTests.of(root, BEGIN));
    }

    private void report(String module, String file, Instant written, String owner, String test, String seconds)
            throws IOException {
        Path folder = Files.createDirectories(root.resolve(module).resolve("target/surefire-reports"));
        Path report = Files.writeString(
                folder.resolve(file),
                "<testsuite name='x'><testcase classname='%s' name='%s' time='%s'/></testsuite>"
                        .formatted(owner, test, seconds));
        Files.setLastModifiedTime(report, FileTime.from(written));
    }
}
