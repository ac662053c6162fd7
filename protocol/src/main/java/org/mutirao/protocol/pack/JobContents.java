package org.mutirao.protocol.pack;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is where in the package of a job: its inputs in columns, some 40 bytes and the name of each, and the files that its tasks share.
 * It says nothing of where the package's bytes lie.
 */
public final class JobContents {
    private static final String SPEC = "task.json";

    private final long base;
    private final List<Shared> shared;
    private final Inputs inputs;
    private final int count;
    private final boolean repeats;
    private final Map<String, Object> fields;
    private final String requirements;

    /** A file that every task gets, and where its local header stands. */
    record Shared(RawZip.Head head, long at) {}

    private JobContents(TaskPackageFile source, JobLayout layout) {
        this.base = source.base();
        this.inputs = layout.kind() == JobLayout.Kind.EACH ? new Inputs(layout) : new Inputs();
        this.shared = sharedOf(source, inputs.count() == 0 ? List.of() : layout.files());
        this.count = layout.count();
        this.repeats = layout.kind() == JobLayout.Kind.REPEAT;
        this.fields = JobSpecReader.without(source.specFields());
        this.requirements = source.file(RequirementsReader.FILE).isPresent()
                ? ""
                : layout.requirements().text();
    }

    /**
     * Notes what a package has.
     *
     * @param layout of one that is not to be split any more
     */
    public static JobContents of(TaskPackageFile source, JobLayout layout) {
        return new JobContents(source, layout);
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

    /** Where in the file the ZIP begins. */
    long base() {
        return base;
    }

    List<Shared> shared() {
        return shared;
    }

    Inputs inputs() {
        return inputs;
    }

    int count() {
        return count;
    }

    /** Whether each task has a number, and maybe an input. */
    boolean isNumbered() {
        return repeats || inputs.count() > 0;
    }

    /** What task.json says of each task. */
    Map<String, Object> fields() {
        return fields;
    }

    /** What main.py's header says, for the task that runs merge.py instead; empty if there is a requirements.txt. */
    String requirements() {
        return requirements;
    }

    /** What it takes in memory, in inputs and shared files. */
    public int weight() {
        return inputs.count() + shared.size();
    }

    /** Where the inputs lie, in columns. */
    static final class Inputs {
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
