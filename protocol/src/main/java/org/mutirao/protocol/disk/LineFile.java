package org.mutirao.protocol.disk;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/** A file of lines that only grows. Half a line, as a power cut or a full disk leaves one, stays there as a line of its own. */
public final class LineFile {
    private final Path path;

    public LineFile(Path path) {
        this.path = path;
    }

    /**
     * Reads each line, also half a one at the end. A damaged byte costs its line only.
     *
     * @throws IOException with a sentence
     */
    public void read(Consumer<String> reader) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(OwnFiles.open(path), StandardCharsets.UTF_8))) {
            lines.lines().forEach(reader);
        } catch (UncheckedIOException e) {
            throw OwnFiles.unreadable(path, e.getCause());
        } catch (IOException e) {
            throw OwnFiles.unreadable(path, e);
        }
    }

    /** Whether it ends with half a line. */
    public boolean isTorn() throws IOException {
        if (!Files.exists(path) || Files.size(path) == 0) {
            return false;
        }
        try (SeekableByteChannel end = Files.newByteChannel(path)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            end.position(end.size() - 1).read(last);
            return last.get(0) != '\n';
        }
    }

    /** Makes the file if it is not there, and ends half a line. */
    public void mend() throws IOException {
        write(isTorn() ? "\n" : "");
    }

    /** Adds a line. One that does not fit on the disk may leave half of it: {@link #mend} before the next. */
    public void add(String line) throws IOException {
        write(line + "\n");
    }

    private void write(String text) throws IOException {
        Files.writeString(path, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
