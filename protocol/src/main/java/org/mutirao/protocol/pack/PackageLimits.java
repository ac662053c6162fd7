package org.mutirao.protocol.pack;

import org.mutirao.protocol.units.ByteSize;

/**
 * How much a package may become when it is unpacked. Sizes are counted while unpacking, whatever the ZIP declares.
 *
 * @param entries files and folders
 * @param depth folders within folders
 * @param unpacked all files together
 * @param ratio unpacked to packed size; applies to packages that unpack to more than {@link #RATIO_MATTERS_FROM}
 */
public record PackageLimits(int entries, int depth, ByteSize unpacked, int ratio) {
    /** Small packages of very regular text may be packed as tightly as they like. */
    static final long RATIO_MATTERS_FROM = 100L << 20;

    public static PackageLimits defaults() {
        return new PackageLimits(10_000, 32, ByteSize.gibi(16), 250);
    }

    public PackageLimits withUnpacked(ByteSize most) {
        return new PackageLimits(entries, depth, most, ratio);
    }

    void checkTotal(long unpackedBytes, long packedBytes) throws RefusedPackage {
        if (unpackedBytes > unpacked.bytes()) {
            throw new RefusedPackage(
                    "it unpacks to more than " + unpacked,
                    "Make the package smaller, or start master and workers with a larger --max-unpacked.");
        }
        if (unpackedBytes > RATIO_MATTERS_FROM && unpackedBytes / ratio > packedBytes) {
            throw new RefusedPackage(
                    "it unpacks to more than " + ratio + " times its size, like a ZIP bomb",
                    "If the data is meant to be so regular, let main.py generate it.");
        }
    }
}
