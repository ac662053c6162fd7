package org.mutirao.worker.run;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.worker.stay.SystemSenses;

/** What Python is told to ask Windows, where Windows is played. */
@EnabledOnOs(OS.LINUX)
class WindowsPythonTest {
    @TempDir
    private Path folder;

    private static char state(long pid) throws Exception {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return stat.charAt(stat.lastIndexOf(')') + 2);
    }

    @Test
    void processesStandStillUntilTheyAreLetGo() throws Exception {
        Process sleeper = new ProcessBuilder("sleep", "600").start();
        try {
            Suspender.Hold hold = Suspender.byPython(PlayedWindows.in(folder)).suspend(List.of(sleeper.pid()));
            await().until(() -> state(sleeper.pid()) == 'T');
            hold.close();
            await().until(() -> state(sleeper.pid()) != 'T');
        } finally {
            sleeper.destroyForcibly();
        }
    }

    @Test
    void theWorkersPriorityIsLowered() throws Exception {
        assertTrue(Niceness.lower(PlayedWindows.in(folder), 4711));
        assertEquals("4711 0x4000", Files.readString(folder.resolve("lowered")));
        assertEquals(false, Niceness.lower(Python.find(Optional.empty()), 4711), "this is no Windows");
    }

    @Test
    void thePersonAndThePowerAreAskedFor() throws Exception {
        SystemSenses senses = new SystemSenses("windows", PlayedWindows.in(folder), InstantSource.system());
        assertEquals(
                Optional.of(Duration.ofMillis(0x20)), senses.idle(), "also when the count of milliseconds began anew");
        assertEquals(Optional.of(false), senses.onBattery());
    }
}
