package org.mutirao.master.results.job;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.mutirao.protocol.pack.ResultArchive;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.Told;

/**
 * The files in one result, which a worker made: a name that is not plain is passed over, and bytes are counted as they are unpacked,
 * whatever the ZIP declares. Each fault of the ZIP is a {@link Told}. For one thread.
 */
final class ResultEntries implements AutoCloseable {
    /** Where a worker puts what a script left. */
    static final String FILES = "files/";

    private static final ByteSize MAX_UNPACKED = ByteSize.gibi(16);
    /** Small files of very regular text may be packed as tightly as they like. */
    private static final long RATIO_MATTERS_FROM = 100L << 20;

    private static final int MAX_RATIO = 250;
    private static final String CSV = ".csv";

    private final ZipFile zip;

    private ResultEntries(ZipFile zip) {
        this.zip = zip;
    }

    /**
     * Opens a result.
     *
     * @throws Told when it is not there, or no ZIP that can be read
     */
    static ResultEntries open(Path zip) throws IOException {
        if (!Files.isRegularFile(zip, LinkOption.NOFOLLOW_LINKS)) {
            throw new Told(Text.of("its result is not in the folder any more"));
        }
        return new ResultEntries(ResultArchive.open(zip));
    }

    /** What the script left, by names below {@code files/}, in their order. None is a folder, and no two differ in case only. */
    List<String> files() {
        List<String> names = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        Enumeration<ZipArchiveEntry> entries = zip.getEntries();
        while (entries.hasMoreElements()) {
            ZipArchiveEntry entry = entries.nextElement();
            String name = entry.getName();
            if (!entry.isDirectory() && !entry.isUnixSymlink() && name.startsWith(FILES)) {
                String file = name.substring(FILES.length());
                if (PlainSteps.arePlain(file) && seen.add(file.toLowerCase(Locale.ROOT))) {
                    names.add(file);
                }
            }
        }
        return names;
    }

    /** Those of {@link #files} that are CSV. */
    List<String> csvFiles() {
        return files().stream().filter(ResultEntries::isCsv).toList();
    }

    static boolean isCsv(String name) {
        return name.regionMatches(true, name.length() - CSV.length(), CSV, 0, CSV.length())
                && name.length() > CSV.length()
                // A folder called so could stand in a file's way.
                && !name.toLowerCase(Locale.ROOT).contains(CSV + "/");
    }

    /** The bytes of a file; empty when there is none of that name. */
    Optional<InputStream> open(String entryName) throws IOException {
        ZipArchiveEntry entry = zip.getEntry(entryName);
        if (entry == null) {
            return Optional.empty();
        }
        if (!ResultArchive.canRead(zip, entry)) {
            throw new Told(Text.of("it is packed in a way that is not understood here"));
        }
        try {
            return Optional.of(new Counted(ResultArchive.read(zip, entry), entry.getCompressedSize()));
        } catch (IOException | RuntimeException e) {
            throw damaged(e);
        }
    }

    /** Whether a file on the disk has the bytes of one in the result. */
    boolean isSame(String entryName, Path file) throws IOException {
        ZipArchiveEntry entry = zip.getEntry(entryName);
        if (entry == null || entry.getSize() != Files.size(file)) {
            return false;
        }
        CRC32 checksum = new CRC32();
        byte[] block = new byte[64 * 1024];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(block); count >= 0; count = in.read(block)) {
                checksum.update(block, 0, count);
            }
        }
        return checksum.getValue() == entry.getCrc();
    }

    private static IOException damaged(Exception e) {
        if (Thread.currentThread().isInterrupted()) {
            InterruptedIOException interrupted =
                    new InterruptedIOException(Text.of("reading a result was interrupted"));
            interrupted.initCause(e);
            return interrupted;
        }
        return e instanceof Told told ? told : new Told(Text.of("it can't be unpacked, its ZIP is damaged"), e);
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }

    /** Ends with a sentence where a bomb begins. */
    private static final class Counted extends FilterInputStream {
        private final long packed;
        private long count;

        Counted(InputStream in, long packed) {
            super(in);
            this.packed = packed;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read;
            try {
                read = in.read(bytes, offset, length);
            } catch (IOException | RuntimeException e) {
                throw damaged(e);
            }
            count += Math.max(0, read);
            if (count > MAX_UNPACKED.bytes()) {
                throw new Told(Text.of("it unpacks to more than %s", MAX_UNPACKED));
            }
            if (count > RATIO_MATTERS_FROM && count / MAX_RATIO > packed) {
                throw new Told(Text.of("it unpacks to more than %d times its size, like a ZIP bomb", MAX_RATIO));
            }
            return read;
        }

        @Override
        public long skip(long n) throws IOException {
            throw new IOException("what is skipped would not be counted");
        }
    }
}
