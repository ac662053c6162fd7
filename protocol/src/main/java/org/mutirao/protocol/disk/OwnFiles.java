package org.mutirao.protocol.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.mutirao.protocol.text.Text;

/** Reads files that our programs wrote themselves. A failure is a sentence that names the file and what to do. */
public final class OwnFiles {
    /** Larger than any small file that we write. */
    private static final int SMALL = 64 * 1024;

    private OwnFiles() {}

    /**
     * Reads a whole file.
     *
     * @throws IOException with a sentence
     */
    public static byte[] read(Path file) throws IOException {
        try (InputStream in = open(file)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /**
     * Reads a small text, byte by byte as ISO 8859-1, so that any bytes can be read. What is behind the first 64 KiB is left out.
     *
     * @throws IOException with a sentence
     */
    public static String readSmall(Path file) throws IOException {
        try (InputStream in = open(file)) {
            return new String(in.readNBytes(SMALL), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    static InputStream open(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        return Files.newInputStream(file);
    }

    static IOException unreadable(Path file, IOException e) {
        return new IOException(Text.of("the file %s can't be read: %s", file, reason(e)), e);
    }

    /** What a person can do about a failure of the disk, in a sentence that names the file. Other failures keep their own text. */
    public static String inWords(IOException e) {
        return e instanceof FileSystemException fault && fault.getFile() != null
                ? Text.of("%s can't be used: %s", fault.getFile(), reason(e))
                : e.getMessage();
    }

    /** Why nothing can be written below a folder, and what a person can do. What the system itself says may be in any language. */
    public static String whyNotWritten(Path folder, IOException e) {
        boolean isKnown = e instanceof AccessDeniedException
                || e instanceof FileAlreadyExistsException
                || e instanceof NotDirectoryException
                || e instanceof NoSuchFileException;
        return isKnown
                ? inWords(e)
                : Text.of(
                        "the disk of %s is full or reports a fault. Make room there, or look at the disk",
                        FileNames.textOf(folder));
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return Text.of("this user may not. Change its owner or its rights");
        }
        if (e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException) {
            return Text.of("a file lies where a folder should be, or a folder where a file should be. Move it away");
        }
        return e instanceof NoSuchFileException
                ? Text.of("it is not there")
                : Text.of("the disk reports a fault. Look at the disk, and try again");
    }
}
