package org.mutirao.worker.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * Processes that a script started and that outlive it, found in Linux' {@code /proc}: those of its session, and those that inherited the
 * mark in its environment even if they went into a session of their own. Elsewhere there is no such place, and nobody is found.
 */
final class Leftovers {
    /** The environment variable with the mark of one run. */
    static final String MARK = "MUTIRAO_RUN";
    /** The mark of what only starts scripts. It is as long as that of a run, since some write theirs in its place. */
    static final String NO_RUN = new UUID(0, 0).toString();

    private static final int MAX_ENVIRONMENT = 1 << 20;
    /** Where the system tells which number the latest process has; not all do. */
    private static final String LATEST = "sys/kernel/ns_last_pid";
    /** So many numbers are looked at one by one sooner than all processes of the machine are listed. */
    private static final long FEW = 64;

    private static final int TRIES = 3;
    /** Where a process tells when it began, counted from its state. */
    private static final int START = 19;

    /** Where it tells how many threads it has. */
    private static final int THREADS = 17;

    private static final int MEMORY = 20;
    private static final int ENVIRONMENT_END = 48;
    /** So often a process that is becoming another program is looked at again. */
    private static final int PATIENCE = 200;

    private static final long PAUSE_NANOS = 1_000_000;

    private final Path proc;
    private final byte[] marked;
    private final Runnable pause;
    /** The number given last before the script; -1 if that is not known. Who has one that was given later is worth a look. */
    private final long latestBefore;
    /** Who was there before the script, if that is not known. */
    private final Set<String> before;
    /** Who has no mark of ours, by number and start. */
    private final Map<String, String> others = new HashMap<>();

    /**
     * Notes who is there now.
     *
     * @param pause waits a moment
     */
    Leftovers(Path proc, String mark, Runnable pause) {
        this.proc = proc;
        this.pause = pause;
        this.marked = (MARK + "=" + mark).getBytes(StandardCharsets.US_ASCII);
        this.latestBefore = latest();
        this.before = latestBefore < 0 ? new HashSet<>(processes()) : Set.of();
    }

    /** Whether this system tells of them at all. */
    static boolean areFoundHere() {
        return Files.isDirectory(Path.of("/proc/self"));
    }

    static Leftovers here(String mark) {
        return new Leftovers(Path.of("/proc"), mark, () -> LockSupport.parkNanos(PAUSE_NANOS));
    }

    /**
     * Who is still there: those of its session, those with its mark, those that are known to be its, and all that these have started. At most
     * one walk over all processes, however many are its.
     *
     * @param session the script's own process, if it had a session to itself; -1 of one that has ended in a sandbox
     * @param known whose numbers were found before
     * @param thorough whether to look also at numbers that were in use before the script began: in a long time they may have got free
     */
    List<Long> find(long session, Collection<Long> known, boolean thorough) {
        if (thorough || latestBefore < 0) {
            return find(session, known, thorough ? processes() : newcomers(known));
        }
        List<Long> found = List.of();
        long looked = -1;
        for (int tries = 0; tries < TRIES && looked != latest(); tries++) {
            looked = latest(); // one that begins another and ends must not slip through
            found = find(session, known, begunSince(session, known, looked));
        }
        return found;
    }

    private List<Long> find(long session, Collection<Long> known, Collection<String> candidates) {
        Map<Long, List<Long>> children = new HashMap<>();
        Deque<Long> toFollow = new ArrayDeque<>();
        Map<Long, Boolean> alive = new HashMap<>();
        for (String name : candidates) {
            long pid = Long.parseLong(name);
            String[] fields = stat(name);
            if (fields.length <= START) {
                continue; // gone
            }
            alive.put(pid, isAlive(fields));
            children.computeIfAbsent(Long.parseLong(fields[1]), parent -> new ArrayList<>())
                    .add(pid);
            if (pid == session
                    || known.contains(pid)
                    || fields[3].equals(String.valueOf(session))
                    || (alive.get(pid) && isMarked(name, fields[START]))) {
                toFollow.add(pid);
            }
        }
        Set<Long> found = new LinkedHashSet<>();
        while (!toFollow.isEmpty()) {
            long pid = toFollow.remove();
            if (found.add(pid)) {
                toFollow.addAll(children.getOrDefault(pid, List.of()));
            }
        }
        found.remove(session);
        found.removeIf(pid -> !alive.get(pid));
        return List.copyOf(found);
    }

