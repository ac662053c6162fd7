package org.mutirao.protocol.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.mutirao.protocol.disk.FileNames;

/**
 * Text to and from the person who started a program. Where LANG is not set, as under systemd, cron and plain ssh, Java takes all text
 * for ASCII: it prints {@code ?} for an accent and reads U+FFFD. Terminals have been UTF-8 for long, so that is used there instead. Any other
 * encoding that the system names is kept.
 */
public final class Terminal {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
    private static final char UNREADABLE = '\uFFFD';

    private Terminal() {}

    /** Makes {@code System.out} and {@code System.err} able to print every character; call it first. */
    public static void open() {
        if (FileNames.onlyAscii()) {
            System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
        }
    }

    /** Writes to the person; {@link #open} comes first. */
    public static PrintWriter out() {
        return new PrintWriter(new OutputStreamWriter(System.out, charset("stdout.encoding")), true);
    }

    /** Complains to the person; {@link #open} comes first. */
    public static PrintWriter err() {
        return new PrintWriter(new OutputStreamWriter(System.err, charset("stderr.encoding")), true);
    }

    private static Charset charset(String property) {
        if (FileNames.onlyAscii()) {
            return StandardCharsets.UTF_8;
        }
        String name = System.getProperty(property, System.getProperty("sun." + property, ""));
        return !name.isEmpty() && Charset.isSupported(name) ? Charset.forName(name) : Charset.defaultCharset();
    }

    /** The words as they were typed. Linux keeps their bytes; where it does not, they are returned as they came. */
    public static String[] typed(String[] arguments) {
        if (!FileNames.onlyAscii() || Arrays.stream(arguments).noneMatch(Terminal::isDamaged)) {
            return arguments;
        }
        try {
            String line = new String(Files.readAllBytes(COMMAND_LINE), StandardCharsets.UTF_8);
            return restored(arguments, List.of(line.split("\0", -1)));
        } catch (IOException e) {
            return arguments; // not Linux
        }
    }

    /**
     * Each damaged word replaced by what stands in its place on the whole command line.
     *
     * @param line what the process was started with; ends with an empty word, since each word is ended by a NUL
     */
    static String[] restored(String[] arguments, List<String> line) {
        int first = line.size() - 1 - arguments.length;
        String[] restored = arguments.clone();
        for (int i = 0; i < restored.length; i++) {
            if (first >= 0 && isDamaged(restored[i]) && isSame(restored[i], line.get(first + i))) {
                restored[i] = line.get(first + i);
            }
        }
        return restored;
    }

    private static boolean isDamaged(String word) {
        return word.indexOf(UNREADABLE) >= 0;
    }

    /** Each byte above ASCII became one U+FFFD. */
    private static boolean isSame(String damaged, String whole) {
        StringBuilder expected = new StringBuilder();
        for (byte one : whole.getBytes(StandardCharsets.UTF_8)) {
            expected.append(one >= 0 ? (char) one : UNREADABLE);
        }
        return expected.toString().equals(damaged);
    }
}
