package org.mutirao.protocol.pack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where in a file the ZIP lies (APPNOTE 4.3). It is found only when it is whole: its end record reaches the file's end, its list of
 * contents stands right before that, and each listed file begins where the list says.
 *
 * <pre>
 *   [bytes before] | local header, data … | list of contents | [zip64 end, zip64 locator] | end record, comment | [zeros]
 *                  ^ base                 ^ directory                                      ^ end
 * </pre>
 *
 * <p>A ZIP that is still being copied may end in a whole ZIP, if it stores one. What stands before that one gives it away: local
 * headers, which a program put before a ZIP (a self-extractor, a zipapp) does not have.
 *
 * @param base all positions in the ZIP count from here
 * @param directory first byte of the list of contents
 * @param directoryEnd first byte behind it
 * @param end first byte behind the fixed part of the end record
 */
record ZipExtent(long base, long directory, long directoryEnd, long end) {
    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int SIGNATURE = 0x05054b50;
    private static final int END = 0x06054b50;
    private static final int END_LENGTH = 22;
    private static final int LOCATOR = 0x07064b50;
    private static final int LOCATOR_LENGTH = 20;
    private static final int ZIP64_END = 0x06064b50;
    private static final int ZIP64_END_LENGTH = 56;
    private static final int CENTRAL_LENGTH = 46;
    private static final int LOCAL_LENGTH = 30;
    private static final int MAX_COMMENT = 0xffff;
    private static final long IN_ZIP64 = 0xffffffffL;
    private static final int COUNT_IN_ZIP64 = 0xffff;
    private static final int HIGHEST_METHOD = 99;
    private static final int HIGHEST_VERSION = 90;
    /** No program put before a ZIP is larger. */
    private static final long LARGEST_STUB = 16L << 20;
    /** A list longer than this is refused before anybody looks at each file: 100 000 names of 255 bytes, and what else stands there. */
    static final long LARGEST_DIRECTORY = 40L << 20;

    private static final long LARGEST_PADDING = 16L << 20;
    private static final int BLOCK = 64 * 1024;

    private record Totals(long count, long size, long offset) {}

