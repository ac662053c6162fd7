package org.mutirao.worker.outbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.pack.ResultArchive;
import org.mutirao.protocol.text.Text;

/** A result that a master of ours refused, without its files and with the end of what the script printed. */
final class SmallerResult {
    private static final int MAX_TEXT = 256 * 1024;
    private static final int MAX_FACTS = 4 << 20;
    /** As the worker's own lists have it, which programs read. */
    private static final String ALL_FILES = "all files";

    private static final String PARTLY = "packed_partly";

    private SmallerResult() {}

    /**
     * Makes it, in memory.
     *
     * @param why the master's words
     * @param place where a person finds the whole
     * @return empty when it would not be much smaller
     */
    static Optional<byte[]> of(Payload result, String why, String place) throws IOException {
        SeekableInMemoryByteChannel memory = new SeekableInMemoryByteChannel();
        try (ZipFile whole = ResultArchive.open(result);
                ZipArchiveOutputStream zip = new ZipArchiveOutputStream(memory)) {
            put(zip, "stdout.txt", tail(whole, "stdout.txt"));
            put(zip, "stderr.txt", tail(whole, "stderr.txt"));
            Map<String, Object> facts = facts(whole);
            facts.put(PARTLY, true);
            facts.put("not_packed", List.of(Map.of("file", ALL_FILES, "why", Text.of("the master says %s", why))));
            facts.put("whole_result", place);
            put(zip, "result.json", (Json.writePretty(facts) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        boolean smaller = memory.size() < result.blob().size() / 4 * 3;
        return smaller ? Optional.of(Arrays.copyOf(memory.array(), (int) memory.size())) : Optional.empty();
    }

    private static Map<String, Object> facts(ZipFile whole) throws IOException {
        ZipArchiveEntry entry = whole.getEntry("result.json");
        if (entry == null) {
            return new LinkedHashMap<>();
        }
        try (InputStream in = whole.getInputStream(entry)) {
            return new LinkedHashMap<>(Json.readMap(in.readNBytes(MAX_FACTS)));
        }
    }

    private static byte[] tail(ZipFile whole, String name) throws IOException {
        ZipArchiveEntry entry = whole.getEntry(name);
        if (entry == null) {
            return new byte[0];
        }
        long before = Math.max(0, entry.getSize() - MAX_TEXT);
        try (InputStream in = whole.getInputStream(entry)) {
            in.skipNBytes(before);
            byte[] end = in.readNBytes(MAX_TEXT);
            if (before == 0) {
                return end;
            }
            byte[] marker = Text.of("[mutirao: the first %s bytes are left out]\n", before)
                    .getBytes(StandardCharsets.UTF_8);
            byte[] both = Arrays.copyOf(marker, marker.length + end.length);
            System.arraycopy(end, 0, both, marker.length, end.length);
            return both;
        }
    }

    private static void put(ZipArchiveOutputStream zip, String name, byte[] text) throws IOException {
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        entry.setSize(text.length);
        zip.putArchiveEntry(entry);
        zip.write(text);
        zip.closeArchiveEntry();
    }
}
