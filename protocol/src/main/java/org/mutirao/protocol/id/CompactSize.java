package org.mutirao.protocol.id;

/**
 * How small a package gets for programs of other groups, most of which read a message of a few kilobytes and no more.
 *
 * @param bytes of the ZIP; {@link Long#MAX_VALUE} when it is too large to be measured, half of it when it was not measured yet; negative when
 *     only our own workers run it rightly
 */
public record CompactSize(long bytes) {
    /** The task needs what only our own workers know. */
    public static final CompactSize OURS_ONLY = new CompactSize(-1);
    /** For whoever reads packages of any size. */
    public static final CompactSize LARGE = new CompactSize(Long.MAX_VALUE);

    /** Nobody asked yet. Earlier versions take it for larger than any program with a limit can read. */
    public static final CompactSize UNMEASURED = new CompactSize(Long.MAX_VALUE / 2);

    /** Nearly all tasks have one of two, which they share. */
    public static CompactSize of(long bytes) {
        if (bytes == UNMEASURED.bytes) {
            return UNMEASURED;
        }
        return bytes == OURS_ONLY.bytes ? OURS_ONLY : new CompactSize(bytes);
    }

    public boolean suitsStrangers() {
        return bytes >= 0;
    }

    public boolean isMeasured() {
        return suitsStrangers() && bytes < UNMEASURED.bytes;
    }
}
