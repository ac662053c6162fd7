package org.mutirao.worker.cgroup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Names a process by its number and when it began, since numbers are used again. */
final class Owners {
    /** Where a process tells when it began, counted from its state. */
    private static final int START = 19;

    private Owners() {}

    /** This process. */
    static String here(Path proc) throws IOException {
        String[] fields = stat(proc.resolve("self"));
        String pid = Files.readString(proc.resolve("self").resolve("stat"), StandardCharsets.ISO_8859_1);
        return pid.substring(0, pid.indexOf(' ')) + "." + fields[START];
    }

    /** Of the name of a group, like {@code 12.345-1}. */
    static String of(String name) {
        int end = name.indexOf('-');
        return end < 0 ? name : name.substring(0, end);
    }

    static boolean isAlive(Path proc, String owner) {
        String[] words = owner.split("\\.", -1);
        if (words.length != 2 || !words[0].matches("[0-9]{1,18}")) {
            return false;
        }
        try {
            return stat(proc.resolve(words[0]))[START].equals(words[1]);
        } catch (IOException e) {
            return false; // it has ended
        }
    }

    private static String[] stat(Path process) throws IOException {
        String stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        if (fields.length <= START) {
            throw new IOException(process.toString());
        }
        return fields;
    }
}
