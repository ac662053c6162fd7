package org.mutirao.protocol.pack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.Told;

/**
 * Opens result ZIPs that others wrote. The ZIP library reads the whole list of contents before it can be asked anything, so a list that
 * would take long or much memory is not begun: the result is stored and delivered, but not looked into. The same holds of a file whose
 * way of packing takes much memory, as a few bytes of xz can ask for gigabytes.
 */
public final class ResultArchive {
    /** Room for 40 000 files with names of usual length. */
    static final ByteSize LARGEST_LIST = ByteSize.mebi(4);

    private ResultArchive() {}

    /**
     * Opens one to look into it.
     *
     * @throws IOException with a sentence when it is no whole ZIP, or lists too many files
     */
    public static ZipFile open(Path zip) throws IOException {
        return open(FileBytes.open(zip));
    }

    /** The same for one that was received. */
    public static ZipFile open(Payload zip) throws IOException {
        return open(FileBytes.of(zip));
    }

    private static ZipFile open(FileBytes zip) throws IOException {
        try {
            return opened(zip);
        } catch (IOException | RuntimeException | Error e) {
            zip.close();
            throw e;
        }
    }

    private static ZipFile opened(FileBytes zip) throws IOException {
        long list = DirectorySize.of(zip);
        if (list < 0) {
            throw new Told(Text.of("it is a damaged ZIP"));
        }
        if (list > LARGEST_LIST.bytes()) {
            throw new Told(Text.of(
                    "its list of files takes more than %s; it is not looked into, get the whole file instead",
                    LARGEST_LIST));
        }
        try {
            // Each file's own header is read when that file is, not one after the other all over the disk.
            return ZipFile.builder()
                    .setSeekableByteChannel(zip)
                    .setIgnoreLocalFileHeader(true)
                    .get();
        } catch (IOException | IllegalArgumentException e) {
            throw new Told(Text.of("it is a damaged ZIP"), e);
        }
    }

    /** Whether a file of it is packed in a way that is understood here, and takes little memory to unpack. */
    public static boolean canRead(ZipFile zip, ZipArchiveEntry entry) {
        return MethodStreams.isLight(zip, entry);
    }

    /**
     * The bytes of a file.
     *
     * @throws IOException with a sentence when it is not {@link #canRead}
     */
    public static InputStream read(ZipFile zip, ZipArchiveEntry entry) throws IOException {
        if (!canRead(zip, entry)) {
            throw new Told(Text.of("it has a file that can't be read"));
        }
        return zip.getInputStream(entry);
    }

    /** The first bytes of a file; empty if there is none of that name that can be read. */
    static Optional<byte[]> start(ZipFile zip, String name, int most) throws IOException {
        ZipArchiveEntry entry = zip.getEntry(name);
        if (entry == null || !canRead(zip, entry)) {
            return Optional.empty();
        }
        try (InputStream in = read(zip, entry)) {
            return Optional.of(in.readNBytes(most));
        }
    }

    /** Whether its end can be found; its contents are not looked at. */
    public static boolean looksWhole(Payload zip) throws IOException {
        try (FileBytes bytes = FileBytes.of(zip)) {
            return DirectorySize.of(bytes) >= 0;
        }
    }
}
