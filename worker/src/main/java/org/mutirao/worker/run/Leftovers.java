package org.mutirao.worker.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Processes that a script started and that outlive it, found in Linux' {@code /proc}: those of its session, and those that inherited the
 * mark in its environment even if they went into a session of their own. Elsewhere there is no such place, and nobody is found.
 */
final class Leftovers {
    /** The environment variable with the mark of one run. */
    static final String MARK = "MUTIRAO_RUN";

    private static final int MAX_ENVIRONMENT = 1 << 20;

    private final Path proc;
    private final byte[] marked;
    /** Who was there before the script; they are not worth a look. */
    private final Set<String> before;

    /** Notes who is there now. */
    Leftovers(Path proc, String mark) {
        this.proc = proc;
        this.marked = (MARK + "=" + mark).getBytes(StandardCharsets.US_ASCII);
        this.before = new HashSet<>(processes());
    }

    /** Whether this system tells of them at all. */
    static boolean areFoundHere() {
        return Files.isDirectory(Path.of("/proc/self"));
    }

    static Leftovers here(String mark) {
        return new Leftovers(Path.of("/proc"), mark);
    }

    /**
     * Who is still there.
     *
     * @param session the script's own process, if it had a session to itself
     * @param thorough whether to look also at numbers that were in use before the script began: in a long time they may have got free
     */
    List<Long> find(long session, boolean thorough) {
        List<Long> found = new ArrayList<>();
        for (String pid : processes()) {
            boolean worthALook = thorough || !before.contains(pid);
            if (worthALook && !pid.equals(String.valueOf(session)) && isOurs(pid, session)) {
                found.add(Long.parseLong(pid));
            }
        }
        return found;
    }

    private List<String> processes() {
        List<String> pids = new ArrayList<>();
        if (!Files.isDirectory(proc)) {
            return pids;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (!name.isEmpty() && name.length() < 18 && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
                    pids.add(name);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return pids; // what was seen so far
        }
        return pids;
    }

    private boolean isOurs(String pid, long session) {
        try {
            // "123 (a name, with anything in it) S parent group session …"
            String stat =
                    new String(Files.readAllBytes(proc.resolve(pid).resolve("stat")), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
            boolean dead = fields.length < 4 || fields[0].equals("Z") || fields[0].equals("X");
            return !dead && (fields[3].equals(String.valueOf(session)) || isMarked(pid));
        } catch (IOException e) {
            return false; // gone, or another user's
        }
    }

    private boolean isMarked(String pid) {
        byte[] environment;
        try (var in = Files.newInputStream(proc.resolve(pid).resolve("environ"))) {
            environment = in.readNBytes(MAX_ENVIRONMENT);
        } catch (IOException e) {
            return false; // another user's
        }
        for (int at = 0; at + marked.length <= environment.length; at++) {
            boolean here = at == 0 || environment[at - 1] == 0;
            for (int i = 0; here && i < marked.length; i++) {
                here = environment[at + i] == marked[i];
            }
            if (here) {
                return true;
            }
        }
        return false;
    }
}
