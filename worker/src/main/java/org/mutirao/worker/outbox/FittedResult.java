package org.mutirao.worker.outbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.pack.ResultArchive;
import org.mutirao.protocol.text.Text;

/**
 * As much of a result as a master of another group can read. What such a master expects is {@code stdout.txt} and {@code
 * stderr.txt}; of what the script printed the beginning is kept, of its errors the end, where Python says what went wrong.
 */
final class FittedResult {
    /** More text than this is never tried: no master with a limit could read it. */
    private static final int MAX_TEXT = 4 << 20;

    private static final String STDOUT = "stdout.txt";
    private static final String STDERR = "stderr.txt";

    private final Payload payload;
    private final boolean whole;

    private FittedResult(Payload payload, boolean whole) {
        this.payload = payload;
        this.whole = whole;
    }

    /**
     * Makes it.
     *
     * @param limit how many bytes of JSON the master reads
     * @param place where a person finds the whole, for the line that says that something was cut
     * @throws IOException when not even an empty result would fit, because the task's name is so long
     */
    static FittedResult of(PendingResult pending, Dialect dialect, int limit, String place) throws IOException {
        Printed stdout;
        Printed stderr;
        try (ZipFile zip = ResultArchive.open(pending.result())) {
            List<ZipArchiveEntry> entries = Collections.list(zip.getEntries());
            boolean hasFiles =
                    entries.stream().anyMatch(entry -> entry.getName().startsWith("files/"));
            if (hasFiles && fits(pending, dialect, pending.result().blob().size(), limit)) {
                return new FittedResult(pending.result(), true);
            }
            stdout = Printed.read(zip, STDOUT);
            stderr = Printed.read(zip, STDERR);
            byte[] texts = pack(stdout.bytes, stderr.bytes);
            if (stdout.isComplete() && stderr.isComplete() && fits(pending, dialect, texts.length, limit)) {
                return ofBytes(texts, !hasFiles);
            }
        }
        return ofBytes(cut(pending, dialect, limit, place, stdout, stderr), false);
    }

    /** Looks for the most that still fits; packing is so fast for these sizes that trying beats calculating. */
    private static byte[] cut(
            PendingResult pending, Dialect dialect, int limit, String place, Printed stdout, Printed stderr)
            throws IOException {
        Optional<byte[]> best = Optional.empty();
        int least = 0;
        int most = Math.max(stdout.bytes.length, stderr.bytes.length);
        while (least <= most) {
            int keep = (least + most) >>> 1;
            byte[] tried = pack(stdout.head(keep, place), stderr.tail(keep, place));
            if (fits(pending, dialect, tried.length, limit)) {
                best = Optional.of(tried);
                least = keep + 1;
            } else {
                most = keep - 1;
            }
        }
        return best.orElseThrow(
                () -> new IOException(Text.of("nothing fits into the %s bytes that the master reads", limit)));
    }

    private static boolean fits(PendingResult pending, Dialect dialect, long zipBytes, int limit) {
        Payload some =
                Payload.inMemory(new byte[0], new Blob(pending.result().blob().hash(), zipBytes));
        return dialect.write(pending.messageWith(some)).length() <= limit;
    }

    private static FittedResult ofBytes(byte[] zip, boolean whole) {
        return new FittedResult(Payload.inMemory(zip, new Blob(Sha256.of(zip), zip.length)), whole);
    }

    private static byte[] pack(byte[] stdout, byte[] stderr) throws IOException {
        SeekableInMemoryByteChannel memory = new SeekableInMemoryByteChannel();
        ZipArchiveOutputStream zip = new ZipArchiveOutputStream(memory);
        zip.setLevel(Deflater.BEST_COMPRESSION);
        put(zip, STDOUT, stdout);
        put(zip, STDERR, stderr);
        zip.finish();
        return Arrays.copyOf(memory.array(), (int) memory.size());
    }

    private static void put(ZipArchiveOutputStream zip, String name, byte[] text) throws IOException {
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        entry.setSize(text.length); // told beforehand, or room is kept in an extra field for a very large size
        if (text.length < 64) {
            entry.setMethod(ZipArchiveEntry.STORED); // deflating would make it longer
        }
        zip.putArchiveEntry(entry);
        zip.write(text);
        zip.closeArchiveEntry();
    }

    /**
     * One of the two texts.
     *
     * @param bytes its start, the whole of it unless it is very long
     * @param size of the whole
     */
    private record Printed(byte[] bytes, long size) {
        static Printed read(ZipFile zip, String name) throws IOException {
            ZipArchiveEntry entry = zip.getEntry(name);
            if (entry == null) {
                return new Printed(new byte[0], 0);
            }
            try (InputStream in = zip.getInputStream(entry)) {
                return new Printed(in.readNBytes(MAX_TEXT), entry.getSize());
            }
        }

        boolean isComplete() {
            return bytes.length == size;
        }

        byte[] head(int keep, String place) {
            if (keep >= bytes.length && isComplete()) {
                return bytes;
            }
            int end = Math.min(keep, bytes.length);
            while (end > 0 && end < bytes.length && isInsideCharacter(bytes[end])) {
                end--;
            }
            return join(Arrays.copyOf(bytes, end), ("\n" + marker(end, place)).getBytes(StandardCharsets.UTF_8));
        }

        byte[] tail(int keep, String place) {
            if (keep >= bytes.length && isComplete()) {
                return bytes;
            }
            int start = Math.max(0, bytes.length - keep);
            while (start < bytes.length && isInsideCharacter(bytes[start])) {
                start++;
            }
            byte[] end = Arrays.copyOfRange(bytes, start, bytes.length);
            return join(marker(end.length, place).getBytes(StandardCharsets.UTF_8), end);
        }

        private String marker(int kept, String place) {
            return Text.of("[cut by mutirao: %s of %s bytes; the rest is in %s]\n", kept, size, place);
        }

        private static boolean isInsideCharacter(byte each) {
            return (each & 0xC0) == 0x80;
        }

        private static byte[] join(byte[] first, byte[] second) {
            byte[] both = Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, both, first.length, second.length);
            return both;
        }
    }

    Payload payload() {
        return payload;
    }

    /** Whether nothing was left out that the script printed or made. */
    boolean isWhole() {
        return whole;
    }
}
