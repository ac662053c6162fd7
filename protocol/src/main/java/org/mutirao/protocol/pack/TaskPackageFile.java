package org.mutirao.protocol.pack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * A package: a ZIP with {@code main.py} and mostly {@code input.csv}, at its root or in its only top folder. Opening it checks
 * everything that can be known without unpacking; unpacking checks the rest.
 */
public final class TaskPackageFile implements AutoCloseable {
    private static final int UNIX_TYPE = 0170000;
    private static final int UNIX_FILE = 0100000;
    private static final int UNIX_FOLDER = 0040000;
    private static final int LARGEST_SPEC = 64 * 1024;
    private static final long LARGEST_LIST = 16L << 20;

    private final ZipFile zip;
    private final PackageLimits limits;
    private final long packedSize;
    private final List<ZipArchiveEntry> entries = new ArrayList<>();
    private final String topFolder;
    private final TaskSpec spec;

    private TaskPackageFile(Path file, PackageLimits limits) throws RefusedPackage, IOException {
        this.limits = limits;
        this.packedSize = Files.size(file);
        this.zip = openZip(file, packedSize);
        try {
            checkEntries();
            this.topFolder = findTopFolder();
            this.spec = readSpec();
        } catch (RefusedPackage | IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    /**
     * Opens and checks.
     *
     * @throws RefusedPackage when it is no acceptable package, with the reason and what to do
     * @throws IOException when the file can't be read
     */
    public static TaskPackageFile open(Path file, PackageLimits limits) throws RefusedPackage, IOException {
        return new TaskPackageFile(file, limits);
    }

    /** Whether the ZIP's end can be found; while a file is being copied it is not there yet. */
    public static boolean looksComplete(Path file) throws IOException {
        return DirectorySize.of(file) >= 0;
    }

    private static ZipFile openZip(Path file, long size) throws RefusedPackage, IOException {
        if (size == 0) {
            throw new RefusedPackage("the file is empty", "Copy it again.");
        }
        byte[] start = new byte[4];
        try (InputStream in = Files.newInputStream(file)) {
            int count = in.readNBytes(start, 0, 4);
            boolean zipLike = count == 4 && start[0] == 'P' && start[1] == 'K';
            if (!zipLike) {
                throw new RefusedPackage("it is not a ZIP file", "Zip main.py and input.csv and drop that ZIP.");
            }
        }
        long listSize = DirectorySize.of(file);
        if (listSize < 0) {
            throw new RefusedPackage(
                    "it is a damaged or truncated ZIP file", "Copy it again, or zip the folder again.");
        }
        if (listSize > LARGEST_LIST) {
            throw new RefusedPackage(
                    "its list of files takes more than 16 MiB",
                    "Put the many small files into one archive that main.py opens.");
        }
        try {
            return ZipFile.builder()
                    .setPath(file)
                    .setUseUnicodeExtraFields(true)
                    .get();
        } catch (IOException | IllegalArgumentException e) {
            throw new RefusedPackage(
                    "it is a damaged or truncated ZIP file", "Copy it again, or zip the folder again.");
        }
    }

    private void checkEntries() throws RefusedPackage {
        EntryNames names = new EntryNames(limits.depth());
        long declared = 0;
        for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
            if (entries.size() == limits.entries()) {
                throw new RefusedPackage(
                        "it has more than " + limits.entries() + " files",
                        "Put the many small files into one archive that main.py opens.");
            }
            if (EntryNames.isLitter(entry.getName())) {
                continue;
            }
            // The raw name, because the library turns some backslashes into slashes.
            String raw = new String(entry.getRawName(), StandardCharsets.ISO_8859_1);
            names.check(raw.indexOf('\\') >= 0 ? raw : entry.getName(), entry.isDirectory());
            checkKind(entry);
            declared = Math.addExact(declared, Math.max(0, entry.getSize()));
            limits.checkTotal(declared, packedSize);
            entries.add(entry);
        }
    }

    private void checkKind(ZipArchiveEntry entry) throws RefusedPackage {
        String name = EntryNames.printable(entry.getName());
        if (entry.getGeneralPurposeBit().usesEncryption()) {
            throw new RefusedPackage("'" + name + "' is encrypted", "Zip the folder again without a password.");
        }
        int type = entry.getUnixMode() & UNIX_TYPE;
        if (type != 0 && type != UNIX_FILE && type != UNIX_FOLDER) {
            throw new RefusedPackage(
                    "'" + name + "' is a link or a device, not a file", "Replace links by the files they lead to.");
        }
        if (!zip.canReadEntryData(entry)) {
            throw new RefusedPackage(
                    "'" + name + "' is packed with a method that is not understood here",
                    "Zip the folder again with the usual method, deflate.");
        }
    }

    /** Many ZIP programs pack the folder instead of what is in it. */
    private String findTopFolder() throws RefusedPackage {
        if (has("main.py")) {
            return "";
        }
        List<String> tops = entries.stream()
                .map(entry -> entry.getName().substring(0, entry.getName().indexOf('/') + 1))
                .distinct()
                .toList();
        if (tops.size() == 1 && !tops.get(0).isEmpty() && has(tops.get(0) + "main.py")) {
            return tops.get(0);
        }
        throw new RefusedPackage(
                "there is no main.py in it",
                "Put main.py (and input.csv) at the top of the ZIP, not in inner folders.");
    }

    private boolean has(String name) {
        return entries.stream()
                .anyMatch(entry -> !entry.isDirectory() && entry.getName().equals(name));
    }

    private TaskSpec readSpec() throws RefusedPackage, IOException {
        String name = topFolder + "task.json";
        if (!has(name)) {
            return TaskSpec.defaults();
        }
        ZipArchiveEntry entry = zip.getEntry(name);
        try (InputStream in = open(entry)) {
            byte[] text = new byte[LARGEST_SPEC + 1];
            int length = 0;
            for (int count = 0; count >= 0 && length < text.length; length += Math.max(0, count)) {
                count = read(in, text, length, entry);
            }
            if (length > LARGEST_SPEC) {
                throw new RefusedPackage("task.json has more than 64 KiB", "Put data into input.csv instead.");
            }
            return TaskSpecReader.read(Arrays.copyOf(text, length));
        }
    }

    /** The files and folders, by their names in the package; litter of other systems is left out. */
    List<ZipArchiveEntry> entries() {
        return Collections.unmodifiableList(entries);
    }

    /** The name of an entry below the folder that holds main.py; empty for that folder itself. */
    String nameOf(ZipArchiveEntry entry) {
        return entry.getName().substring(topFolder.length());
    }

    /** What all files together take unpacked, as the ZIP declares it. */
    long declaredSize() {
        return entries.stream().mapToLong(entry -> Math.max(0, entry.getSize())).sum();
    }

    long packedSize() {
        return packedSize;
    }

    /** Whether main.py lies in a folder instead of at the root. */
    public boolean hasTopFolder() {
        return !topFolder.isEmpty();
    }

    /** What task.json says, or the defaults. */
    public TaskSpec spec() {
        return spec;
    }

    /**
     * Writes all files below a folder, which must be empty.
     *
     * @throws RefusedPackage when a file's bytes are not what the ZIP promised, or break a limit
     * @throws IOException when the disk is full, or the folder can't be written
     */
    public void unpackTo(Path folder) throws RefusedPackage, IOException {
        long total = 0;
        for (ZipArchiveEntry entry : entries) {
            String name = nameOf(entry);
            if (name.isEmpty()) {
                continue;
            }
            Path target = below(folder, name);
            if (entry.isDirectory()) {
                Files.createDirectories(target);
            } else {
                Files.createDirectories(target.getParent());
                try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
                    total = copy(entry, out, total);
                }
            }
        }
    }

