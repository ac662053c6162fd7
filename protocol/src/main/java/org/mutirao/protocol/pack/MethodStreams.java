package org.mutirao.protocol.pack;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.archivers.zip.ZipMethod;
import org.mutirao.protocol.text.Text;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.XZInputStream;

/** Unpacks one file of a ZIP, with the methods that 7-Zip and others write; refuses the others by their names. */
final class MethodStreams {
    /** The dictionaries that 7-Zip makes at its highest level take so much; one at a time in this process. */
    private static final int MAX_MEMORY_KIB = 80 * 1024;

    private static final Set<ZipMethod> HEAVY =
            EnumSet.of(ZipMethod.XZ, ZipMethod.LZMA, ZipMethod.ZSTD, ZipMethod.ZSTD_DEPRECATED);

    private static final Semaphore DICTIONARY = new Semaphore(1);

    private MethodStreams() {}

    static void check(ZipFile zip, ZipArchiveEntry entry, String name) throws RefusedPackage {
        ZipMethod method = ZipMethod.getMethodByCode(entry.getMethod());
        boolean ours = method == ZipMethod.XZ || method == ZipMethod.LZMA;
        if (!ours && !isLight(zip, entry)) {
            String what = method == null || method == ZipMethod.UNKNOWN
                    ? Text.of("method %s", entry.getMethod())
                    : method.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            throw new RefusedPackage(
                    Text.of("'%s' is packed with %s, which is not understood here", EntryNames.printable(name), what),
                    Text.of("Zip the folder again with the usual method, deflate."));
        }
    }

    /** Whether the ZIP library can unpack it, and with little memory. It takes for xz what a file says that it wants, and knows zstd by name only. */
    static boolean isLight(ZipFile zip, ZipArchiveEntry entry) {
        ZipMethod method = ZipMethod.getMethodByCode(entry.getMethod());
        return method != null && !HEAVY.contains(method) && zip.canReadEntryData(entry);
    }

    static InputStream open(ZipFile zip, ZipArchiveEntry entry) throws IOException {
        ZipMethod method = ZipMethod.getMethodByCode(entry.getMethod());
        if (method != ZipMethod.XZ && method != ZipMethod.LZMA) {
            return zip.getInputStream(entry);
        }
        DICTIONARY.acquireUninterruptibly();
        try {
            InputStream packed = new BufferedInputStream(zip.getRawInputStream(entry), 64 * 1024);
            return new Dictionary(
                    method == ZipMethod.XZ ? new XZInputStream(packed, MAX_MEMORY_KIB) : lzma(packed, entry));
        } catch (IOException | RuntimeException e) {
            DICTIONARY.release();
            throw e;
        }
    }

    /** APPNOTE 5.8.8: version, length of the properties, properties, and then the bare stream. */
    private static InputStream lzma(InputStream packed, ZipArchiveEntry entry) throws IOException {
        DataInputStream header = new DataInputStream(packed);
        header.skipNBytes(2);
        int length = Short.reverseBytes(header.readShort());
        byte properties = header.readByte();
        int dictionary = Integer.reverseBytes(header.readInt());
        header.skipNBytes(Math.max(0, length - 5));
        if (LZMAInputStream.getMemoryUsage(dictionary, properties) > MAX_MEMORY_KIB) {
            throw new IOException(Text.of("its dictionary is too large"));
        }
        boolean marked = (entry.getRawFlag() & 2) != 0;
        return new LZMAInputStream(packed, marked ? -1 : entry.getSize(), properties, dictionary);
    }

    private static final class Dictionary extends FilterInputStream {
        private final AtomicBoolean open = new AtomicBoolean(true);

        Dictionary(InputStream in) {
            super(in);
        }

        @Override
        public void close() throws IOException {
            if (open.compareAndSet(true, false)) {
                DICTIONARY.release();
                super.close();
            }
        }
    }
}
