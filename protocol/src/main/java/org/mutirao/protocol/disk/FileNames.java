package org.mutirao.protocol.disk;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mutirao.protocol.text.Text;

/**
 * Names of files that the system's encoding may not be able to express. With LANG unset Java takes file names for ASCII: a path
 * made of {@code relatório.zip} throws, and one that was listed shows U+FFFD. Names are UTF-8 on the disk for us, whatever the system says.
 *
 * <p>A path's URI carries its raw bytes, in both directions and in every encoding; that is the way taken where the plain one fails.
 * Windows and macOS always store Unicode, so there the plain way is the only one.
 */
public final class FileNames {
    /** The longest name of a file that every usual file system stores, in bytes of UTF-8. */
    public static final int MAX_BYTES = 255;

    private static final Charset SYSTEM = systemCharset();
    private static final boolean UNICODE = File.separatorChar != '/' || SYSTEM.equals(StandardCharsets.UTF_8);
    private static final char UNREADABLE = '\uFFFD';
    private static final Pattern GRAPHEME = Pattern.compile("\\X");
    private static final Path WORKING_FOLDER = Path.of("/proc/self/cwd");

    private FileNames() {}

    private static Charset systemCharset() {
        String name = System.getProperty("sun.jnu.encoding", "UTF-8");
        return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.US_ASCII;
    }

    /** Whether every name can be stored and shown by the system's own means; else {@link #limitation()} says what it means. */
    public static boolean allAreExpressible() {
        return UNICODE;
    }

    /** Whether the system's encoding is plain ASCII, as Java has it where LANG is not set. */
    public static boolean onlyAscii() {
        return !UNICODE && SYSTEM.equals(StandardCharsets.US_ASCII);
    }

    /** Whether a text reaches another program as it is, in its arguments and environment. */
    public static boolean canBePassedOn(String text) {
        return UNICODE || isAscii(text);
    }

    /** A sentence for the start of a program on a system whose encoding can't express every name. */
    public static Optional<String> limitation() {
        return UNICODE
                ? Optional.empty()
                : Optional.of(
                        isSet("LC_ALL") || isSet("LANG") || isSet("LC_CTYPE")
                                ? Text.of(
                                        "The system's encoding is %s: names with accents are stored and shown as UTF-8 all"
                                                + " the same, but a data folder or a Python with accents in its path can't be"
                                                + " used. LC_ALL=C.UTF-8 before the command mends that.",
                                        SYSTEM.name())
                                : Text.of(
                                        "The system's encoding is %s because LANG is not set: names with accents are stored"
                                                + " and shown as UTF-8 all the same, but a data folder or a Python with"
                                                + " accents in its path can't be used. LC_ALL=C.UTF-8 before the command"
                                                + " mends that.",
                                        SYSTEM.name()));
    }

    private static boolean isSet(String variable) {
        String value = System.getenv(variable);
        return value != null && !value.isEmpty();
    }

    /**
     * The path of a name in a folder.
     *
     * @param name one name, or several with slashes between them; it is taken as it is, so check what comes from outside
     * @throws IllegalArgumentException when no file can be called so on this system, like a name with a NUL
     */
    public static Path resolve(Path folder, String name) {
        return UNICODE || isAscii(name) ? folder.resolve(name) : folder.resolve(pathOfBytes(name));
    }

    /** The path of a sibling of a file; see {@link #resolve}. */
    public static Path resolveSibling(Path file, String name) {
        Path folder = file.getParent();
        return folder == null ? path(name) : resolve(folder, name);
    }

    /**
     * The path that a person wrote, absolute or relative to the working folder.
     *
     * @throws IllegalArgumentException see {@link #resolve}
     */
    public static Path path(String text) {
        Path path = asWritten(text);
        boolean misled = !UNICODE && !path.isAbsolute() && !isAscii(System.getProperty("user.dir", ""));
        if (misled && Files.isDirectory(WORKING_FOLDER)) {
            try {
                return WORKING_FOLDER
                        .toRealPath()
                        .resolve(path); // Java knows a relative path's folder by its damaged name only
            } catch (IOException e) {
                return path;
            }
        }
        return path;
    }

