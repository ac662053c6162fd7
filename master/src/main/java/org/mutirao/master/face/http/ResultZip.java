package org.mutirao.master.face.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.mutirao.protocol.pack.ResultArchive;

/** Looks into a result for the dashboard. A name in it is only ever compared with other names of it: it never becomes a path. */
final class ResultZip {
    private static final int MAX_FILES = 2000;
    private static final int MAX_TEXT = 256 * 1024;
    private static final int MAX_PICTURE = 8 << 20;
    /** A browser needs four bytes for each, however small the file is. */
    private static final long MAX_PIXELS = 25_000_000;

    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};
    /** Up to there it says its width and height. */
    private static final int PNG_HEAD = 24;

    /**
     * One file of the result.
     *
     * @param preview {@code text}, {@code table} or {@code picture}; empty when it can only be downloaded
     */
    record Entry(String name, long bytes, Optional<String> preview) {}

    /**
     * The start of a file, or a whole picture.
     *
     * @param cut whether there is more
     */
    record Preview(String contentType, byte[] bytes, boolean cut) {}

    private ResultZip() {}

    static List<Entry> list(Path zip) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (ZipFile file = ResultArchive.open(zip)) {
            for (ZipArchiveEntry entry : Collections.list(file.getEntries())) {
                if (!entry.isDirectory() && entries.size() < MAX_FILES) {
                    entries.add(new Entry(entry.getName(), entry.getSize(), kind(file, entry)));
                }
            }
        }
        return entries;
    }

    private static Optional<String> kind(ZipFile file, ZipArchiveEntry entry) throws IOException {
        String name = entry.getName().toLowerCase(Locale.ROOT);
        if (name.endsWith(".png")) {
            return isShown(file, entry) ? Optional.of("picture") : Optional.empty();
        }
        if (name.endsWith(".csv") || name.endsWith(".tsv")) {
            return Optional.of("table");
        }
        boolean text = name.matches(".*\\.(txt|log|json|md|py|xml|html|yml|yaml|ini|svg)");
        return text ? Optional.of("text") : Optional.empty();
    }

    /** Text goes out as plain text whatever it is, and a picture only if it is a PNG. */
    static Optional<Preview> preview(Path zip, String name) throws IOException {
        try (ZipFile file = ResultArchive.open(zip)) {
            ZipArchiveEntry entry = file.getEntry(name);
            Optional<String> kind = entry == null ? Optional.empty() : kind(file, entry);
            if (kind.isEmpty() || !ResultArchive.canRead(file, entry)) {
                return Optional.empty();
            }
            boolean picture = kind.get().equals("picture");
            try (InputStream in = ResultArchive.read(file, entry)) {
                byte[] bytes = in.readNBytes(picture ? MAX_PICTURE : MAX_TEXT);
                boolean cut = in.read() >= 0;
                if (picture && !isPng(bytes)) {
                    return Optional.empty();
                }
                return Optional.of(new Preview(picture ? "image/png" : "text/plain; charset=utf-8", bytes, cut));
            }
        }
    }

    /** Small enough for a browser, by what its head says. */
    private static boolean isShown(ZipFile file, ZipArchiveEntry entry) throws IOException {
        if (entry.getSize() > MAX_PICTURE || !ResultArchive.canRead(file, entry)) {
            return false;
        }
        try (InputStream in = ResultArchive.read(file, entry)) {
            byte[] head = in.readNBytes(PNG_HEAD);
            return head.length == PNG_HEAD
                    && isPng(head)
                    && ByteBuffer.wrap(head).getInt(16) > 0
                    && ByteBuffer.wrap(head).getInt(20) > 0
                    && (long) ByteBuffer.wrap(head).getInt(16)
                                    * ByteBuffer.wrap(head).getInt(20)
                            <= MAX_PIXELS;
        }
    }

    private static boolean isPng(byte[] bytes) {
        for (int i = 0; i < PNG.length; i++) {
            if (bytes.length <= i || bytes[i] != PNG[i]) {
                return false;
            }
        }
        return true;
    }
}
