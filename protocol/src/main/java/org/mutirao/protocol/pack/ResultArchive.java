package org.mutirao.protocol.pack;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.Told;

/**
 * Opens result ZIPs that others wrote. The ZIP library reads the whole list of contents before it can be asked anything, so a list that
 * would take long or much memory is not begun: the result is stored and delivered, but not looked into.
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

    /** Whether its end can be found; its contents are not looked at. */
    public static boolean looksWhole(Payload zip) throws IOException {
        try (FileBytes bytes = FileBytes.of(zip)) {
            return DirectorySize.of(bytes) >= 0;
        }
    }
}
