package org.mutirao.master.results;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;

/**
 * {@code results/}. A result appears there whole or not at all, byte for byte what the worker sent, and never in the place of
 * another file.
 */
final class ResultsFolder {
    private final Path folder;

    ResultsFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Puts a blob there; returns the name it got. Doing it again finds the first one.
     *
     * @param name what it should be called, if nobody else's file is called so
     */
    String put(Path blobFile, Blob blob, String name, TaskId task) throws IOException {
        String stem = name.substring(0, name.length() - ".zip".length());
        for (String candidate : List.of(
                name,
                stem + "-" + task + ".zip",
                stem + "-" + task + "-" + blob.hash().brief() + ".zip")) {
            Path target = folder.resolve(candidate);
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                if (holds(target, blob)) {
                    return candidate;
                }
            } else if (appear(blobFile, target)) {
                DurableFiles.forceFolder(folder);
                return candidate;
            }
        }
        throw new IOException("three files are in the way of " + name + " in " + folder + "; move one of them away");
    }

    /** A second name for the blob's bytes where the disk can do that, else a copy; false when the name was just taken. */
    private boolean appear(Path blobFile, Path target) throws IOException {
        try {
            Files.createLink(target, blobFile);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (UnsupportedOperationException | FileSystemException e) {
            // Another disk, or a file system without links.
            Path part = folder.resolve("." + target.getFileName() + ".part");
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