    /** Finds it; empty when the file does not end in a whole ZIP, so that it may still be growing. */
    static Optional<ZipExtent> find(FileBytes file) throws IOException {
        long used = usedSize(file);
        long tailStart = Math.max(0, used - END_LENGTH - MAX_COMMENT);
        int tailLength = (int) (Math.min(file.size(), used + END_LENGTH) - tailStart);
        ByteBuffer tail = file.read(tailStart, tailLength);
        for (int at = tailLength - END_LENGTH; at >= 0; at--) {
            if (tail.getInt(at) == END) {
                long end = tailStart + at + END_LENGTH;
                long afterComment = end + (tail.getShort(at + 20) & 0xffff);
                if (afterComment >= used && afterComment <= file.size()) {
                    Optional<ZipExtent> found =
                            at(file, tail.slice(at, END_LENGTH).order(tail.order()), end);
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** Without the zeros at the end, with which some systems fill up. */
    private static long usedSize(FileBytes file) throws IOException {
        long end = file.size();
        long first = Math.max(0, end - LARGEST_PADDING);
        while (end > first) {
            int length = (int) Math.min(BLOCK, end - first);
            ByteBuffer block = file.read(end - length, length);
            for (int at = length - 1; at >= 0; at--) {
                if (block.get(at) != 0) {
                    return end - length + at + 1;
                }
            }
            end -= length;
        }
        return end;
    }

    private static Optional<ZipExtent> at(FileBytes file, ByteBuffer record, long end) throws IOException {
        long recordAt = end - END_LENGTH;
        Totals totals = new Totals(
                record.getShort(10) & COUNT_IN_ZIP64, record.getInt(12) & IN_ZIP64, record.getInt(16) & IN_ZIP64);
        long directoryEnd = recordAt;
        long locatorAt = recordAt - LOCATOR_LENGTH;
        if (locatorAt >= 0 && file.read(locatorAt, 4).getInt(0) == LOCATOR) {
            Optional<Long> found = zip64End(file, locatorAt);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            directoryEnd = found.get();
            ByteBuffer zip64 = file.read(directoryEnd, ZIP64_END_LENGTH);
            Totals large = new Totals(zip64.getLong(32), zip64.getLong(40), zip64.getLong(48));
            if (!agree(totals, large)) {
                return Optional.empty(); // two programs would read two different ZIPs
            }
            totals = large;
        }
        long directory = directoryEnd - totals.size();
        long base = directory - totals.offset();
        if (totals.size() < 0 || totals.offset() < 0 || directory < 0 || base < 0) {
            return Optional.empty();
        }
        ZipExtent extent = new ZipExtent(base, directory, directoryEnd, end);
        return extent.fits(file, totals.count()) && extent.beginsCleanly(file) ? Optional.of(extent) : Optional.empty();
    }

    private static Optional<Long> zip64End(FileBytes file, long locatorAt) throws IOException {
        long told = file.read(locatorAt, LOCATOR_LENGTH).getLong(8);
        for (long at : new long[] {told, locatorAt - ZIP64_END_LENGTH}) {
            boolean inFile = at >= 0 && at <= locatorAt - ZIP64_END_LENGTH;
            if (inFile && file.read(at, 4).getInt(0) == ZIP64_END) {
                return Optional.of(at);
            }
        }
        return Optional.empty();
    }

    private static boolean agree(Totals small, Totals large) {
        return (small.count() == COUNT_IN_ZIP64 || small.count() == large.count())
                && (small.size() == IN_ZIP64 || small.size() == large.size())
                && (small.offset() == IN_ZIP64 || small.offset() == large.offset());
    }

    long directorySize() {
        return directoryEnd - directory;
    }

    /** Whether the list ends where it should, lists as many files as was told, and each begins with a local header. */
    private boolean fits(FileBytes file, long told) throws IOException {
        if (directorySize() > LARGEST_DIRECTORY) {
            return true;
        }
        ByteBuffer list = file.read(directory, (int) directorySize());
        long count = 0;
        int at = 0;
        while (at + CENTRAL_LENGTH <= list.limit() && list.getInt(at) == CENTRAL) {
            int next = nextRecord(list, at);
            if (next > list.limit()) {
                return false;
            }
            long local = base + localOffset(list, at);
            if (local < base
                    || local > directory - LOCAL_LENGTH
                    || file.read(local, 4).getInt(0) != LOCAL) {
                return false;
            }
            count++;
            at = next;
        }
        boolean signed = at + 6 <= list.limit() && list.getInt(at) == SIGNATURE;
        return (at == list.limit() || signed) && (count & COUNT_IN_ZIP64) == (told & COUNT_IN_ZIP64);
    }

    private static int nextRecord(ByteBuffer list, int at) {
        return at
                + CENTRAL_LENGTH
                + (list.getShort(at + 28) & 0xffff)
                + (list.getShort(at + 30) & 0xffff)
                + (list.getShort(at + 32) & 0xffff);
    }

    /** In the record itself, or in its zip64 extra field behind the sizes that stand there too. */
    private static long localOffset(ByteBuffer list, int at) {
        long offset = list.getInt(at + 42) & IN_ZIP64;
        if (offset != IN_ZIP64) {
            return offset;
        }
        int skip = ((list.getInt(at + 24) & IN_ZIP64) == IN_ZIP64 ? 8 : 0)
                + ((list.getInt(at + 20) & IN_ZIP64) == IN_ZIP64 ? 8 : 0);
        int extra = at + CENTRAL_LENGTH + (list.getShort(at + 28) & 0xffff);
        int extraEnd = extra + (list.getShort(at + 30) & 0xffff);
        while (extra + 4 <= extraEnd) {
            int length = list.getShort(extra + 2) & 0xffff;
            if (list.getShort(extra) == 1 && skip + 8 <= length && extra + 4 + skip + 8 <= list.limit()) {
                return list.getLong(extra + 4 + skip);
            }
            extra += 4 + length;
        }
        return -1;
    }

    /** Whether what stands before the ZIP is no part of another one around it. */
    private boolean beginsCleanly(FileBytes file) throws IOException {
        if (base == 0) {
            return true;
        }
        if (base > LARGEST_STUB) {
            return false;
        }
        ByteBuffer before = file.read(0, (int) base);
        for (int at = 0; at + LOCAL_LENGTH <= base; at++) {
            if (before.get(at) == 'P' && before.getInt(at) == LOCAL && isLocalHeader(before, at)) {
                return false;
            }
        }
        return true;
    }

    /** The four bytes alone may stand in any program that unpacks ZIPs. */
    private static boolean isLocalHeader(ByteBuffer bytes, int at) {
        int nameLength = bytes.getShort(at + 26) & 0xffff;
        int version = bytes.getShort(at + 4) & 0xff;
        int method = bytes.getShort(at + 8) & 0xffff;
        return nameLength > 0 && version <= HIGHEST_VERSION && method <= HIGHEST_METHOD;
    }

    /** Gives each listed name, as bytes read as Latin-1. */
    void forEachName(FileBytes file, Consumer<String> names) throws IOException {
        ByteBuffer list = file.read(directory, (int) directorySize());
        for (int at = 0; at + CENTRAL_LENGTH <= list.limit() && list.getInt(at) == CENTRAL; at = nextRecord(list, at)) {
            int length = list.getShort(at + 28) & 0xffff;
            byte[] name = new byte[Math.min(length, list.limit() - at - CENTRAL_LENGTH)];
            list.get(at + CENTRAL_LENGTH, name);
            names.accept(new String(name, StandardCharsets.ISO_8859_1));
        }
    }
}
