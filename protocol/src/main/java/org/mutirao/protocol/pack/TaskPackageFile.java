package org.mutirao.protocol.pack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.text.Text;

/**
 * A package: a ZIP with {@code main.py} and mostly {@code input.csv}, where {@link PackageLayout} finds them. Opening it checks
 * everything that can be known without unpacking; unpacking checks the rest. What the system fails to read is an IOException, never
 * a refusal.
 */
public final class TaskPackageFile implements AutoCloseable {
    private static final int LARGEST_SPEC = 64 * 1024;
    /** What the master may add to a task.json of the largest size. */
    private static final int ADDED_SPEC = 4 * 1024;

    private final FileBytes bytes;
    private final ZipFile zip;
    private final PackageLimits limits;
    private final long packedSize;
    private final Map<ZipArchiveEntry, String> names = new LinkedHashMap<>();
    private final List<PackedFile> files;
    /** A ZIP in it that is the package itself; there are no files then. */
    private final Optional<ZipArchiveEntry> inner;

    private final long base;
    private final boolean plain;
    private final PackageSpec spec;
    private final Turn turn;

    private final Crowd crowd;
    private final EntryNames rules;
    private Optional<JobLayout> jobLayout = Optional.empty();

    private TaskPackageFile(FileBytes bytes, PackageLimits limits) throws RefusedPackage, IOException {
        this.bytes = bytes;
        this.limits = limits;
        this.packedSize = bytes.size();
        this.rules = EntryNames.deferring(limits.depth());
        Turn mine = Turn.of(0);
        try {
            ZipExtent extent = PackageBytes.find(bytes);
            mine = Turn.of(extent.directorySize());
            this.base = extent.base();
            this.crowd = PackageBytes.count(bytes, extent, limits);
            this.zip = openZip(extent);
            Optional<PackageLayout> layout = readNames();
            this.inner = layout.isEmpty()
                    ? names.keySet().stream().filter(this::isZip).findFirst()
                    : Optional.empty();
            this.files = layout.map(this::filesOf).orElse(List.of());
            this.plain = extent.base() == 0 && layout.isPresent() && isPlain();
            this.spec = readSpec();
        } catch (RefusedPackage e) {
            mine.end();
            bytes.close();
            bytes.checkReading();
            throw e;
        } catch (IOException | RuntimeException | LinkageError e) {
            mine.end();
            bytes.close();
            throw e;
        }
        this.turn = mine;
    }

