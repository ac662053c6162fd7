package org.mutirao.protocol.pack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.message.Payload;

/**
 * A package: a ZIP with {@code main.py} and mostly {@code input.csv}, where {@link PackageLayout} finds them. Opening it checks
 * everything that can be known without unpacking; unpacking checks the rest. What the system fails to read is an IOException, never
 * a refusal.
 */
public final class TaskPackageFile implements AutoCloseable {
    private static final int UNIX_TYPE = 0170000;
    private static final int UNIX_FILE = 0100000;
    private static final int UNIX_FOLDER = 0040000;
    /** Operating systems as a ZIP numbers them: those whose programs may separate folders by backslashes. */
    private static final Set<Integer> DOS = Set.of(0, 10, 11, 14);

    private static final int LARGEST_SPEC = 64 * 1024;
    private static final String COPY_AGAIN = "Copy it again, or zip the folder again.";

    private final FileBytes bytes;
    private final ZipFile zip;
    private final PackageLimits limits;
    private final long packedSize;
    private final Map<ZipArchiveEntry, String> names = new LinkedHashMap<>();
    private final List<PackedFile> files;
    /** A ZIP in it that is the package itself; there are no files then. */
    private final Optional<ZipArchiveEntry> inner;

    private final boolean plain;
    private final TaskSpec spec;

    private TaskPackageFile(FileBytes bytes, PackageLimits limits) throws RefusedPackage, IOException {
        this.bytes = bytes;
        this.limits = limits;
        this.packedSize = bytes.size();
        try {
            ZipExtent extent = PackageBytes.find(bytes, limits);
            this.zip = openZip(extent);
            readNames();
            Optional<PackageLayout> layout = PackageLayout.of(fileNames());
            this.inner = layout.isEmpty()
                    ? names.keySet().stream().filter(this::isZip).findFirst()
                    : Optional.empty();
            this.files = layout.map(this::filesOf).orElse(List.of());
            this.plain = extent.base() == 0 && layout.isPresent() && isPlain();
            this.spec = readSpec();
        } catch (RefusedPackage e) {
            bytes.close();
            bytes.checkReading();
            throw e;
        } catch (IOException | RuntimeException | LinkageError e) {
            bytes.close();
            throw e;
        }
    }

    /**
     * Opens and checks.
     *
     * @throws RefusedPackage when it is no acceptable package, with the reason and what to do
     * @throws IOException when the file can't be read; that says nothing about what is in it
     */
    public static TaskPackageFile open(Path file, PackageLimits limits) throws RefusedPackage, IOException {
        return open(FileBytes.open(file), limits);
    }

    /** The same for one that was received. */
    public static TaskPackageFile open(Payload payload, PackageLimits limits) throws RefusedPackage, IOException {
        return open(FileBytes.of(payload), limits);
    }

    static TaskPackageFile open(FileBytes bytes, PackageLimits limits) throws RefusedPackage, IOException {
        TaskPackageFile opened = new TaskPackageFile(bytes, limits);
        if (opened.inner.isPresent()) {
            String name = opened.names.get(opened.inner.get());
            opened.close();
            throw new RefusedPackage(
                    "the package is inside, in '" + EntryNames.printable(name) + "'",
                    "Unzip it once and drop the ZIP that comes out.");
        }
        return opened;
    }

    /**
     * Opens and checks one that may be zipped once more, as Moodle does with what is handed in; see {@link #isWrapped}.
     *
     * @throws RefusedPackage when it is no package at all
     */
    public static TaskPackageFile openWrapped(Payload payload, PackageLimits limits)
            throws RefusedPackage, IOException {
        return new TaskPackageFile(FileBytes.of(payload), limits);
    }

    /** Whether the package itself is a ZIP in this one, which has nothing else. */
    public boolean isWrapped() {
        return inner.isPresent();
    }

    /**
     * Writes the inner package of one that is wrapped.
     *
     * @throws RefusedPackage when it is damaged
     */
    public void unwrapTo(OutputStream to) throws RefusedPackage, IOException {
        ZipArchiveEntry entry = inner.orElseThrow();
        copy(new PackedFile(entry, names.get(entry)), to, 0);
    }

    /** Whether a whole ZIP ends where the file ends; a ZIP stored in one that is still being copied does not count. */
    public static boolean isWhole(Path file) throws IOException {
        try (FileBytes bytes = FileBytes.open(file)) {
            return ZipExtent.find(bytes).isPresent();
        }
    }

