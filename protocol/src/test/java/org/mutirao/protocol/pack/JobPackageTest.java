package org.mutirao.protocol.pack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.Payload;

class JobPackageTest {
    private static final PackageLimits LIMITS = PackageLimits.defaults();

    @TempDir
    private Path folder;

    private static JobPackage open(byte[] zip) throws Exception {
        return JobPackage.open(JobLayoutTest.payload(zip), LIMITS);
    }

    private byte[] task(JobPackage job, int index, Extra... extras) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        job.writeTask(index, List.of(extras), out);
        return checked(out.toByteArray());
    }

    private byte[] merge(JobPackage job, Extra... extras) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        job.writeMerge(List.of(extras), out);
        return checked(out.toByteArray());
    }

    /** What a worker opens and unpacks, and any other program too. */
    private byte[] checked(byte[] zip) throws Exception {
        Path out = Files.createDirectory(folder.resolve(UUID.randomUUID().toString()));
        try (TaskPackageFile opened = TaskPackageFile.open(JobLayoutTest.payload(zip), LIMITS)) {
            opened.unpackTo(out);
            assertTrue(opened.suitsAnyProgram());
            assertTrue(JobLayout.of(opened).isPlain());
        }
        return zip;
    }

    private static Map<String, Object> spec(byte[] zip) throws Exception {
        return Json.readMap(SmallZips.read(zip).get("task.json").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aTaskIsAnOrdinaryPackage() throws Exception {
        byte[] zip = SmallZips.of(
                "job/main.py",
                "print(1)",
                "job/inputs/b.csv",
                "two",
                "job/inputs/a.CSV",
                "one",
                "job/lib/x.py",
                "x",
                "job/inputs/c.json",
                "{}",
                "job/task.json",
                "{\"timeout\":\"9s\",\"env\":{\"A\":\"1\"},\"merge\":\"source\",\"name\":\"n\",\"after\":[\"x\"]}");
        try (JobPackage job = open(zip)) {
            assertEquals(3, job.count());
            byte[] first = task(job, 1);
            assertEquals(
                    Set.of("main.py", "lib/x.py", "input.csv", "task.json"),
                    SmallZips.read(first).keySet());
            assertEquals("one", SmallZips.read(first).get("input.csv"));
            assertEquals(
                    Map.of(
                            "timeout",
                            "9s",
                            "env",
                            Map.of("A", "1", "MUTIRAO_INPUT", "a.CSV", "MUTIRAO_INDEX", "1", "MUTIRAO_COUNT", "3")),
                    spec(first));
            assertEquals("{}", SmallZips.read(task(job, 3)).get("input.json"));
            assertThrows(IllegalArgumentException.class, () -> task(job, 0));
            assertThrows(IllegalArgumentException.class, () -> task(job, 4));
        }
    }

    @Test
    void repeatedTasksDifferInTheirNumber() throws Exception {
        try (JobPackage job = open(SmallZips.of("main.py", "", "input.csv", "x", "task.json", "{\"repeat\":3}"))) {
            byte[] second = task(job, 2);
            assertEquals("x", SmallZips.read(second).get("input.csv"));
            assertEquals(Map.of("env", Map.of("MUTIRAO_INDEX", "2", "MUTIRAO_COUNT", "3")), spec(second));
        }
    }

    @Test
    void aTaskThatOnlyWaitsHasNothingNew() throws Exception {
        Path result = Files.write(folder.resolve("r.zip"), SmallZips.of("stdout.txt", "hi", "files/a.csv", "a"));
        try (JobPackage job = open(SmallZips.of("main.py", "p", "task.json", "{\"after\":[\"clean.zip\"]}"))) {
            assertEquals(
                    Map.of("main.py", "p", "after/clean/stdout.txt", "hi", "after/clean/files/a.csv", "a"),
                    SmallZips.read(task(job, 1, new Extra("after/clean/", result))));
        }
    }

    /** Of a job's own ZIP only what is not a result; and words where something is not there. */
    @Test
    void aPartOfAZipOrANoteCanComeAlong() throws Exception {
        Path whole = Files.write(
                folder.resolve("clean.zip"),
                SmallZips.of("a.zip", "", "summary.csv", "s", "merged/all.csv", "m", "merged.txt", "no"));
        try (JobPackage job = open(SmallZips.of("main.py", "p", "inputs/1.csv", "", "inputs/2.csv", ""))) {
            Map<String, String> files = SmallZips.read(task(
                    job,
                    1,
                    new Extra("after/clean/", whole, List.of("summary.csv", "merged/")),
                    Extra.missing("after/other/", "It is gone.")));
            assertEquals(
                    Set.of(
                            "main.py",
                            "input.csv",
                            "task.json",
                            "after/clean/summary.csv",
                            "after/clean/merged/all.csv",
                            "after/other/missing.txt"),
                    files.keySet());
            assertEquals("It is gone.", files.get("after/other/missing.txt"));
        }
    }

    @Test
    void theMergingTaskRunsMergeAsMain() throws Exception {
        Path one = Files.write(folder.resolve("1.zip"), SmallZips.of("stdout.txt", "1"));
        Path two = Files.write(folder.resolve("2.zip"), SmallZips.of("stdout.txt", "2"));
        byte[] zip =
                SmallZips.of("main.py", "m", "merge.py", "all", "inputs/1.csv", "", "inputs/2.csv", "", "lib.py", "l");
        try (JobPackage job = open(zip)) {
            byte[] merging = merge(job, new Extra("parts/1/", one), new Extra("parts/2/", two));
            Map<String, String> files = SmallZips.read(merging);
            assertEquals("all", files.get("main.py"));
            assertEquals("l", files.get("lib.py"));
            assertEquals("2", files.get("parts/2/stdout.txt"));
            assertEquals(5, files.size());
            assertEquals(Map.of("env", Map.of("MUTIRAO_COUNT", "2")), spec(merging));
            assertEquals("m", SmallZips.read(task(job, 1)).get("main.py"));
        }
    }

    /** A result may come from any program on the network. */
    @Test
    void whatLeadsAwayInAResultIsLeftOut() throws Exception {
        Path result = Files.write(
                folder.resolve("r.zip"),
                SmallZips.of("../up.txt", "", "/etc/x", "", "ok.txt", "ok", "OK.txt", "", "a/", ""));
        try (JobPackage job = open(SmallZips.of("main.py", "", "task.json", "{\"repeat\":1}"))) {
            Set<String> names =
                    SmallZips.read(task(job, 1, new Extra("after/x/", result))).keySet();
            assertEquals(Set.of("main.py", "task.json", "after/x/ok.txt"), names);
        }
    }

    @Test
    void allMethodsAreCopiedAsTheyAre() throws Exception {
        SeekableInMemoryByteChannel memory = new SeekableInMemoryByteChannel();
        byte[] data = new byte[100_000];
        new Random(1).nextBytes(data);
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(memory)) {
            for (String name : List.of("main.py", "stored.bin", "inputs/x.bin", "run.sh")) {
                ZipArchiveEntry entry = new ZipArchiveEntry(name);
                entry.setUnixMode(name.equals("run.sh") ? 0100755 : 0100644);
                entry.setMethod(name.contains("stored") ? ZipEntry.STORED : ZipEntry.DEFLATED);
                entry.setSize(data.length);
                java.util.zip.CRC32 crc = new java.util.zip.CRC32();
                crc.update(data);
                entry.setCrc(crc.getValue());
                zip.putArchiveEntry(entry);
                zip.write(data);
                zip.closeArchiveEntry();
            }
        }
        byte[] zip = java.util.Arrays.copyOf(memory.array(), (int) memory.size());
        try (JobPackage job = open(zip);
                TaskPackageFile opened = TaskPackageFile.open(JobLayoutTest.payload(task(job, 1)), LIMITS)) {
            Path out = Files.createDirectory(folder.resolve("out"));
            opened.unpackTo(out);
            for (String name : List.of("main.py", "stored.bin", "input.bin", "run.sh")) {
                assertArrayEquals(data, Files.readAllBytes(out.resolve(name)), name);
            }
            assertEquals(0111, opened.file("run.sh").orElseThrow().executeBits());
            assertEquals(0, opened.file("main.py").orElseThrow().executeBits());
        }
    }

    @Test
    void splitPartsAreInputs() throws Exception {
        byte[] zip = SmallZips.of(
                "main.py",
                "m",
                "input.csv",
                "h\n1\n2\n3\n",
                "lib.py",
                "l",
                "task.json",
                "{\"split\":2,\"timeout\":\"5s\",\"merge\":\"source\"}");
        byte[] split = split(zip);
        assertArrayEquals(split, split(zip), "the same each time");
        try (TaskPackageFile file = TaskPackageFile.open(JobLayoutTest.payload(split), LIMITS)) {
            assertEquals(
                    List.of("input-1.csv", "input-2.csv"), JobLayout.of(file).inputs());
            assertEquals(JobSpec.Merge.WITH_SOURCE, file.jobSpec().merge());
        }
        try (JobPackage job = open(split)) {
            assertEquals(
                    Set.of("main.py", "lib.py", "input.csv", "task.json"),
                    SmallZips.read(task(job, 2)).keySet());
            assertEquals("h\n3\n", SmallZips.read(task(job, 2)).get("input.csv"));
        }
    }

    private static byte[] split(byte[] zip) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TaskPackageFile file = TaskPackageFile.open(JobLayoutTest.payload(zip), LIMITS)) {
            SplitPackage.write(file, JobLayout.of(file), out);
        }
        return out.toByteArray();
    }

    @Test
    void tooManyPartsAreRefused() {
        String rows = "h\n" + "1\n".repeat(JobSpec.MAX_TASKS + 1);
        RefusedPackage refused = assertThrows(
                RefusedPackage.class,
                () -> split(SmallZips.of("main.py", "", "input.csv", rows, "task.json", "{\"split\":1}")));
        assertTrue(refused.getMessage().contains("more than 100000 tasks"), refused.getMessage());
    }

    /** One hundred thousand, from a file, by several threads. */
    @Test
    void aVeryLargeJobComposesEachTaskAlike() throws Exception {
        Path file = folder.resolve("large.zip");
        try (ZipOutputStream zip = new ZipOutputStream(new java.io.BufferedOutputStream(Files.newOutputStream(file)))) {
            put(zip, "main.py", "print(1)");
            for (int i = JobSpec.MAX_TASKS; i > 0; i--) {
                put(zip, "inputs/part" + i + ".csv", "a\n" + i);
            }
        }
        Payload payload = new Payload(file, new Blob(Sha256.ofFile(file), Files.size(file)));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (JobPackage job = JobPackage.open(payload, LIMITS)) {
            assertEquals(JobSpec.MAX_TASKS, job.count());
            List<Future<?>> done = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                int first = 1 + thread;
                done.add(threads.submit(() -> {
                    for (int i = first; i <= job.count(); i += 9973) {
                        assertEquals("a\n" + i, SmallZips.read(task(job, i)).get("input.csv"));
                    }
                    return null;
                }));
            }
            for (Future<?> each : done) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void oneInputTooManyIsRefusedInASentence() throws Exception {
        Path file = folder.resolve("large.zip");
        try (ZipOutputStream zip = new ZipOutputStream(new java.io.BufferedOutputStream(Files.newOutputStream(file)))) {
            put(zip, "main.py", "print(1)");
            for (int i = 0; i <= JobSpec.MAX_TASKS; i++) {
                put(zip, "inputs/" + i, "");
            }
        }
        RefusedPackage refused = assertThrows(
                RefusedPackage.class, () -> TaskPackageFile.open(file, LIMITS).close());
        assertEquals("it has 100001 inputs, and a job has at most 100000 tasks", refused.getMessage());
    }

    private static void put(ZipOutputStream zip, String name, String text) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    @Test
    void aFileThatIsNoLongerWhatWasAcceptedIsNoticed() throws Exception {
        byte[] zip = SmallZips.of("main.py", "print(1)", "inputs/1.csv", "x");
        try (JobPackage job = open(zip)) {
            assertFalse(task(job, 1).length == 0);
            java.util.Arrays.fill(zip, (byte) 0);
            assertThrows(IOException.class, () -> task(job, 1));
        }
    }

    /** So a worker that has the beginning needs the rest only. */
    @Test
    void allTasksBeginAlike() throws Exception {
        byte[] zip = SmallZips.of(
                "main.py",
                "m",
                "data.bin",
                "d".repeat(9999),
                "inputs/1.csv",
                "one",
                "inputs/2.csv",
                "two",
                "empty/",
                "");
        try (JobPackage job = open(zip)) {
            ByteArrayOutputStream shared = new ByteArrayOutputStream();
            job.writeShared(shared);
            assertEquals(new Blob(Sha256.of(shared.toByteArray()), shared.size()), job.shared());
            for (int task = 1; task <= 2; task++) {
                ByteArrayOutputStream joined = new ByteArrayOutputStream();
                shared.writeTo(joined);
                job.writeRest(task, List.of(), joined);
                assertArrayEquals(task(job, task), joined.toByteArray());
            }
        }
    }
}
