package org.mutirao.protocol.pack;

import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;

/**
 * A file or a folder of a package.
 *
 * @param name below the folder that holds main.py; that of a folder ends in {@code /}
 */
record PackedFile(ZipArchiveEntry entry, String name) {
    private static final int UNIX = 3;
    private static final int MACOS = 19;
    private static final int EXECUTE = 0111;
    /** The bits that belong to the method (APPNOTE 4.4.4). */
    private static final int METHOD_OPTIONS = 0b110;

    private static final int SMALL_BLOCK = 4 * 1024;
    private static final int WHOLE_BLOCK = 64 * 1024;

    boolean isFolder() {
        return name.endsWith("/");
    }

    /** To read it with. Most files are small, and may still be larger than the ZIP says. */
    byte[] block() {
        return new byte[(int) Math.max(SMALL_BLOCK, Math.min(WHOLE_BLOCK, entry.getSize()))];
    }

    /** The execute bits that a Unix program wrote: owner 0100, group 0010, others 0001. */
    int executeBits() {
        boolean unix = entry.getPlatform() == UNIX || entry.getPlatform() == MACOS;
        return unix ? entry.getUnixMode() & EXECUTE : 0;
    }

    /** How it stands in another ZIP, under another name. */
    RawZip.Head head(String newName) {
        return new RawZip.Head(
                newName,
                entry.getMethod(),
                entry.getRawFlag() & METHOD_OPTIONS,
                (int) entry.getCrc(),
                entry.getCompressedSize(),
                entry.getSize(),
                executeBits());
    }
}
