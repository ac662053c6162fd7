package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.testkit.Zips;

/**
 * The data folder of a master that took some packages, as a kill leaves it: one byte of one file flipped, or one file cut. The start is
 * refused, or all tasks are there; no package goes. Some damages by the seed; all of them: {@code -Dmutirao.flips=all}.
 */
class FlippedDataTest {
    private static final boolean ALL = "all".equals(System.getProperty("mutirao.flips"));
    private static final long SEED = Long.getLong("mutirao.seed", 20261128);
    private static final int TASKS = 3;
    private static final int STARTS = 8;

    @TempDir
    private Path folder;

    private record Damage(String file, boolean cut, int at) {}

    @Test
    void noDamageEmptiesAMasterInSilence() throws IOException {
        Path used = folder.resolve("used");
        for (int i = 0; i < TASKS; i++) {
            Zips.drop(
                    Files.createDirectories(used.resolve("tasks")),
                    "t" + i + ".zip",
                    Zips.of("main.py", "print(" + i + ")"));
        }
        try (Master master = TestMaster.in(used).start()) {
            await().until(() -> tasks(master) == TASKS);
            // At first they are in the log only, and soon beside it.
            await().ignoreExceptions().until(() -> packages(used) == TASKS);
            CopiedData.copy(used.resolve("data"), folder.resolve("killed"));
        }
        List<Damage> damages = damages();
        Random random = new Random(SEED);
        Collections.shuffle(damages, random);
        int started = 0;
        for (Damage damage : damages.subList(0, ALL ? damages.size() : STARTS)) {
            started += isStarted(damage, random.nextInt(8)) ? 1 : 0;
        }
        assertTrue(started < damages.size(), "some must be refused");
    }

    private static long tasks(Master master) {
        String answer = Talk.ask(master, "{\"action\":\"LIST_TASKS\"}").toString();
        return Stream.of("t0.zip", "t1.zip", "t2.zip").filter(answer::contains).count();
    }

    /** Of all files but the packages; in a segment of the log only as far as it is used, and a few of the zeros behind. */
    private List<Damage> damages() throws IOException {
        List<Damage> damages = new ArrayList<>();
        Path killed = folder.resolve("killed");
        try (Stream<Path> files = Files.walk(killed)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = killed.relativize(file).toString();
                byte[] bytes = Files.readAllBytes(file);
                int end = bytes.length;
                while (end > 0 && bytes[end - 1] == 0) {
                    end--;
                }
                for (int at = 0; at < Math.min(bytes.length, end + 20) && !name.startsWith("blobs"); at++) {
                    damages.add(new Damage(name, false, at));
                    damages.add(new Damage(name, true, at));
                }
            }
        }
        return damages;
    }

    private boolean isStarted(Damage damage, int bit) throws IOException {
        Path place = Files.createTempDirectory(folder, "started");
        CopiedData.copy(folder.resolve("killed"), place.resolve("data"));
        Path file = place.resolve("data").resolve(damage.file());
        byte[] bytes = Files.readAllBytes(file);
        if (damage.cut()) {
            bytes = Arrays.copyOf(bytes, damage.at());
        } else {
            bytes[damage.at()] ^= (byte) (1 << bit);
        }
        Files.write(file, bytes);
        boolean started = false;
        String what = damage + " bit " + bit + ", seed " + SEED;
        try (Master master = TestMaster.in(place).start()) {
            started = true;
            assertEquals(TASKS, tasks(master), what);
        } catch (IOException e) {
            assertFalse(started, what);
            assertFalse(e.getMessage().matches("(?s).*(Exception|fromIndex|Invalid|For input).*"), e.getMessage());
        }
        assertEquals(TASKS, packages(place), what);
        return started;
    }

    private static long packages(Path place) throws IOException {
        return StoredBlobs.in(place.resolve("data")).size();
    }
}