    /** Only the name is looked at: the folder itself may be called {@code ./work} or {@code ../work}. */
    private static Path below(Path folder, String name) {
        Path relative = folder.getFileSystem().getPath(name).normalize();
        if (relative.isAbsolute()
                || relative.startsWith("..")
                || relative.toString().isEmpty()) {
            throw new IllegalStateException("an unchecked name got through: " + EntryNames.printable(name));
        }
        return folder.resolve(relative);
    }

    /** Copies one file's bytes; {@code before} is what was unpacked already. Returns the sum. */
    long copy(ZipArchiveEntry entry, OutputStream out, long before) throws RefusedPackage, IOException {
        long total = before;
        CRC32 checksum = new CRC32();
        byte[] block = new byte[64 * 1024];
        try (InputStream in = open(entry)) {
            for (int count = read(in, block, 0, entry); count >= 0; count = read(in, block, 0, entry)) {
                total += count;
                limits.checkTotal(total, packedSize);
                checksum.update(block, 0, count);
                out.write(block, 0, count);
            }
        }
        if (checksum.getValue() != entry.getCrc()) {
            throw damaged(entry);
        }
        return total;
    }

    private InputStream open(ZipArchiveEntry entry) throws RefusedPackage {
        try {
            return zip.getInputStream(entry);
        } catch (IOException e) {
            throw damaged(entry);
        }
    }

    /** Tells a damaged ZIP from a failing disk: what comes from reading is the ZIP's fault. */
    private static int read(InputStream in, byte[] block, int from, ZipArchiveEntry entry) throws RefusedPackage {
        try {
            return in.read(block, from, block.length - from);
        } catch (IOException e) {
            throw damaged(entry);
        }
    }

    private static RefusedPackage damaged(ZipArchiveEntry entry) {
        return new RefusedPackage(
                "'" + EntryNames.printable(entry.getName()) + "' in it is damaged", "Zip the folder again.");
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
