package org.mutirao.protocol.pack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.Payload;

/**
 * The package of a job, open to compose the packages of its tasks: the shared files, the task's input as {@code input.csv}, and its own
 * {@code task.json}. Packed bytes are copied as they are. Of an input it remembers where it lies, some 40 bytes and its name. For any
 * number of threads; close it when none of them uses it.
 */
public final class JobPackage implements AutoCloseable {
    private static final String SCRIPT = "main.py";
    private static final String MERGE = "merge.py";
    private static final String SPEC = "task.json";
    private static final int LOCAL = 0x04034b50;
    private static final int LOCAL_LENGTH = 30;

    private final ReadableBytes bytes;
    private final long base;
    private final List<Shared> shared;
    private final Inputs inputs;
    private final int count;
    private final boolean repeats;
    private final Map<String, Object> fields;
    private Optional<Blob> sharedBlob = Optional.empty();

    /** A file that every task gets, and where its local header stands. */
    private record Shared(RawZip.Head head, long at) {}

    private JobPackage(ReadableBytes bytes, TaskPackageFile source, JobLayout layout) {
        this.bytes = bytes;
        this.base = source.base();
        this.inputs = layout.kind() == JobLayout.Kind.EACH ? new Inputs(layout) : new Inputs();
        this.shared = sharedOf(source, inputs.count() == 0 ? List.of() : layout.files());
        this.count = layout.count();
        this.repeats = layout.kind() == JobLayout.Kind.REPEAT;
        this.fields = JobSpecReader.without(source.specFields());
    }

    /**
     * Opens one that was accepted.
     *
     * @param payload stays where it is
     */
    public static JobPackage open(Payload payload, PackageLimits limits) throws RefusedPackage, IOException {
        try (TaskPackageFile source = TaskPackageFile.open(payload, limits)) {
            JobLayout layout = JobLayout.of(source);
            if (layout.kind() == JobLayout.Kind.SPLIT) {
                throw new IOException("a package that is not split yet");
            }
            return new JobPackage(ReadableBytes.of(payload), source, layout);
        }
    }

    private static List<Shared> sharedOf(TaskPackageFile source, List<PackedFile> inputs) {
        Set<String> left = new HashSet<>();
        left.add(SPEC);
        for (PackedFile input : inputs) {
            String name = input.name();
            left.add(name);
            for (int slash = name.lastIndexOf('/'); slash >= 0; slash = name.lastIndexOf('/', slash - 1)) {
                left.add(name.substring(0, slash + 1));
            }
        }
        List<Shared> found = new ArrayList<>();
        for (PackedFile file : source.files()) {
            if (!left.contains(file.name())) {
                found.add(new Shared(file.head(file.name()), file.entry().getLocalHeaderOffset()));
            }
        }
        return List.copyOf(found);
    }

    /** How many tasks, without the one that merges. */
    public int count() {
        return count;
    }

    /** What {@link #writeShared} writes: its hash and size. Reads all of it the first time. */
    public synchronized Blob shared() throws IOException {
        if (sharedBlob.isEmpty()) {
            Sha256Stream hashed = new Sha256Stream();
            writeShared(hashed);
            sharedBlob = Optional.of(hashed.blob());
        }
        return sharedBlob.get();
    }

    /** How large the packed files are that all tasks share, about. */
    public long sharedSize() {
        return shared.stream().mapToLong(file -> file.head().packed()).sum();
    }

    /** What it takes in memory, in inputs and shared files. */
    public int weight() {
        return inputs.count() + shared.size();
    }

    /** The number of the task whose input is the largest, from 1. */
    public int largest() {
        return inputs.largest() + 1;
    }

    /**
     * Writes the package of one task.
     *
     * @param index from 1
     * @param extras more files for it
     */
    public void writeTask(int index, List<Extra> extras, OutputStream to) throws IOException {
        RawZip zip = new RawZip(to);
        for (Shared file : shared) {
            copy(zip, file.head(), file.at());
        }
        finishTask(zip, index, extras);
    }

    /** Writes what the packages of all tasks begin with. */
    public void writeShared(OutputStream to) throws IOException {
        RawZip zip = new RawZip(to);
        for (Shared file : shared) {
            copy(zip, file.head(), file.at());
        }
    }

    /** Writes what stands behind that in the package of one task; see {@link #writeTask}. */
    public void writeRest(int index, List<Extra> extras, OutputStream to) throws IOException {
        RawZip zip = new RawZip(to);
        for (Shared file : shared) {
            zip.addElsewhere(file.head());
        }
        finishTask(zip, index, extras);
    }