    /**
     * The path that a person gave as an option or in a variable; see {@link #path}.
     *
     * @throws IllegalArgumentException also when Java could not read what was given
     */
    public static Path given(String text) {
        if (!UNICODE && text.indexOf(UNREADABLE) >= 0) {
            throw new IllegalArgumentException(
                    Text.of("its accents can't be read where LANG is not set; give it as an option, or put"
                            + " LC_ALL=C.UTF-8 before the command"));
        }
        return path(text);
    }

    /** The path of a text, and nothing else: a relative one stays relative to whatever it is resolved against. */
    public static Path asWritten(String text) {
        return UNICODE || isAscii(text) ? Path.of(text) : pathOfBytes(text);
    }

    /** The last name of a path, as UTF-8; bytes that are not UTF-8 are shown as {@code %F3}. Empty for a root. */
    public static String nameOf(Path file) {
        Path name = file.getFileName();
        return name == null ? "" : textOf(name);
    }

    /** A path as a person reads it; see {@link #nameOf} for bytes that are not UTF-8. */
    public static String textOf(Path path) {
        String plain = path.toString();
        if (File.separatorChar != '/' || (UNICODE ? plain.indexOf(UNREADABLE) < 0 : isAscii(plain))) {
            return plain;
        }
        StringBuilder text = new StringBuilder(path.isAbsolute() ? "/" : "");
        for (Path step : path) {
            text.append(text.isEmpty() || text.charAt(text.length() - 1) == '/' ? "" : "/");
            text.append(text(bytesOf(step)));
        }
        return text.toString();
    }

    /**
     * The start of a name, so long that the whole name can be stored: cut between characters as a reader sees them, with no space or dot at
     * its end, which Windows would drop.
     *
     * @param tail what follows; the whole has at most {@link #MAX_BYTES} bytes
     */
    public static String fitting(String stem, String tail) {
        return cut(stem, MAX_BYTES - tail.getBytes(StandardCharsets.UTF_8).length) + tail;
    }

    /** The start of a name, with at most so many bytes of UTF-8; see {@link #fitting}. Unchanged if it fits. */
    public static String cut(String name, int bytes) {
        if (name.getBytes(StandardCharsets.UTF_8).length <= bytes) {
            return name;
        }
        Matcher characters = GRAPHEME.matcher(name);
        int end = 0;
        int used = 0;
        while (characters.find()) {
            used += characters.group().getBytes(StandardCharsets.UTF_8).length;
            if (used > bytes) {
                break;
            }
            end = characters.end();
        }
        while (end > 0 && (name.charAt(end - 1) == ' ' || name.charAt(end - 1) == '.')) {
            end--;
        }
        return name.substring(0, end);
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private static Path pathOfBytes(String text) {
        StringBuilder uri = new StringBuilder(text.startsWith("/") ? "file://" : "file:///");
        for (byte part : text.getBytes(StandardCharsets.UTF_8)) {
            boolean harmless =
                    part == '/' || part == '.' || (part >= '0' && part <= '9') || (part >= 'a' && part <= 'z');
            if (harmless) {
                uri.append((char) part);
            } else {
                uri.append('%').append(hex(part));
            }
        }
        Path path = Path.of(URI.create(uri.toString()));
        return text.startsWith("/") || path.getNameCount() == 0 ? path : path.subpath(0, path.getNameCount());
    }

    /** The raw bytes of one name. */
    private static ByteBuffer bytesOf(Path name) {
        String uri = name.toUri().getRawPath();
        String last = uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
        last = last.substring(last.lastIndexOf('/') + 1);
        ByteBuffer bytes = ByteBuffer.allocate(last.length());
        for (int i = 0; i < last.length(); i++) {
            if (last.charAt(i) == '%') {
                bytes.put((byte) Integer.parseInt(last, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.put((byte) last.charAt(i));
            }
        }
        return bytes.flip();
    }

    private static String text(ByteBuffer bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer text = CharBuffer.allocate(bytes.remaining() * 3);
        ByteBuffer rest = bytes.duplicate();
        CoderResult result = decoder.decode(rest, text, true);
        if (result.isError() && !UNICODE && !SYSTEM.equals(StandardCharsets.US_ASCII)) {
            return SYSTEM.decode(bytes).toString();
        }
        while (result.isError()) {
            for (int i = 0; i < result.length(); i++) {
                text.put('%').put(hex(rest.get()));
            }
            result = decoder.decode(rest, text, true);
        }
        return text.flip().toString();
    }

    private static String hex(byte value) {
        return String.format("%02X", value & 0xff);
    }
}
