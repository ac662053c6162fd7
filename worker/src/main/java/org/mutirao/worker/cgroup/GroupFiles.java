package org.mutirao.worker.cgroup;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The small files of a cgroup: each is a number, a word, or lines with a name and a number. */
final class GroupFiles {
    private GroupFiles() {}

    static String read(Path group, String name) throws IOException {
        return new String(Files.readAllBytes(group.resolve(name)), StandardCharsets.US_ASCII).strip();
    }

    static void write(Path group, String name, String text) throws IOException {
        // The system refuses a file that is made anew or emptied.
        try (OutputStream out = Files.newOutputStream(group.resolve(name), StandardOpenOption.WRITE)) {
            out.write(text.getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** The whole file as a number; 0 if it can't be read, or is no number. */
    static long number(Path group, String name) {
        try {
            return Long.parseLong(read(group, name));
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    /** The lines of a file; none if it can't be read. */
    static List<String> lines(Path group, String name) {
        try {
            return read(group, name).lines().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Of lines like {@code name 12}; 0 if there is none. */
    static long numberOf(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    /** The sum over lines like {@code 8:0 rbytes=12 wbytes=3}. */
    static long sumOf(List<String> lines, String name) {
        return lines.stream()
                .flatMap(line -> Stream.of(line.split(" ", -1)))
                .filter(word -> word.startsWith(name + "="))
                .mapToLong(word -> Long.parseLong(word.substring(name.length() + 1)))
                .sum();
    }
}
