package org.mutirao.protocol.pack;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.text.Text;

/**
 * The package of a job, open to compose the packages of its tasks: the shared files, the task's input as {@code input.csv}, and its own
 * {@code task.json}. Packed bytes are copied as they are. For any number of threads; close it when none of them uses it.
 */
public final class JobPackage implements AutoCloseable {
    private static final String SCRIPT = "main.py";
    private static final String MERGE = "merge.py";
    private static final String SPEC = "task.json";
    private static final int LOCAL = 0x04034b50;
    private static final int LOCAL_LENGTH = 30;

    private final ReadableBytes bytes;
    private final JobContents contents;
    private Optional<Blob> sharedBlob = Optional.empty();

    private JobPackage(ReadableBytes bytes, JobContents contents) {
        this.bytes = bytes;
        this.contents = contents;
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
            return open(payload, JobContents.of(source, layout));
        }
    }

    /** Opens one whose list of contents was read before. */
    public static JobPackage open(Payload payload, JobContents contents) throws IOException {
        return new JobPackage(ReadableBytes.of(payload), contents);
    }

    /** How many tasks, without the one that merges. */
    public int count() {
        return contents.count();
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
        return contents.shared().stream()
                .mapToLong(file -> file.head().packed())
                .sum();
    }

    /** What it takes in memory, in inputs and shared files. */
    public int weight() {
        return contents.weight();
    }

    /** The number of the task whose input is the largest, from 1. */
    public int largest() {
        return contents.inputs().largest() + 1;
    }

    /**
     * Writes the package of one task.
     *
     * @param index from 1
     * @param extras more files for it
     */
    public void writeTask(int index, List<Extra> extras, OutputStream to) throws IOException {
        RawZip zip = new RawZip(to);
        for (JobContents.Shared file : contents.shared()) {
            copy(zip, file.head(), file.at());
        }
        finishTask(zip, index, extras);
    }

    /** Writes what the packages of all tasks begin with. */
    public void writeShared(OutputStream to) throws IOException {
        RawZip zip = new RawZip(to);
        for (JobContents.Shared file : contents.shared()) {
            copy(zip, file.head(), file.at());
        }
    }

    /** Writes what stands behind that in the package of one task; see {@link #writeTask}. */
    public void writeRest(int index, List<Extra> extras, OutputStream to) throws IOException {
        RawZip zip = new RawZip(to);
        for (JobContents.Shared file : contents.shared()) {
            zip.addElsewhere(file.head());
        }
        finishTask(zip, index, extras);
    }

    private void finishTask(RawZip zip, int index, List<Extra> extras) throws IOException {
        int count = contents.count();
        if (index < 1 || index > count) {
            throw new IllegalArgumentException("task " + index + " of " + count);
        }
        JobContents.Inputs inputs = contents.inputs();
        Optional<String> input = Optional.empty();
        if (inputs.count() > 0) {
            int at = index - 1;
            input = Optional.of(inputs.name(at));
            copy(zip, inputs.head(at), inputs.localHeader(at));
        }
        finish(zip, contents.isNumbered() ? JobEnvironment.of(input, index, count) : Map.of(), extras);
    }

    /**
     * Writes the package of the task that merges: merge.py is its main.py.
     *
     * @param extras the results of all others
     */
    public void writeMerge(List<Extra> extras, OutputStream to) throws IOException {
        RawZip zip = new RawZip(to);
        for (JobContents.Shared file : contents.shared()) {
            if (file.head().name().equals(MERGE)) {
                copy(zip, file.head().named(SCRIPT), file.at());
            } else if (!file.head().name().equals(SCRIPT)) {
                copy(zip, file.head(), file.at());
            }
        }
        if (!contents.requirements().isEmpty()) {
            zip.add(RequirementsReader.FILE, contents.requirements().getBytes(StandardCharsets.UTF_8));
        }
        finish(zip, JobEnvironment.of(Optional.empty(), 0, contents.count()), extras);
    }

    private void finish(RawZip zip, Map<String, String> variables, List<Extra> extras) throws IOException {
        for (Extra extra : extras) {
            ExtraFiles.copy(extra, zip);
        }
        Map<String, Object> fields = contents.fields();
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
        long at = contents.base() + localHeader;
        ByteBuffer local = bytes.read(at, LOCAL_LENGTH);
        if (local.getInt(0) != LOCAL) {
            throw new IOException(Text.of("the job's package is not as it was accepted"));
        }
        long data = at + LOCAL_LENGTH + (local.getShort(26) & 0xffff) + (local.getShort(28) & 0xffff);
        zip.add(head, out -> bytes.copy(data, head.packed(), out));
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
