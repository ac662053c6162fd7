package org.mutirao.protocol.pack;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An interrupted thread, a failing disk or a lack of file handles is never a bad ZIP. */
class ReadingFaultsTest {
    @TempDir
    private Path folder;

    private Path sample() throws IOException {
        Path file = folder.resolve("x.zip");
        try (QuirkyZip zip = new QuirkyZip(file)) {
            zip.add("main.py", "print(1)\n".repeat(3000));
            zip.add("task.json", "{\"priority\": 1}");
            zip.add("data/input.csv", "1,2\n".repeat(40_000));
            zip.add(
                    "data/noise.csv",
                    new Random(1).ints(40_000).mapToObj(Integer::toString).collect(joining("\n")));
        }
        return file;
    }

    /** Fails at its n-th read. */
    private record Failing(SeekableByteChannel disk, int[] left, Runnable fault) implements SeekableByteChannel {
        @Override
        public int read(ByteBuffer target) throws IOException {
            if (left[0]-- == 0) {
                fault.run();
                if (!Thread.currentThread().isInterrupted()) {
                    throw new IOException("Input/output error");
                }
            }
            return disk.read(target);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            return disk.write(source);
        }

        @Override
        public long position() throws IOException {
            return disk.position();
        }

        @Override
        public SeekableByteChannel position(long to) throws IOException {
            disk.position(to);
            return this;
        }

        @Override
        public long size() throws IOException {
            return disk.size();
        }

        @Override
        public SeekableByteChannel truncate(long size) throws IOException {
            return disk.truncate(size);
        }

        @Override
        public boolean isOpen() {
            return disk.isOpen();
        }

        @Override
        public void close() throws IOException {
            disk.close();
        }
    }

    /** Opens and unpacks; returns false once there are fewer reads than that. */
    private boolean failsAt(int read, Path file, Runnable fault) throws Exception {
        int[] left = {read};
        SeekableByteChannel disk = new Failing(Files.newByteChannel(file), left, fault);
        Path out = Files.createDirectories(folder.resolve("out-" + read + "-" + fault.hashCode()));
        try (TaskPackageFile opened = TaskPackageFile.open(FileBytes.of(disk), PackageLimits.defaults())) {
            opened.unpackTo(out);
            assertTrue(left[0] >= 0, "the fault was swallowed");
            return false;
        } catch (IOException expected) {
            return true;
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void aFailingDiskIsNeverABadZip() throws Exception {
        Path file = sample();
        int reads = 0;
        while (failsAt(reads, file, () -> {})) {
            reads++;
        }
        assertTrue(reads > 20, "only " + reads + " reads were made to fail");
    }

    @Test
    void anInterruptedThreadIsNeverABadZip() throws Exception {
        Path file = sample();
        Thread self = Thread.currentThread();
        int reads = 0;
        while (failsAt(reads, file, self::interrupt)) {
            reads++;
        }
        assertTrue(reads > 20, "only " + reads + " reads were interrupted");
    }

    @Test
    void wantingRoomForWhatIsUnpackedIsNoFaultOfThePackage() throws Exception {
        Path blocked = Files.createFile(folder.resolve("a-file-not-a-folder"));
        try (TaskPackageFile opened = TaskPackageFile.open(sample(), PackageLimits.defaults())) {
            assertThrows(IOException.class, () -> opened.unpackTo(blocked));
        }
    }

    @Test
    void aDamagedFileIsStillRefused() throws Exception {
        Path file = sample();
        byte[] bytes = Files.readAllBytes(file);
        bytes[5000] ^= 1;
        Files.write(file, bytes);
        try (TaskPackageFile opened = TaskPackageFile.open(file, PackageLimits.defaults())) {
            RefusedPackage refused = assertThrows(
                    RefusedPackage.class, () -> opened.unpackTo(Files.createDirectories(folder.resolve("out"))));
            assertEquals("'main.py' in it is damaged", refused.getMessage());
        }
    }
}
