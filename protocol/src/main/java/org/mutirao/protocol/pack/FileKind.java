package org.mutirao.protocol.pack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mutirao.protocol.text.Text;

/**
 * What a file that is no ZIP really is, by how it starts.
 *
 * @param words as in "it is …, not a ZIP file"
 * @param advice a whole sentence
 */
record FileKind(String words, String advice) {
    /** So much of a file's start is enough. */
    static final int ENOUGH = 512;

    private static final int TAR_MAGIC = 257;
    private static final String UNPACK = "Unpack it, zip the files as an ordinary .zip and drop that.";
    private static final String ZIP_IT = "Put main.py and input.csv into a ZIP and drop that.";

    private record Magic(String hex, FileKind kind) {}

    private static final List<Magic> KINDS = List.of(
            new Magic("377abcaf271c", new FileKind("a 7-Zip archive (.7z)", UNPACK)),
            new Magic("526172211a07", new FileKind("a RAR archive", UNPACK)),
            new Magic("1f8b", new FileKind("a gzip archive (.gz, .tar.gz or .tgz)", UNPACK)),
            new Magic("fd377a585a00", new FileKind("an xz archive", UNPACK)),
            new Magic("425a68", new FileKind("a bzip2 archive", UNPACK)),
            new Magic("28b52ffd", new FileKind("a zstd archive", UNPACK)),
            new Magic("04224d18", new FileKind("an lz4 archive", UNPACK)),
            new Magic("4d534346", new FileKind("a Windows cabinet (.cab)", UNPACK)),
            new Magic("d0cf11e0a1b11ae1", new FileKind("an old Office document (.doc, .xls or .ppt)", ZIP_IT)),
            new Magic("255044462d", new FileKind("a PDF document", ZIP_IT)),
            new Magic("89504e470d0a", new FileKind("a picture (PNG)", ZIP_IT)),
            new Magic("ffd8ff", new FileKind("a picture (JPEG)", ZIP_IT)),
            new Magic("7f454c46", new FileKind("a program", ZIP_IT)),
            new Magic("53514c69746520666f726d6174", new FileKind("a SQLite database", ZIP_IT)));

    private static final FileKind TAR = new FileKind("a tar archive", UNPACK);
    private static final FileKind PAGE = new FileKind(
            "a web page, as a download gives instead of the file when it wants a log-in or a confirmation",
            "Download the ZIP again in a browser, and see that it opens before you drop it.");
    private static final FileKind NOTEBOOK = new FileKind(
            "a notebook (.ipynb)",
            "Save it as a Python script called main.py, zip that with input.csv and drop the ZIP.");
    private static final FileKind SCRIPT =
            new FileKind("a Python script by itself", "Call it main.py, zip it with input.csv and drop the ZIP.");
    private static final FileKind TEXT = new FileKind("a text file", ZIP_IT);

    static Optional<FileKind> of(FileBytes file) throws IOException {
        return of(start(file));
    }

    static boolean startsLikeZip(FileBytes file) throws IOException {
        byte[] start = start(file);
        return start.length >= 2 && start[0] == 'P' && start[1] == 'K';
    }

    private static byte[] start(FileBytes file) throws IOException {
        return file.read(0, (int) Math.min(ENOUGH, file.size())).array();
    }

    @Override
    public String words() {
        return Text.pattern(words);
    }

    @Override
    public String advice() {
        return Text.pattern(advice);
    }

    /** Whether it can have a ZIP as its last part, and be something else all the same. */
    boolean isContainer() {
        return advice.equals(UNPACK) || words.contains("document");
    }

    /** What it is for certain; empty when the start says nothing, as that of a file which is only just being copied. */
    static Optional<FileKind> of(byte[] start) {
        for (Magic magic : KINDS) {
            if (startsWith(start, magic.hex())) {
                return Optional.of(magic.kind());
            }
        }
        if (start.length >= TAR_MAGIC + 5
                && new String(start, TAR_MAGIC, 5, StandardCharsets.ISO_8859_1).equals("ustar")) {
            return Optional.of(TAR);
        }
        return ofText(start);
    }

    private static boolean startsWith(byte[] start, String hex) {
        int length = hex.length() / 2;
        for (int i = 0; i < length; i++) {
            if (i >= start.length || (start[i] & 0xff) != Integer.parseInt(hex, i * 2, i * 2 + 2, 16)) {
                return false;
            }
        }
        return true;
    }

    private static Optional<FileKind> ofText(byte[] start) {
        if (start.length < 8 || ByteBuffer.wrap(start).getShort(0) == 0x504b) {
            return Optional.empty();
        }
        for (byte each : start) {
            boolean control = each >= 0 && each < 0x20 && each != '\n' && each != '\r' && each != '\t' && each != '\f';
            if (control) {
                return Optional.empty();
            }
        }
        String text = new String(start, StandardCharsets.UTF_8).strip().toLowerCase(Locale.ROOT);
        if (text.startsWith("\ufeff")) {
            text = text.substring(1).strip();
        }
        if (text.startsWith("<!doctype html") || text.startsWith("<html") || text.contains("<head")) {
            return Optional.of(PAGE);
        }
        if (text.startsWith("{") && text.contains("\"cells\"")) {
            return Optional.of(NOTEBOOK);
        }
        boolean python = text.lines()
                .anyMatch(line -> line.matches("(import|from) [a-z_].*|def [a-z_]\\w*\\(.*|print\\(.*|#!.*python.*"));
        return Optional.of(python ? SCRIPT : TEXT);
    }
}