    /** What a file is that starts like something else than a ZIP; empty when it may become one. */
    public static Optional<RefusedPackage> otherKind(Path file) throws IOException {
        try (FileBytes bytes = FileBytes.open(file)) {
            return FileKind.of(bytes).map(PackageBytes::refusal);
        }
    }

    private ZipFile openZip(ZipExtent extent) throws RefusedPackage, IOException {
        try {
            return ZipFile.builder()
                    .setSeekableByteChannel(bytes.part(extent.base(), extent.end()))
                    .setCharset(StandardCharsets.ISO_8859_1) // names are read from their bytes
                    .setUseUnicodeExtraFields(false)
                    .get();
        } catch (IOException | RuntimeException e) {
            bytes.checkReading();
            throw new RefusedPackage("it is a damaged ZIP file", COPY_AGAIN);
        }
    }

    private void readNames() throws RefusedPackage {
        List<ZipArchiveEntry> all = Collections.list(zip.getEntries());
        NameDecoder decoder = new NameDecoder(all);
        EntryNames rules = new EntryNames(limits.depth());
        long declared = 0;
        for (ZipArchiveEntry entry : all) {
            String name = EntryNames.plain(decoder.name(entry), DOS.contains(entry.getPlatform()));
            if ((entry.getUnixMode() & UNIX_TYPE) == UNIX_FOLDER && !name.isEmpty() && !name.endsWith("/")) {
                name += "/";
            }
            if (name.isEmpty() || EntryNames.isLitter(name)) {
                continue;
            }
            rules.check(name);
            checkKind(entry, name);
            declared = Math.addExact(declared, Math.max(0, entry.getSize()));
            limits.checkTotal(declared, packedSize);
            names.put(entry, name);
        }
    }

    private void checkKind(ZipArchiveEntry entry, String name) throws RefusedPackage {
        if (entry.getGeneralPurposeBit().usesEncryption()) {
            throw new RefusedPackage(
                    "'" + EntryNames.printable(name) + "' is encrypted", "Zip the folder again without a password.");
        }
        int type = entry.getUnixMode() & UNIX_TYPE;
        if (type != 0 && type != UNIX_FILE && type != UNIX_FOLDER) {
            throw new RefusedPackage(
                    "'" + EntryNames.printable(name) + "' is a link or a device, not a file",
                    "Replace links by the files they lead to.");
        }
        MethodStreams.check(zip, entry, name);
    }

    private List<String> fileNames() {
        return names.values().stream().filter(name -> !name.endsWith("/")).toList();
    }

    private boolean isZip(ZipArchiveEntry entry) {
        return names.get(entry).toLowerCase(Locale.ROOT).endsWith(".zip");
    }

    private List<PackedFile> filesOf(PackageLayout layout) {
        List<PackedFile> found = new ArrayList<>();
        names.forEach((entry, name) -> {
            String within = layout.nameOf(name);
            if (!within.isEmpty()) {
                found.add(new PackedFile(entry, within));
            }
        });
        return found;
    }

    /** Whether every program that knows ZIPs finds in it what ours does. */
    private boolean isPlain() {
        return files.size() == Collections.list(zip.getEntries()).size()
                && files.stream()
                        .allMatch(file -> Arrays.equals(
                                        file.entry().getRawName(), file.name().getBytes(StandardCharsets.UTF_8))
                                && (file.entry().getMethod() == ZipArchiveEntry.DEFLATED
                                        || file.entry().getMethod() == ZipArchiveEntry.STORED));
    }

    private TaskSpec readSpec() throws RefusedPackage, IOException {
        Optional<PackedFile> found =
                files.stream().filter(file -> file.name().equals("task.json")).findFirst();
        if (found.isEmpty()) {
            return TaskSpec.defaults();
        }
        try (InputStream in = open(found.get())) {
            byte[] text = new byte[LARGEST_SPEC + 1];
            int length = 0;
            for (int count = 0; count >= 0 && length < text.length; length += Math.max(0, count)) {
                count = read(in, text, length, found.get());
            }
            if (length > LARGEST_SPEC) {
                throw new RefusedPackage("task.json has more than 64 KiB", "Put data into input.csv instead.");
            }
            return TaskSpecReader.read(Arrays.copyOf(text, length));
        }
    }

    /** The files and folders; what other systems add by themselves is left out, and so is what lies beside the package's folder. */
    List<PackedFile> files() {
        return Collections.unmodifiableList(files);
    }

    /** What all files together take unpacked, as the ZIP declares it. */
    long declaredSize() {
        return files.stream()
                .mapToLong(file -> Math.max(0, file.entry().getSize()))
                .sum();
    }

