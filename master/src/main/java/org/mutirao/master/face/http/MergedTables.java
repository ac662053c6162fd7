package org.mutirao.master.face.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.csv.CsvPart;
import org.mutirao.protocol.csv.CsvQuotes;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.units.Told;

/** What was put together of a job's results, page by page however large it is. A name is only ever compared with those that are there. */
record MergedTables(Path folder) {
    private static final int MAX_FILES = 200;
    /** Of one page. */
    private static final int MAX_BYTES = 256 * 1024;

    /**
     * One file.
     *
     * @param changedAt when it was written, in milliseconds since 1970
     */
    record Merged(String name, long bytes, long changedAt) {}

    /**
     * Whole rows of a file.
     *
     * @param from where they begin in it, in bytes
     * @param to where the next ones begin
     * @param bytes how large it is
     */
    record Page(long from, long to, long bytes, String text) {}

    /** By name. */
    List<Merged> list() throws IOException {
        List<Merged> found = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                for (Path file : files) {
                    if (Files.isRegularFile(file) && found.size() < MAX_FILES) {
                        found.add(new Merged(
                                FileNames.nameOf(file),
                                Files.size(file),
                                Files.getLastModifiedTime(file).toMillis()));
                    }
                }
            }
        }
        found.sort(Comparator.comparing(Merged::name));
        return found;
    }

    /** Where one of them lies, if it is there. */
    Optional<Path> file(String name) throws IOException {
        boolean isThere = list().stream().anyMatch(file -> file.name().equals(name));
        return isThere ? Optional.of(FileNames.resolve(folder, name)) : Optional.empty();
    }

    /** The rows from there on; empty if there is no such file. */
    Optional<Page> page(String name, long from) throws IOException {
        Optional<Path> found = file(name);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (SeekableByteChannel file = Files.newByteChannel(found.get())) {
            long begin = Math.max(0, Math.min(from, file.size()));
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(MAX_BYTES, file.size() - begin));
            file.position(begin);
            while (bytes.hasRemaining() && file.read(bytes) >= 0) {
                // until it is full
            }
            boolean isLast = begin + bytes.position() >= file.size();
            int length = isLast ? bytes.position() : wholeRows(found.get(), bytes.array(), bytes.position());
            String text = new String(bytes.array(), 0, length, StandardCharsets.UTF_8);
            return Optional.of(new Page(begin, begin + length, file.size(), text));
        }
    }

    /** Up to the last line end outside quotes; all of it, if there is none. */
    private static int wholeRows(Path file, byte[] bytes, int length) throws IOException {
        Optional<CsvQuotes> quotes = quotes(file);
        int end = 0;
        for (int i = 0; i < length; i++) {
            int next = bytes[i];
            quotes.ifPresent(each -> each.pass(next));
            boolean mayEnd = quotes.isEmpty() || !quotes.get().areOpen();
            boolean isFirstOfTwo = next == '\r' && (i + 1 == length || bytes[i + 1] == '\n');
            end = mayEnd && CsvPart.isLineEnd(next) && !isFirstOfTwo ? i + 1 : end;
        }
        return end == 0 ? length : end;
    }

    /** Only a table has quotes in which a line may end. */
    private static Optional<CsvQuotes> quotes(Path file) throws IOException {
        if (!FileNames.nameOf(file).matches(".*\\.[ct]sv")) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(new CsvQuotes(String.valueOf(new CsvPart(in).likelyDelimiter())));
        } catch (Told e) {
            return Optional.empty(); // it is no table
        }
    }
}
