package org.mutirao.protocol.pack;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * How many bytes a ZIP's list of contents takes (APPNOTE 4.3.12 to 4.3.16). The ZIP library reads that whole list into memory
 * before anybody can count its entries, so a list too long must be found first.
 *
 * <pre>
 *   … files … | list of contents | [zip64 end | zip64 locator] | end record, comment
 *             ^ offset                                          ^ found from the file's end
 * </pre>
 */
final class DirectorySize {
    private static final int END = 0x06054b50;
    private static final int END_LENGTH = 22;
    private static final int LOCATOR = 0x07064b50;
    private static final int LOCATOR_LENGTH = 20;
    private static final int ZIP64_END_LENGTH = 56;
    private static final int MAX_COMMENT = 0xffff;
    private static final long UNSIGNED = 0xffffffffL;

    private DirectorySize() {}

    /** In bytes; -1 when there is no end record, so that this is no whole ZIP. */
    static long of(FileBytes bytes) throws IOException {
        long size = bytes.size();
        int tailLength = (int) Math.min(size, LOCATOR_LENGTH + END_LENGTH + MAX_COMMENT);
        long tailStart = size - tailLength;
        ByteBuffer tail = bytes.read(tailStart, tailLength);
        for (int at = tailLength - END_LENGTH; at >= 0; at--) {
            if (tail.getInt(at) == END) {
                return tailStart + at - start(bytes, tail, tailStart, at);
            }
        }
        return -1;
    }

    /** Where the library will begin to read: what it finds in a zip64 record counts, whatever the end record says. */
    private static long start(FileBytes bytes, ByteBuffer tail, long tailStart, int end) throws IOException {
        int locator = end - LOCATOR_LENGTH;
        if (locator >= 0 && tail.getInt(locator) == LOCATOR) {
            long zip64End = tail.getLong(locator + 8);
            boolean inFile = zip64End >= 0 && zip64End <= bytes.size() - ZIP64_END_LENGTH;
            long offset = inFile ? bytes.read(zip64End, ZIP64_END_LENGTH).getLong(48) : -1;
            return offset >= 0 ? offset : Long.MAX_VALUE; // no whole ZIP
        }
        long offset = tail.getInt(end + 16) & UNSIGNED;
        long length = tail.getInt(end + 12) & UNSIGNED;
        return Math.max(offset, tailStart + end - length); // other bytes may stand before the ZIP
    }
}