    long packedSize() {
        return packedSize;
    }

    /** Whether a program that only unpacks it finds main.py at the root, all names as they are meant, and usual methods. */
    public boolean suitsAnyProgram() {
        return plain;
    }

    /** What task.json says, or the defaults. */
    public TaskSpec spec() {
        return spec;
    }

    /**
     * What was written.
     *
     * @param files each with its size in bytes
     * @param folders those below the one that was given
     */
    public record Unpacked(Map<Path, Long> files, Set<Path> folders) {}

    /**
     * Writes all files below a folder, which must be there and empty.
     *
     * @throws RefusedPackage when a file's bytes are not what the ZIP promised, or break a limit
     * @throws IOException when the disk is full, the folder can't be written, or the package can't be read
     */
    public Unpacked unpackTo(Path folder) throws RefusedPackage, IOException {
        Unpacked unpacked = new Unpacked(new LinkedHashMap<>(), new HashSet<>());
        long total = 0;
        for (PackedFile file : files) {
            Path target = below(folder, file.name());
            if (file.isFolder()) {
                makeFolders(folder, target, unpacked);
            } else {
                makeFolders(folder, target.getParent(), unpacked);
                long before = total;
                try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
                    total = copy(file, out, total);
                }
                makeExecutable(target, file.executeBits());
                unpacked.files().put(target, total - before);
            }
        }
        return unpacked;
    }

    private static void makeFolders(Path folder, Path target, Unpacked unpacked) throws IOException {
        if (target.equals(folder) || unpacked.folders().contains(target)) {
            return;
        }
        Files.createDirectories(target);
        for (Path each = target; !each.equals(folder); each = each.getParent()) {
            unpacked.folders().add(each);
        }
    }

    /** Only the name is looked at: the folder itself may be called {@code ./work} or {@code ../work}. */
    private static Path below(Path folder, String name) {
        Path relative = FileNames.asWritten(name).normalize();
        if (relative.isAbsolute()
                || relative.startsWith("..")
                || relative.toString().isEmpty()) {
            throw new IllegalStateException("an unchecked name got through: " + EntryNames.printable(name));
        }
        return FileNames.resolve(folder, name);
    }

    /** Adds to what the system gives a new file; no other bit of the ZIP's is taken over. */
    private static void makeExecutable(Path file, int bits) throws IOException {
        if (bits == 0) {
            return;
        }
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return; // Windows decides by the name
        }
        Set<PosixFilePermission> permissions = view.readAttributes().permissions();
        if ((bits & 0100) != 0) {
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
        }
        if ((bits & 0010) != 0) {
            permissions.add(PosixFilePermission.GROUP_EXECUTE);
        }
        if ((bits & 0001) != 0) {
            permissions.add(PosixFilePermission.OTHERS_EXECUTE);
        }
        view.setPermissions(permissions);
    }

    /** Copies one file's bytes; {@code before} is what was unpacked already. Returns the sum. */
    long copy(PackedFile file, OutputStream out, long before) throws RefusedPackage, IOException {
        long total = before;
        CRC32 checksum = new CRC32();
        byte[] block = new byte[64 * 1024];
        try (InputStream in = open(file)) {
            for (int count = read(in, block, 0, file); count >= 0; count = read(in, block, 0, file)) {
                total += count;
                limits.checkTotal(total, packedSize);
                checksum.update(block, 0, count);
                out.write(block, 0, count);
            }
        }
        if (checksum.getValue() != file.entry().getCrc()) {
            throw damaged(file);
        }
        return total;
    }

    private InputStream open(PackedFile file) throws RefusedPackage, IOException {
        try {
            InputStream in = MethodStreams.open(zip, file.entry());
            if (in == null) {
                throw damaged(file);
            }
            return in;
        } catch (IOException | RuntimeException e) {
            bytes.checkReading();
            throw damaged(file);
        }
    }

    /** What reading fails with is the ZIP's fault, unless the system did not give its bytes. */
    private int read(InputStream in, byte[] block, int from, PackedFile file) throws RefusedPackage, IOException {
        try {
            return in.read(block, from, block.length - from);
        } catch (IOException | RuntimeException e) {
            bytes.checkReading();
            throw damaged(file);
        }
    }

    private static RefusedPackage damaged(PackedFile file) {
        return new RefusedPackage(
                "'" + EntryNames.printable(file.name()) + "' in it is damaged", "Zip the folder again.");
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