    /** One whose first thread has ended looks like a process that has, but for the number of its threads. */
    private static boolean isAlive(String[] fields) {
        boolean hasEnded = fields[0].equals("Z") || fields[0].equals("X");
        return !hasEnded || (!fields[THREADS].equals("0") && !fields[THREADS].equals("1"));
    }

    private List<String> newcomers(Collection<Long> known) {
        return processes().stream()
                .filter(name -> !before.contains(name) || known.contains(Long.parseLong(name)))
                .toList();
    }

    /** Who may have begun since the script did, and those that are known. */
    private List<String> begunSince(long session, Collection<Long> known, long now) {
        if (session > 0 && !isBetween(session, now)) {
            return processes(); // the number is another system's
        }
        if (now < latestBefore || now - latestBefore > FEW) {
            return processes().stream()
                    .filter(name -> isBetween(Long.parseLong(name), now) || known.contains(Long.parseLong(name)))
                    .toList();
        }
        return LongStream.concat(
                        LongStream.rangeClosed(latestBefore + 1, now),
                        known.stream().mapToLong(pid -> pid))
                .distinct()
                .mapToObj(String::valueOf)
                .filter(this::isProcess)
                .toList();
    }

    /** Numbers are given in turns, and begin again after the highest. */
    private boolean isBetween(long pid, long now) {
        return now < latestBefore ? pid > latestBefore || pid <= now : pid > latestBefore && pid <= now;
    }

    private long latest() {
        try {
            return Long.parseLong(Files.readString(proc.resolve(LATEST)).strip());
        } catch (IOException | NumberFormatException e) {
            return -1;
        }
    }

    /** Threads have numbers too, under which they are found but not listed. */
    private boolean isProcess(String pid) {
        try {
            String status = Files.readString(proc.resolve(pid).resolve("status"), StandardCharsets.ISO_8859_1);
            return status.contains("\nTgid:\t" + pid + "\n");
        } catch (IOException e) {
            return false; // gone
        }
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

    /** State, parent, group, session, …; of a process that is gone, nothing. */
    private String[] stat(String pid) {
        try {
            // "123 (a name, with anything in it) S parent group session …"
            String stat =
                    new String(Files.readAllBytes(proc.resolve(pid).resolve("stat")), StandardCharsets.ISO_8859_1);
            return stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        } catch (IOException e) {
            return new String[0];
        }
    }

    /** The variables that a process was started with are read once. */
    private boolean isMarked(String pid, String start) {
        if (start.equals(others.get(pid))) {
            return false;
        }
        byte[] environment = new byte[0];
        boolean isTold = true;
        try {
            environment = environment(pid);
        } catch (IOException e) {
            isTold = false; // another user's
        }
        boolean hasMark = hasMark(environment);
        if (!hasMark && (environment.length > 0 || !isTold)) {
            others.put(pid, start);
        }
        return hasMark;
    }

    /** A process that is just becoming another program has no variables until the system has put them there. */
    private byte[] environment(String pid) throws IOException {
        byte[] environment = readEnvironment(pid);
        for (int looks = 0; environment.length == 0 && looks < PATIENCE && isBecoming(pid); looks++) {
            pause.run();
            environment = readEnvironment(pid);
        }
        return environment.length == 0 ? ofOtherThreads(pid) : environment;
    }

    private byte[] readEnvironment(String pid) throws IOException {
        return read(proc.resolve(pid).resolve("environ"));
    }

    /** The first thread of a process may end before the others, and then tells nothing any more. */
    private byte[] ofOtherThreads(String pid) throws IOException {
        byte[] environment = readEnvironment(pid);
        for (Path thread : OtherThreads.of(proc.resolve(pid))) {
            environment = environment.length == 0 ? read(thread.resolve("environ")) : environment;
        }
        return environment;
    }

    private static byte[] read(Path environ) throws IOException {
        try (var in = Files.newInputStream(environ)) {
            return in.readNBytes(MAX_ENVIRONMENT);
        }
    }

    /** It has memory, and no place in it for variables. */
    private boolean isBecoming(String pid) {
        String[] fields = stat(pid);
        return fields.length > ENVIRONMENT_END && !fields[MEMORY].equals("0") && fields[ENVIRONMENT_END].equals("0");
    }

    private boolean hasMark(byte[] environment) {
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
