package org.mutirao.protocol.pack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.mutirao.protocol.text.Text;

/** Finds the ZIP in a package's file before the ZIP library sees it, which reads all of the list of contents into memory. */
public final class PackageBytes {
    private PackageBytes() {}

    /** Whether a whole ZIP ends where the file ends; a ZIP stored in one that is still being copied does not count. */
    public static boolean isWhole(Path file) throws IOException {
        try (FileBytes bytes = FileBytes.open(file)) {
            return ZipExtent.find(bytes).isPresent();
        }
    }

    /** What a file is that starts like something else than a ZIP; empty when it may become one. */
    public static Optional<RefusedPackage> otherKind(Path file) throws IOException {
        try (FileBytes bytes = FileBytes.open(file)) {
            return FileKind.of(bytes).map(PackageBytes::refusal);
        }
    }

    /**
     * Finds it.
     *
     * @throws RefusedPackage when it is something else, says what; when it is not whole, or its list is too long
     */
    static ZipExtent find(FileBytes bytes) throws RefusedPackage, IOException {
        if (bytes.size() == 0) {
            throw new RefusedPackage(Text.of("the file is empty"), Text.of("Copy it again."));
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
                            Text.of("it is a damaged or truncated ZIP file"),
                            Text.of("Copy it again, or zip the folder again."))
                    : new RefusedPackage(
                            Text.of("it is not a ZIP file"), Text.of("Zip main.py and input.csv and drop that ZIP."));
        }
        if (found.get().directorySize() > ZipExtent.LARGEST_DIRECTORY) {
            throw new RefusedPackage(
                    Text.of("its list of files takes more than %s MiB", ZipExtent.LARGEST_DIRECTORY >> 20),
                    Text.of("Put the many small files into one archive that main.py opens."));
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
        return new RefusedPackage(Text.of("it is %s, not a ZIP file", kind.words()), kind.advice());
    }
}
