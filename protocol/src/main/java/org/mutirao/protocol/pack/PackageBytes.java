package org.mutirao.protocol.pack;

import java.io.IOException;
import java.util.Optional;

/** Finds the ZIP in a package's file before the ZIP library sees it, which reads all of the list of contents into memory. */
final class PackageBytes {
    private PackageBytes() {}

    /**
     * Finds it.
     *
     * @throws RefusedPackage when it is something else, says what; when it is not whole, or lists too many files
     */
    static ZipExtent find(FileBytes bytes, PackageLimits limits) throws RefusedPackage, IOException {
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
                    "its list of files takes more than 16 MiB",
                    "Put the many small files into one archive that main.py opens.");
        }
        Crowd crowd = new Crowd(limits.entries());
        found.get().forEachName(bytes, crowd::add);
        crowd.check();
        return found.get();
    }

    static RefusedPackage refusal(FileKind kind) {
        return new RefusedPackage("it is " + kind.words() + ", not a ZIP file", kind.advice());
    }
}
