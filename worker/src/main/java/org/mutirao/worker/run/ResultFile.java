package org.mutirao.worker.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.SortedMap;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.units.ByteSize;

/**
 * Writes a result ZIP: {@code stdout.txt}, {@code stderr.txt}, {@code result.json} and {@code files/…}. No data descriptors and
 * no extra fields, since some masters read it with a single call of a few kilobytes.
 */
final class ResultFile {
    private static final int SAMPLE = 64 * 1024;

    private ResultFile() {}

    /**
     * Writes the whole file.
     *
     * @param most what to take of stdout and of stderr; the rest is left out with a line that says so
     */
    static void write(
            Path target,
            Path stdout,
            Path stderr,
            ByteSize most,
            Map<String, Object> facts,
            SortedMap<String, Path> files)
            throws IOException {
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(target)) {
            addText(zip, "stdout.txt", stdout, most);
            addText(zip, "stderr.txt", stderr, most);
            zip.setLevel(Deflater.DEFAULT_COMPRESSION);
            byte[] told = (Json.writePretty(facts) + "\n").getBytes(StandardCharsets.UTF_8);
            ZipArchiveEntry entry = new ZipArchiveEntry("result.json");
            entry.setSize(told.length);
            zip.putArchiveEntry(entry);
            zip.write(told);
            zip.closeArchiveEntry();
            for (Map.Entry<String, Path> file : files.entrySet()) {
                add(zip, "files/" + file.getKey(), file.getValue());
            }
        }
    }

    private static void addText(ZipArchiveOutputStream zip, String name, Path file, ByteSize most) throws IOException {
        boolean cut = Files.size(file) > most.bytes();
        if (cut) {
            try (SeekableByteChannel out = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
                out.truncate(most.bytes());
            }
            String marker = "\n[the output went on; mutirao stopped the script at " + most + "]\n";
            Files.writeString(file, marker, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
        }
        add(zip, name, file);
    }

    private static void add(ZipArchiveOutputStream zip, String name, Path file) throws IOException {
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        entry.setSize(Files.size(file)); // told beforehand, or room is kept in an extra field for a very large size
        byte[] block = new byte[SAMPLE];
        try (InputStream in = Files.newInputStream(file)) {
            int count = in.readNBytes(block, 0, SAMPLE);
            boolean large = count == SAMPLE;
            if (large && isDense(block)) {
                entry.setMethod(ZipArchiveEntry.STORED); // packing what is packed already only takes time
            }
            zip.setLevel(large ? Deflater.BEST_SPEED : Deflater.DEFAULT_COMPRESSION);
            zip.putArchiveEntry(entry);
            while (count > 0) {
                zip.write(block, 0, count);
                count = in.readNBytes(block, 0, SAMPLE);
            }
            zip.closeArchiveEntry();
        }
    }

    private static boolean isDense(byte[] sample) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setInput(sample);
            deflater.finish();
            return deflater.deflate(new byte[sample.length * 2]) > sample.length / 10 * 9;
        } finally {
            deflater.end();
        }
    }
}
