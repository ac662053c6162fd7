package org.mutirao.protocol.pack;

import java.io.IOException;
import java.util.Optional;

/** Finds the ZIP in a package's file before the ZIP library sees it, which reads all of the list of contents into memory. */
final class PackageBytes {
    private PackageBytes() {}

    /**
     * Finds it.
     *
     * @throws RefusedPackage when it is something else, says what; when it is not whole, or its list is too long
     */
    static ZipExtent find(FileBytes bytes) throws RefusedPackage, IOException {
        if (bytes.size() == 0) {
            throw new RefusedPackage("the file is empty", "Copy it again.");
        }
        Optional<ZipExtent> found = ZipExtent.find(bytes);
        Optional<FileKind> other = FileKind.of(bytes);
        // A script or a program may stand before a ZIP; another archive that ends in one is what it is.
        if (other.isPresent() && (found.isEmpty() || other.get().isContainer())) {
            throw refusal(other.get());
        }
        if (found.isEmpty()) {
            throw FileKind.startsLikeZip(bytes)
                    ? new RefusedPackage(
                            "it is a damaged or truncated ZIP file", "Copy it again, or zip the folder again.")
                    : new RefusedPackage("it is not a ZIP file", "Zip main.py and input.csv and drop that ZIP.");
        }
        if (found.get().directorySize() > ZipExtent.LARGEST_DIRECTORY) {
            throw new RefusedPackage(
                    "its list of files takes more than " + (ZipExtent.LARGEST_DIRECTORY >> 20) + " MiB",
                    "Put the many small files into one archive that main.py opens.");
        }
        return found.get();
    }

    /** Counts its files. */
    static Crowd count(FileBytes bytes, ZipExtent extent, PackageLimits limits) throws RefusedPackage, IOException {
        Crowd crowd = new Crowd(limits.entries());
        extent.forEachName(bytes, crowd::add);
        if (crowd.isHopeless()) {
            throw crowd.refusal();
        }
        return crowd;
    }

    static RefusedPackage refusal(FileKind kind) {
        return new RefusedPackage("it is " + kind.words() + ", not a ZIP file", kind.advice());
    }
}
