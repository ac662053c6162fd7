package org.mutirao.master.results;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;

/**
 * {@code results/}. A result appears there whole or not at all, byte for byte what the worker sent, and never in the place of
 * another file. Only bytes that were forced to disk get a name there.
 */
final class ResultsFolder {
    /** Every ZIP has other bytes than zero at its start. */
    private static final int START = 4096;

    private final Path folder;

    ResultsFolder(Path folder) {
        this.folder = folder;
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
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                if (holds(target, blob)) {
                    return candidate;
                }
            } else if (appear(file.path(), target, candidate)) {
                return candidate;
            }
        }
        throw new IOException("three files are in the way of " + name + " in " + folder + "; move one of them away");
    }

    /** Returns when the names that were put there would survive a power cut. */
    void force() throws IOException {
        DurableFiles.forceFolder(folder);
    }

    /**
     * Removes a file that was linked before its bytes were on the disk: after a power cut it is empty or full of zeros. What a person
     * changed is left alone.
     *
     * @return whether it was one
     */
    boolean removeDamaged(String name) throws IOException {
        Path file = FileNames.resolve(folder, name);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || !isBlank(file)) {
            return false;
        }
        Files.delete(file);
        return true;
    }

    private static boolean isBlank(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            for (byte each : in.readNBytes(START)) {
                if (each != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /** A second name for the blob's bytes where the disk can do that, else a copy; false when the name was just taken. */
    private boolean appear(Path blobFile, Path target, String name) throws IOException {
        try {
            Files.createLink(target, blobFile);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (UnsupportedOperationException | FileSystemException e) {
            // Another disk, or a file system without links.
            Path part = FileNames.resolve(folder, FileNames.fitting("." + name, ".part"));
            Files.copy(blobFile, part, StandardCopyOption.REPLACE_EXISTING);
            DurableFiles.force(part);
            DurableFiles.moveAtomically(part, target);
            return true;
        }
    }

    private static boolean holds(Path file, Blob blob) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) != blob.size()) {
            return false;
        }
        return Sha256.ofFile(file).equals(blob.hash());
    }
}
