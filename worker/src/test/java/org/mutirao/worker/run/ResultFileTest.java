package org.mutirao.worker.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that change from under the worker while it packs them: what comes of each, and what is said. */
class ResultFileTest {
    private static final int SIZE = 200_000;

    @TempDir
    private Path folder;

    private final PackingReport report = new PackingReport();
    private final TreeMap<String, Path> files = new TreeMap<>();
    private int asked;

    private interface Change {
        void make(Path file) throws IOException;
    }

    /** Too dense to be packed further, so that it is stored, and larger than what is read in one go. */
    private Path file(String name) throws IOException {
        byte[] content = new byte[SIZE];
        new Random(1).nextBytes(content);
        Path file = Files.write(folder.resolve(name), content);
        files.put(name, file);
        return file;
    }

    /** Packs all; the change is made when time is asked for that often, before each file and before each block. */
    private Path packed(int turn, Path changed, Change change) throws Exception {
        Path target = folder.resolve("result.zip");
        try (ResultFile result = new ResultFile(FileChannel.open(
                target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ))) {
            result.addFiles(files, report, () -> {
                try {
                    asked++;
                    if (asked == turn) {
                        change.make(changed);
                    }
                    return false;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return target;
    }

    private static long sizeIn(Path result, String name) throws IOException {
        try (ZipFile zip = new ZipFile(result.toFile());
                var in = zip.getInputStream(zip.getEntry("files/" + name))) {
            return in.readAllBytes().length;
        }
    }

    private static int count(Path result) throws IOException {
        try (ZipFile zip = new ZipFile(result.toFile())) {
            return zip.size();
        }
    }

    @Test
    void oneThatVanishesIsNamedAndTheOthersArePacked() throws Exception {
        Path vanishing = file("a.tmp");
        file("b.csv");
        Path result = packed(1, vanishing, Files::delete);
        assertEquals("not packed: a.tmp (it vanished while it was being packed)", report.inWords());
        assertEquals(1, count(result));
        assertEquals(SIZE, sizeIn(result, "b.csv"));
    }

    @Test
    void oneThatShrinksIsPackedAsFarAsItGoes() throws Exception {
        Path shrinking = file("a.log");
        file("b.csv");
        Path result = packed(3, shrinking, file -> {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(70_000);
            }
        });
        assertEquals("not packed: a.log (it shrank while it was being packed)", report.inWords());
        assertEquals(70_000, sizeIn(result, "a.log"));
        assertEquals(SIZE, sizeIn(result, "b.csv"));
    }

    @Test
    void oneThatGrowsIsPackedAsItWas() throws Exception {
        Path growing = file("a.log");
        Path result = packed(3, growing, file -> Files.write(file, new byte[1000], StandardOpenOption.APPEND));
        assertEquals(
                "not packed: a.log (it grew while it was being packed; its first " + SIZE + " bytes are here)",
                report.inWords());
        assertEquals(SIZE, sizeIn(result, "a.log"));
    }

    @Test
    void whatTakesTooLongIsCutAndTheRestIsNamed() throws Exception {
        file("a.log");
        file("b.csv");
        Path target = folder.resolve("late.zip");
        try (ResultFile result = new ResultFile(FileChannel.open(
                target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ))) {
            result.addFiles(files, report, () -> ++asked > 2);
        }
        assertEquals(
                "not packed: a.log (packing took too long; only its first " + sizeIn(target, "a.log")
                        + " bytes are here), b.csv (packing took too long)",
                report.inWords());
        assertEquals(1, count(target));
    }
}
