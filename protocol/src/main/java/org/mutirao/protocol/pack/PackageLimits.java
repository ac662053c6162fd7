package org.mutirao.protocol.pack;

import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;

/**
 * How much a package may become when it is unpacked. Sizes are counted while unpacking, whatever the ZIP declares.
 *
 * @param entries files and folders
 * @param depth folders within folders
 * @param unpacked all files together
 * @param ratio unpacked to packed size; applies to packages that unpack to more than {@link #RATIO_MATTERS_FROM}
 * @param along files beyond that in {@code parts/} and {@code after/}, where a master puts the results that come along with a task
 */
public record PackageLimits(int entries, int depth, ByteSize unpacked, int ratio, int along) {
    /** Small packages of very regular text may be packed as tightly as they like. */
    static final long RATIO_MATTERS_FROM = 100L << 20;
    /** A list of so many is read in less heap than a small worker has. */
    private static final int MAX_ALONG = 50_000;
    /** Each result has what its script printed, and its errors. */
    private static final int LEAST_FILES_OF_A_RESULT = 2;

    public static PackageLimits defaults() {
        return new PackageLimits(10_000, 32, ByteSize.gibi(16), 250, 0);
    }

    public PackageLimits withUnpacked(ByteSize most) {
        return new PackageLimits(entries, depth, most, ratio, along);
    }

    /** The same for who runs tasks, and so gets results along with some of them. */
    public PackageLimits withResultsAlong() {
        return new PackageLimits(entries, depth, unpacked, ratio, MAX_ALONG);
    }

    /** Of more tasks than that, the results certainly have too many files for one merge task. */
    public static int maxMerged() {
        return MAX_ALONG / LEAST_FILES_OF_A_RESULT;
    }

    void checkTotal(long unpackedBytes, long packedBytes) throws RefusedPackage {
        if (unpackedBytes > unpacked.bytes()) {
            throw new RefusedPackage(
                    Text.of("it unpacks to more than %s", unpacked),
                    Text.of("Make the package smaller, or start master and workers with a larger --max-unpacked."));
        }
        if (unpackedBytes > RATIO_MATTERS_FROM && unpackedBytes / ratio > packedBytes) {
            throw new RefusedPackage(
                    Text.of("it unpacks to more than %s times its size, like a ZIP bomb", ratio),
                    Text.of("If the data is meant to be so regular, let main.py generate it."));
        }
    }
}
