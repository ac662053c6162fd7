package org.mutirao.worker.run;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;

/**
 * Writes a result ZIP: {@code stdout.txt}, {@code stderr.txt}, {@code files/…} and {@code result.json}. No data descriptors and
 * no extra fields, since some masters read it with a single call of a few kilobytes. A file that can't be read is told of in {@code
 * result.json}; only what goes wrong with the ZIP itself is thrown.
 */
final class ResultFile implements AutoCloseable {
    private static final int SAMPLE = 64 * 1024;
    private static final Set<OpenOption> PLAINLY = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private final ZipArchiveOutputStream zip;

    ResultFile(SeekableByteChannel target) throws IOException {
        zip = new ZipArchiveOutputStream(target);
    }

    /** What a script printed; {@code most} of it, and then a line that says so. */
    void addPrinted(String name, Captured printed, ByteSize most) throws IOException {
        long size = printed.size();
        if (size <= most.bytes()) {
            add(name, printed.head(size), size);
            return;
        }
        byte[] marker = Text.of("\n[the output went on; mutirao stopped the script at %s]\n", most)
                .getBytes(StandardCharsets.UTF_8);
        InputStream both = new SequenceInputStream(printed.head(most.bytes()), new ByteArrayInputStream(marker));
        add(name, both, most.bytes() + marker.length);
    }

    void addText(String name, byte[] text) throws IOException {
        add(name, new ByteArrayInputStream(text), text.length);
    }

    /** Written last, because it tells of what could not be written. */
    void addFacts(Map<String, Object> facts, PackingReport report) throws IOException {
        report.putInto(facts);
        addText("result.json", (Json.writePretty(facts) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The script's files, by their names.
     *
     * @param timeIsUp asked before each block; true leaves the rest out
     * @throws InterruptedException when the thread is interrupted
     */
    void addFiles(SortedMap<String, Path> files, PackingReport report, BooleanSupplier timeIsUp)
            throws IOException, InterruptedException {
        for (Map.Entry<String, Path> file : files.entrySet()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            if (timeIsUp.getAsBoolean()) {
                report.leftOut(file.getKey(), Text.of("packing took too long"));
            } else if (file.getKey().endsWith("/")) {
                zip.putArchiveEntry(new ZipArchiveEntry("files/" + file.getKey()));
                zip.closeArchiveEntry();
            } else {
                addFile(file.getKey(), file.getValue(), report, timeIsUp);
            }
        }
    }

    private void addFile(String name, Path file, PackingReport report, BooleanSupplier timeIsUp)
            throws IOException, InterruptedException {
        SeekableByteChannel channel;
        long size;
        try {
            // Once more: a pipe in its place would be waited at for ever.
            if (!Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isRegularFile()) {
                report.leftOut(name, Text.of("it is no longer a file"));
                return;
            }
            channel = Files.newByteChannel(file, PLAINLY);
            size = channel.size();
        } catch (IOException | RuntimeException e) {
            stopIfInterrupted();
            report.leftOut(name, PackingReport.reason(e));
            return;
        }
        try (Start in = new Start(channel, size, timeIsUp)) {
            add("files/" + name, in, size);
            stopIfInterrupted();
            if (in.failed) {
                report.leftOut(name, Text.of("only its first %s bytes could be read", in.count));
            } else if (in.outOfTime) {
                report.leftOut(name, Text.of("packing took too long; only its first %s bytes are here", in.count));
            } else if (in.count < size) {
                report.leftOut(name, Text.of("it shrank while it was being packed"));
            } else if (in.size() > size) {
                report.leftOut(name, Text.of("it grew while it was being packed; its first %s bytes are here", size));
            }
        }
    }

    private static void stopIfInterrupted() throws InterruptedException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedException();
        }
    }

    /** The start of a file, whatever becomes of it meanwhile. Ends early rather than throw: what fails to be written must be told apart. */
    private static final class Start extends InputStream {
        private final SeekableByteChannel channel;
        private final InputStream in;
        private final long most;
        private final BooleanSupplier timeIsUp;
        private long count;
        private boolean failed;
        private boolean outOfTime;

        Start(SeekableByteChannel channel, long most, BooleanSupplier timeIsUp) {
            this.channel = channel;
            this.in = Channels.newInputStream(channel);
            this.most = most;
            this.timeIsUp = timeIsUp;
        }

        long size() {
            try {
                return channel.size();
            } catch (IOException e) {
                return count;
            }
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            int wanted = (int) Math.min(length, most - count);
            outOfTime = outOfTime || (wanted > 0 && timeIsUp.getAsBoolean());
            if (wanted <= 0 || failed || outOfTime) {
                return -1;
            }
            try {
                int read = in.read(bytes, offset, wanted);
                count += Math.max(0, read);
                return read;
            } catch (IOException e) {
                failed = true;
                return -1;
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                failed = true; // it was read from only; nothing to save
            }
        }
    }

    private void add(String name, InputStream in, long size) throws IOException {
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        entry.setSize(size); // told beforehand, or room is kept in an extra field for a very large size
        byte[] block = new byte[(int) Math.max(1, Math.min(SAMPLE, size))];
        int count = in.readNBytes(block, 0, block.length);
        boolean large = count == SAMPLE;
        if (large && isDense(block)) {
            entry.setMethod(ZipArchiveEntry.STORED); // packing what is packed already only takes time
        }
        zip.setLevel(large ? Deflater.BEST_SPEED : Deflater.DEFAULT_COMPRESSION);
        zip.putArchiveEntry(entry);
        while (count > 0) {
            zip.write(block, 0, count);
            count = in.readNBytes(block, 0, block.length);
        }
        zip.closeArchiveEntry();
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

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
