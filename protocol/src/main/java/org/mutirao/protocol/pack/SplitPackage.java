package org.mutirao.protocol.pack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.text.Text;

/**
 * A package with {@code "split"} as one that is split already: the parts of its input.csv are {@code inputs/input-1.csv} and so on. The same
 * package makes the same bytes, and only the header of the CSV is held in memory.
 */
public final class SplitPackage {
    private static final int BLOCK = 64 * 1024;

    private SplitPackage() {}

    /**
     * Writes it.
     *
     * @param layout of the source, of the kind {@link JobLayout.Kind#SPLIT}
     * @throws RefusedPackage when the CSV can't be split, or makes too many parts
     */
    public static void write(TaskPackageFile source, JobLayout layout, OutputStream to)
            throws RefusedPackage, IOException {
        PackedFile csv = layout.files().get(0);
        RawZip zip = new RawZip(to);
        for (PackedFile file : source.files()) {
            if (!file.equals(csv) && !file.name().equals("task.json")) {
                source.copyPacked(file, zip);
            }
        }
        Map<String, Object> fields = new LinkedHashMap<>(source.specFields());
        fields.remove("split");
        fields.put("each", "inputs/*");
        zip.add("task.json", Json.write(fields).getBytes(StandardCharsets.UTF_8));
        split(source, csv, layout.spec().split(), zip);
        zip.finish();
    }

    private static void split(TaskPackageFile source, PackedFile csv, int rows, RawZip zip)
            throws RefusedPackage, IOException {
        Written parts = new Written(zip);
        CsvCutter cutter = new CsvCutter(rows, parts);
        byte[] block = new byte[BLOCK];
        long total = 0;
        CRC32 crc = new CRC32();
        try (InputStream in = source.open(csv);
                parts) {
            for (int length = fill(source, in, block, csv); length > 0; length = fill(source, in, block, csv)) {
                total += length;
                source.checkTotal(total);
                crc.update(block, 0, length);
                cutter.add(block, length);
            }
            if (crc.getValue() != csv.entry().getCrc()) {
                throw TaskPackageFile.damaged(csv);
            }
            cutter.finish();
        }
    }

    private static int fill(TaskPackageFile source, InputStream in, byte[] block, PackedFile file)
            throws RefusedPackage, IOException {
        int length = 0;
        while (length < block.length) {
            int count = source.read(in, block, length, file);
            if (count < 0) {
                break;
            }
            length += count;
        }
        return length;
    }

    /** The parts as files of the new ZIP. */
    private static final class Written implements CsvCutter.Parts, AutoCloseable {
        private final RawZip zip;
        private OutputStream last = OutputStream.nullOutputStream();
        private int count;

        Written(RawZip zip) {
            this.zip = zip;
        }

        @Override
        public OutputStream next() throws IOException, RefusedPackage {
            last.close();
            count++;
            if (count > JobSpec.MAX_TASKS) {
                throw TaskSpecReader.refused(Text.of(
                        "has a 'split' that makes more than %s tasks; give each task more rows", JobSpec.MAX_TASKS));
            }
            last = zip.begin("inputs/input-" + count + ".csv");
            return last;
        }

        @Override
        public void close() throws IOException {
            last.close();
        }
    }
}
