package org.mutirao.master.inbox;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.testkit.ManualClock;

class UnknownJobsTest {
    private static final List<String> AFTER = List.of("clean.zip");

    @TempDir
    private Path folder;

    private final ManualClock clock = new ManualClock();

    @Test
    void eachHasASecondTry() {
        UnknownJobs unknown = new UnknownJobs(folder, clock::nanos);
        assertTrue(unknown.mayCome("key", AFTER));
        assertFalse(unknown.mayCome("key", AFTER));
        assertTrue(unknown.mayCome("key", AFTER), "it was changed and dropped again");
    }

    @Test
    void whileTheOtherLiesThereItWaitsAMinute() throws Exception {
        Files.write(folder.resolve("clean.zip"), new byte[1]);
        UnknownJobs unknown = new UnknownJobs(folder, clock::nanos);
        assertTrue(unknown.mayCome("key", AFTER));
        clock.advance(Duration.ofSeconds(59));
        assertTrue(unknown.mayCome("key", AFTER));
        clock.advance(Duration.ofSeconds(2));
        assertFalse(unknown.mayCome("key", AFTER));
    }
}
