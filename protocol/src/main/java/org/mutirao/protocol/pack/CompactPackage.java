package org.mutirao.protocol.pack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/**
 * A package packed again for programs of other groups: as small as it goes, since most of them read it with one {@code recv};
 * {@code main.py} at the root, since they look nowhere else; no extra fields, no data descriptors, no {@code task.json}.
 */
public final class CompactPackage {
    /** Larger packages are not measured: no program with a limit could read them. */
    private static final long WORTH_MEASURING = 4L << 20;

    private static final long WORTH_UNPACKING = 64L << 20;
    /** Files up to this size are stored as they are if deflating does not make them smaller. */
    private static final int SMALL = 64 * 1024;
    /** The same time in every entry: bytes that depend on the package alone. 1980-01-01 is the earliest a ZIP knows. */
    private static final long SOME_TIME = 315_619_200_000L;

    /**
     * Runs the real main.py as if it had been started itself, so that imports find what lies beside it. Group E's peer starts
     * {@code work/<task>/main.py} from inside that very folder, and so needs a program at that path within it.
     */
    private static final byte[] STEPPING_STONE = """
            import os, runpy, sys
            sys.path[0] = os.getcwd()
            sys.argv[0] = "main.py"
            runpy.run_path("main.py", run_name="__main__")
            """.getBytes(StandardCharsets.UTF_8);

    private static final int ZIP_HEADERS = 30 + 46;

    private CompactPackage() {}

    /**
     * How large it becomes; empty when it is too large for any program that has a limit.
     *
     * @throws RefusedPackage when a file in it is damaged
     */
    public static Optional<Long> measure(TaskPackageFile source) throws RefusedPackage, IOException {
        if (!isWorthMeasuring(source)) {
            return Optional.empty();
        }
        try (SeekableInMemoryByteChannel memory = new SeekableInMemoryByteChannel()) {
            write(source, memory, Optional.empty());
            return Optional.of(memory.size());
        }
    }

    /** Whether a program with a limit could read it at all. */
    public static boolean isWorthMeasuring(TaskPackageFile source) {
        return source.packedSize() <= WORTH_MEASURING && source.declaredSize() <= WORTH_UNPACKING;
    }

    /**
     * Reads each file of a package that {@link #measure} would read.
     *
     * @throws RefusedPackage when one is damaged
     */
    public static void check(TaskPackageFile source) throws RefusedPackage, IOException {
        long total = 0;
        if (isWorthMeasuring(source)) {
            for (PackedFile file : source.files()) {
                total = file.isFolder() ? total : source.copy(file, OutputStream.nullOutputStream(), total);
            }
        }
    }

    /** How much the stepping stone for a task of that name adds at most. */
    public static long steppingStoneSize(String taskName) {
        return ZIP_HEADERS
                + 2L * steppingStone(taskName).getBytes(StandardCharsets.UTF_8).length
                + STEPPING_STONE.length;
    }

    private static String steppingStone(String taskName) {
        String stem = taskName.endsWith(".zip") ? taskName.substring(0, taskName.length() - 4) : taskName;
        return "work/" + stem + "/main.py";
    }

    /**
     * Writes it.
     *
     * @param target a file that does not exist yet
     * @param steppingStoneFor the task's name, if a {@code work/<task>/main.py} is wanted that runs the real one
     */
    public static void write(TaskPackageFile source, Path target, Optional<String> steppingStoneFor)
            throws RefusedPackage, IOException {
        try (SeekableByteChannel file = Files.newByteChannel(
                target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ)) {
            write(source, file, steppingStoneFor);
        }
    }

    private static void write(TaskPackageFile source, SeekableByteChannel target, Optional<String> steppingStoneFor)
            throws RefusedPackage, IOException {
        Set<String> folders = new HashSet<>();
        source.files().forEach(file -> folders.add(parentOf(file.name())));
        List<PackedFile> wanted = source.files().stream()
                .filter(file -> !file.name().equals("task.json") && !folders.contains(file.name()))
                .sorted(Comparator.comparing(
                        file -> !file.name().equals("main.py"))) // whoever looks first finds it first
                .toList();
        // Closing it would close the channel, whose size is still asked for.
        ZipArchiveOutputStream zip = new ZipArchiveOutputStream(target);
        zip.setLevel(Deflater.BEST_COMPRESSION);
        long total = 0;
        for (PackedFile file : wanted) {
            total = add(zip, source, file, total);
        }
        Optional<String> stone = steppingStoneFor.map(CompactPackage::steppingStone);
        if (stone.isPresent() && wanted.stream().noneMatch(file -> file.name().equals(stone.get()))) {
            put(zip, stone.get(), STEPPING_STONE);
        }
        zip.finish();
    }

    /** A folder with something directly in it is made by that; only its deepest, empty ones need an entry. */
    private static String parentOf(String name) {
        return name.substring(0, name.lastIndexOf('/', name.length() - 2) + 1);
    }

    private static long add(ZipArchiveOutputStream zip, TaskPackageFile source, PackedFile file, long before)
            throws RefusedPackage, IOException {
        String name = file.name();
        ZipArchiveEntry entry = file.entry();
        if (file.isFolder()) {
            zip.putArchiveEntry(newEntry(name));
            zip.closeArchiveEntry();
            return before;
        }
        if (entry.getSize() >= 0 && entry.getSize() <= SMALL) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) entry.getSize());
            long total = source.copy(file, bytes, before);
            put(zip, name, bytes.toByteArray());
            return total;
        }
        ZipArchiveEntry copy = newEntry(name);
        copy.setSize(entry.getSize()); // told beforehand, or room is kept in an extra field for a very large size
        zip.putArchiveEntry(copy);
        long total = source.copy(file, new Unclosed(zip), before);
        zip.closeArchiveEntry();
        return total;
    }

    private static void put(ZipArchiveOutputStream zip, String name, byte[] bytes) throws IOException {
        ZipArchiveEntry entry = newEntry(name);
        entry.setSize(bytes.length);
        entry.setMethod(shrinks(bytes) ? ZipArchiveEntry.DEFLATED : ZipArchiveEntry.STORED);
        zip.putArchiveEntry(entry);
        zip.write(bytes);
        zip.closeArchiveEntry();
    }

    private static boolean shrinks(byte[] bytes) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try {
            deflater.setInput(bytes);
            deflater.finish();
            int packed = deflater.deflate(new byte[bytes.length + 1]);
            return deflater.finished() && packed < bytes.length;
        } finally {
            deflater.end();
        }
    }

    private static ZipArchiveEntry newEntry(String name) {
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        entry.setTime(SOME_TIME);
        return entry;
    }

    /** Writes through, and leaves the closing to the owner. */
    private static final class Unclosed extends OutputStream {
        private final OutputStream out;

        Unclosed(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int value) throws IOException {
            out.write(value);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            out.write(bytes, from, count);
        }
    }
}
