package org.mutirao.group.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers outside the log how far the log was, so that a start notices when acknowledged entries are gone. It names only entries that
 * are applied, and these are durable before; so it is never ahead of the log. After a kill it lags by no more than the log's writer
 * was about to do; after a power cut it may lag by a second. Safe for any thread.
 *
 * <pre>
 *   high-water =  two records, at bytes 0 and 512, written in turn:  grid index checksum
 * </pre>
 */
final class HighWaterMark implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HighWaterMark.class);
    private static final int SECOND = 512;
    private static final Pattern RECORD = Pattern.compile("(([0-9a-f-]{36}) (\\d{19})) ([0-9a-f]{8})\n");
    private static final int DIGITS = 19;
    private static final int LENGTH = 36 + 1 + DIGITS + 1 + 8 + 1;

    private final FileChannel file;
    private final String name;
    private long noted = -1;
    private long marked = -1;
    private long forced = -1;
    private boolean second;
    private boolean failing;

    private HighWaterMark(FileChannel file, GridId grid) {
        this.file = file;
        this.name = grid + " ";
    }

    static Path fileFor(NodeConfig nodeConfig) {
        return nodeConfig.folder().resolveSibling("high-water");
    }

    /**
     * The last entry that was known to be durable; -1 when that was never noted.
     *
     * @throws IOException with a sentence when the file is of another grid
     */
    static long read(Path path, GridId grid) throws IOException {
        if (!Files.exists(path)) {
            return -1;
        }
        byte[] bytes = OwnFiles.read(path);
        long highest = -1;
        boolean any = false;
        for (int at = 0; at <= SECOND && at + LENGTH <= bytes.length; at += SECOND) {
            Matcher record = RECORD.matcher(new String(bytes, at, LENGTH, StandardCharsets.ISO_8859_1));
            if (record.matches() && record.group(4).equals(checksum(record.group(1)))) {
                if (!record.group(2).equals(grid.toString())) {
                    throw new IOException(Text.of(
                            "%s was written for the grid %s, but data/grid names %s. One of the two files was exchanged or damaged.",
                            path, record.group(2), grid));
                }
                any = true;
                highest = Math.max(highest, Long.parseLong(record.group(3)));
            }
        }
        if (!any) {
            log.warn("{} is damaged or empty and is begun anew; the log itself is checked without it", path);
        }
        return highest;
    }

    static HighWaterMark open(Path path, GridId grid) throws IOException {
        return new HighWaterMark(FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE), grid);
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    /** All entries up to this one are durable. Written by the next {@link #write}. */
    synchronized void note(long index) {
        noted = Math.max(noted, index);
    }

    /** Writes what was noted, and does not wait for the disk. */
    synchronized void write() {
        if (noted <= marked || !file.isOpen()) {
            return;
        }
        String digits = Long.toString(noted);
        String text = name + "0".repeat(DIGITS - digits.length()) + digits;
        try {
            ByteBuffer record =
                    ByteBuffer.wrap((text + " " + checksum(text) + "\n").getBytes(StandardCharsets.ISO_8859_1));
            file.write(record, second ? SECOND : 0);
            second = !second;
            marked = noted;
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                log.warn("How far the log is can't be noted now ({}); it goes on without", e.toString());
                failing = true;
            }
        }
    }

    /** Brings what was noted to the disk. */
    synchronized void force() {
        write();
        if (marked > forced && file.isOpen()) {
            try {
                file.force(false);
                forced = marked;
            } catch (IOException e) {
                log.debug("The high-water mark can't be forced to disk now", e);
            }
        }
    }

    @Override
    public synchronized void close() {
        force();
        try {
            file.close();
        } catch (IOException e) {
            log.debug("The high-water mark can't be closed", e);
        }
    }
}