    private static TaskPackageFile opened(FileBytes bytes, PackageLimits limits) throws RefusedPackage, IOException {
        TaskPackageFile opened = new TaskPackageFile(bytes, limits);
        try {
            opened.checkInputs();
            return opened;
        } catch (IOException | RefusedPackage | RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    /** Only inputs may be more than other files, and have names that no system stores: each task sees its own as input.csv. */
    private void checkInputs() throws RefusedPackage, IOException {
        if (inner.isPresent() || (!crowd.isTooLarge() && rules.areWritable())) {
            return;
        }
        Set<String> inputs = new HashSet<>();
        for (PackedFile file : layout().files()) {
            inputs.add(names.get(file.entry()));
        }
        int along = crowd.isTooLarge() ? Math.min(limits.along(), filesAlong()) : 0;
        if (crowd.isTooLarge() && names.size() - inputs.size() - along > limits.entries()) {
            throw crowd.refusal();
        }
        rules.checkWritable(inputs);
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
        TaskPackageFile opened = opened(bytes, limits);
        if (opened.inner.isPresent()) {
            String name = opened.names.get(opened.inner.get());
            opened.close();
            throw new RefusedPackage(
                    Text.of("the package is inside, in '%s'", EntryNames.printable(name)),
                    Text.of("Unzip it once and drop the ZIP that comes out."));
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
        return opened(FileBytes.of(payload), limits);
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

    private int filesAlong() {
        return (int) files.stream()
                .filter(file -> Extra.isWithin(file.name()) && !file.isFolder())
                .count();
    }

    private ZipFile openZip(ZipExtent extent) throws RefusedPackage, IOException {
        try {
            return ZipFile.builder()
                    .setSeekableByteChannel(bytes.part(extent.base(), extent.end()))
                    .setCharset(StandardCharsets.ISO_8859_1) // names are read from their bytes
                    .setUseUnicodeExtraFields(false)
                    .setIgnoreLocalFileHeader(crowd.isTooLarge()) // so many are read when they are needed
                    .get();
        } catch (IOException | RuntimeException e) {
            bytes.checkReading();
            throw new RefusedPackage(
                    Text.of("it is a damaged ZIP file"), Text.of("Copy it again, or zip the folder again."));
        }
    }

    private Optional<PackageLayout> readNames() throws RefusedPackage {
        try {
            checkNames();
            return PackageLayout.of(fileNames());
        } catch (RefusedPackage e) {
            throw crowd.isTooLarge() ? crowd.refusal() : e;
        }
    }

    private void checkNames() throws RefusedPackage {
        List<ZipArchiveEntry> all = Collections.list(zip.getEntries());
        NameDecoder decoder = new NameDecoder(all);
        long declared = 0;
        for (ZipArchiveEntry entry : all) {
            String name = EntryKind.nameOf(entry, decoder);
            if (name.isEmpty() || EntryNames.isLitter(name)) {
                continue;
            }
            rules.check(name);
            EntryKind.check(zip, entry, name);
            declared = Math.addExact(declared, Math.max(0, entry.getSize()));
            limits.checkTotal(declared, packedSize);
            names.put(entry, name);
        }
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

    /** The file of that name, if there is one. */
    Optional<PackedFile> file(String name) {
        return files.stream().filter(file -> file.name().equals(name)).findFirst();
    }

    private PackageSpec readSpec() throws RefusedPackage, IOException {
        Optional<PackedFile> found = file("task.json");
        if (found.isEmpty()) {
            return PackageSpec.defaults();
        }
        try (InputStream in = open(found.get())) {
            byte[] text = new byte[LARGEST_SPEC + ADDED_SPEC + 1];
            int length = 0;
            for (int count = 0; count >= 0 && length < text.length; length += Math.max(0, count)) {
                count = read(in, text, length, found.get());
            }
            if (length == text.length) {
                throw new RefusedPackage(
                        Text.of("task.json has more than 64 KiB"), Text.of("Put data into input.csv instead."));
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
        return spec.task();
    }

    /** What task.json says of many tasks, or the defaults. */
    public JobSpec jobSpec() {
        return spec.job();
    }

    /** What task.json says, as it was written. */
    Map<String, Object> specFields() {
        return spec.fields();
    }

    JobLayout layout() throws RefusedPackage, IOException {
        if (jobLayout.isEmpty()) {
            jobLayout = Optional.of(JobLayout.read(this));
        }
        return jobLayout.get();
    }

    /** Where in the file the ZIP begins, from which its positions count. */
    long base() {
        return base;
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
        return new Unpacking(this, folder).unpack();
    }

    /** Copies one file's bytes; {@code before} is what was unpacked already. Returns the sum. */
    long copy(PackedFile file, OutputStream out, long before) throws RefusedPackage, IOException {
        long total = before;
        CRC32 checksum = new CRC32();
        byte[] block = file.block();
        try (InputStream in = open(file)) {
            for (int count = read(in, block, 0, file); count >= 0; count = read(in, block, 0, file)) {
                total += count;
                checkTotal(total);
                checksum.update(block, 0, count);
                out.write(block, 0, count);
            }
        }
        if (checksum.getValue() != file.entry().getCrc()) {
            throw damaged(file);
        }
        return total;
    }

    /** Refuses when so many unpacked bytes are too many. */
    void checkTotal(long unpacked) throws RefusedPackage {
        limits.checkTotal(unpacked, packedSize);
    }

    /** Copies a file as it is packed. */
    void copyPacked(PackedFile file, RawZip to) throws RefusedPackage, IOException {
        try (InputStream in = zip.getRawInputStream(file.entry())) {
            to.add(file.head(file.name()), in::transferTo);
        } catch (IOException | RuntimeException e) {
            bytes.checkReading();
            throw e;
        }
    }

    /** Its unpacked bytes; what is wrong with them comes out of {@link #read}. */
    InputStream open(PackedFile file) throws RefusedPackage, IOException {
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
    int read(InputStream in, byte[] block, int from, PackedFile file) throws RefusedPackage, IOException {
        try {
            return in.read(block, from, block.length - from);
        } catch (IOException | RuntimeException e) {
            bytes.checkReading();
            throw damaged(file);
        }
    }

    static RefusedPackage damaged(PackedFile file) {
        return new RefusedPackage(
                Text.of("'%s' in it is damaged", EntryNames.printable(file.name())), Text.of("Zip the folder again."));
    }

    @Override
    public void close() throws IOException {
        turn.end();
        zip.close();
    }
}