    private void finishTask(RawZip zip, int index, List<Extra> extras) throws IOException {
        if (index < 1 || index > count) {
            throw new IllegalArgumentException("task " + index + " of " + count);
        }
        Optional<String> input = Optional.empty();
        if (inputs.count() > 0) {
            int at = index - 1;
            input = Optional.of(inputs.name(at));
            copy(zip, inputs.head(at), inputs.localHeader(at));
        }
        boolean numbered = repeats || inputs.count() > 0;
        finish(zip, numbered ? JobEnvironment.of(input, index, count) : Map.of(), extras);
    }

    /**
     * Writes the package of the task that merges: merge.py is its main.py.
     *
     * @param extras the results of all others
     */
    public void writeMerge(List<Extra> extras, OutputStream to) throws IOException {
        RawZip zip = new RawZip(to);
        for (Shared file : shared) {
            if (file.head().name().equals(MERGE)) {
                copy(zip, file.head().named(SCRIPT), file.at());
            } else if (!file.head().name().equals(SCRIPT)) {
                copy(zip, file.head(), file.at());
            }
        }
        finish(zip, JobEnvironment.of(Optional.empty(), 0, count), extras);
    }

    private void finish(RawZip zip, Map<String, String> variables, List<Extra> extras) throws IOException {
        for (Extra extra : extras) {
            ExtraFiles.copy(extra, zip);
        }
        Map<String, Object> spec = new LinkedHashMap<>(fields);
        Map<Object, Object> env = new LinkedHashMap<>(fields.get("env") instanceof Map<?, ?> given ? given : Map.of());
        env.putAll(variables);
        if (!env.isEmpty()) {
            spec.put("env", env);
        }
        if (!spec.isEmpty()) {
            zip.add(SPEC, Json.write(spec).getBytes(StandardCharsets.UTF_8));
        }
        zip.finish();
    }

    /** The list of contents is believed, and the worker checks what it unpacks. */
    private void copy(RawZip zip, RawZip.Head head, long localHeader) throws IOException {
        long at = base + localHeader;
        ByteBuffer local = bytes.read(at, LOCAL_LENGTH);
        if (local.getInt(0) != LOCAL) {
            throw new IOException("the job's package is not as it was accepted");
        }
        long data = at + LOCAL_LENGTH + (local.getShort(26) & 0xffff) + (local.getShort(28) & 0xffff);
        zip.add(head, out -> bytes.copy(data, head.packed(), out));
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }

    /** Where the inputs lie, in columns. */
    private static final class Inputs {
        private final long[] localHeaders;
        private final long[] packed;
        private final long[] sizes;
        private final int[] checksums;
        private final short[] methods;
        private final byte[] options;
        private final int[] nameEnds;
        private final byte[] names;

        Inputs() {
            this(0, new byte[0]);
        }

        Inputs(JobLayout layout) {
            this(layout.files().size(), joined(layout.inputs()));
            int end = 0;
            for (int i = 0; i < count(); i++) {
                PackedFile file = layout.files().get(i);
                RawZip.Head head = file.head("");
                localHeaders[i] = file.entry().getLocalHeaderOffset();
                packed[i] = head.packed();
                sizes[i] = head.size();
                checksums[i] = head.crc();
                methods[i] = (short) head.method();
                options[i] = (byte) head.options();
                end += layout.inputs().get(i).getBytes(StandardCharsets.UTF_8).length;
                nameEnds[i] = end;
            }
        }

        private Inputs(int count, byte[] names) {
            this.localHeaders = new long[count];
            this.packed = new long[count];
            this.sizes = new long[count];
            this.checksums = new int[count];
            this.methods = new short[count];
            this.options = new byte[count];
            this.nameEnds = new int[count];
            this.names = names;
        }

        private static byte[] joined(List<String> names) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            names.forEach(name -> all.writeBytes(name.getBytes(StandardCharsets.UTF_8)));
            return all.toByteArray();
        }

        int count() {
            return localHeaders.length;
        }

        String name(int at) {
            int start = at == 0 ? 0 : nameEnds[at - 1];
            return new String(names, start, nameEnds[at] - start, StandardCharsets.UTF_8);
        }

        long localHeader(int at) {
            return localHeaders[at];
        }

        RawZip.Head head(int at) {
            String name = JobLayout.nameForTask(name(at));
            return new RawZip.Head(name, methods[at] & 0xffff, options[at], checksums[at], packed[at], sizes[at], 0);
        }

        int largest() {
            int found = 0;
            for (int i = 1; i < count(); i++) {
                found = packed[i] > packed[found] ? i : found;
            }
            return found;
        }
    }
}
