package org.mutirao.master.results;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.text.Text;

/**
 * {@code results/}. A result appears there whole or not at all, byte for byte what the worker sent, and never in the place of
 * another file. Only bytes that were forced to disk get a name there.
 */
final class ResultsFolder {
    /** Every ZIP has other bytes than zero at its start. */
    private static final int BLOCK = 4096;

    /** The shortest end of a ZIP. */
    private static final int END = 22;

    private static final int MAX_END = END + 65_535;
    private static final String END_RECORD = "PK\5\6";

    private final Path folder;

    ResultsFolder(Path folder) {
        this.folder = folder;
    }

    Path path() {
        return folder;
    }

    /**
     * Puts a blob there; returns the name it got. Doing it again finds the first one.
     *
     * @param name what it should be called, if nobody else's file is called so
     */
    String put(BlobStore.ForcedFile file, Blob blob, String name, TaskId task) throws IOException {
        String stem = name.endsWith(".zip") ? name.substring(0, name.length() - ".zip".length()) : name;
        for (String tail : List.of(
                ".zip", "-" + task + ".zip", "-" + task + "-" + blob.hash().brief() + ".zip")) {
            String candidate = FileNames.fitting(stem, tail);
            Path target = FileNames.resolve(folder, candidate);
            if (appear(file.path(), target, candidate) || holds(target, blob)) {
                return candidate;
            }
        }
        throw new IOException(Text.of("three files are in the way of %s in %s; move one of them away", name, folder));
    }

    /** Returns when the names that were put there would survive a power cut. */
    void force() throws IOException {
        DurableFiles.forceFolder(folder);
    }

    /**
     * Finds a file that was named before its bytes were on the disk: after a power cut it is empty, full of zeros or cut. Other files that
     * a person put in its place are left alone.
     *
     * @param size what the result has
     * @return where it lies, if it is such a file
     */
    Optional<Path> damaged(String name, long size) throws IOException {
        Path file = FileNames.resolve(folder, name);
        boolean isThere = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
        return isThere && (isZero(file, 0) || isCut(file, size)) ? Optional.of(file) : Optional.empty();
    }

    /** Whether there are only zeros, or nothing, from there on, as far as it is read. */
    private static boolean isZero(Path file, long from) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(from);
            for (byte each : in.readNBytes(BLOCK)) {
                if (each != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Whether it begins as a ZIP and has not the record that ends each ZIP. */
    private static boolean isCut(Path file, long size) throws IOException {
        long length = Files.size(file);
        if (length >= size && !isZero(file, length - Math.min(length, END))) {
            return false; // the usual case, seen quickly
        }
        try (InputStream in = Files.newInputStream(file)) {
            if (!new String(in.readNBytes(2), StandardCharsets.ISO_8859_1).equals("PK")) {
                return false;
            }
        }
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(length - Math.min(length, MAX_END));
            return !new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).contains(END_RECORD);
        }
    }

    /** A second name for the blob's bytes where the disk can do that, else a copy; false when the name is taken. */
    private boolean appear(Path blobFile, Path target, String name) throws IOException {
        try {
            Files.createLink(target, blobFile);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (UnsupportedOperationException | FileSystemException e) {
            // Another disk, or a file system without links.
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
            Path part = FileNames.resolve(folder, FileNames.fitting("." + name, ".part"));
            Files.copy(blobFile, part, StandardCopyOption.REPLACE_EXISTING);
            DurableFiles.force(part);
            DurableFiles.moveAtomically(part, target);
            return true;
        }
    }

    /** Whether these bytes lie there. */
    static boolean holds(Path file, Blob blob) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) != blob.size()) {
            return false;
        }
        return Sha256.ofFile(file).equals(blob.hash());
    }
}
