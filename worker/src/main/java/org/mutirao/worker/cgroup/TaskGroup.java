package org.mutirao.worker.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.mutirao.worker.warm.Used;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cgroup of one script and all it starts: the system holds them together to its limits, counts what they take, and ends them all at once. It is
 * used again for the next script. For one thread at a time.
 */
public final class TaskGroup {
    private static final Logger log = LoggerFactory.getLogger(TaskGroup.class);
    private static final TaskGroup NONE = new TaskGroup(null, GroupFolders.ofSystem());
    /** The most memory that was taken at a time can't be forgotten. What later scripts took is known only where it is more. */
    private static final long MAX_REUSED = 64L << 20;

    private static final int ROUNDS = 200;
    private static final long PAUSE_NANOS = 5_000_000;
    private static final String WITHOUT = "max";

    private final Path folder;
    private final GroupFolders folders;
    private String memory = "";
    private String processes = "";
    private Seen earlier = Seen.NOTHING;
    private Seen now = Seen.NOTHING;
    private boolean empty = true;
    private boolean asked;

    /** What the system has counted since the group was made. */
    private record Seen(long peak, long micros, long read, long written, long killed, long refused) {
        private static final Seen NOTHING = new Seen(0, 0, 0, 0, 0, 0);
    }

    private TaskGroup(Path folder, GroupFolders folders) {
        this.folder = folder;
        this.folders = folders;
    }

    /** For a script without one. */
    public static TaskGroup none() {
        return NONE;
    }

    static TaskGroup create(Path folder, GroupFolders folders) throws IOException {
        folders.make(folder);
        return new TaskGroup(folder, folders);
    }

    /**
     * Prepares it for the next script.
     *
     * @param bytes that all its processes may take together; 0 for no limit
     * @param tasks processes and threads that it may have; 0 for no limit
     */
    void hold(long bytes, long tasks) throws IOException {
        String wantedMemory = bytes > 0 ? String.valueOf(bytes) : WITHOUT;
        if (!wantedMemory.equals(memory)) {
            GroupFiles.write(folder, "memory.max", wantedMemory);
            GroupFiles.write(folder, "memory.oom.group", "1");
            if (Files.exists(folder.resolve("memory.swap.max"))) {
                GroupFiles.write(folder, "memory.swap.max", bytes > 0 ? "0" : WITHOUT);
            }
            memory = wantedMemory;
        }
        String wanted = tasks > 0 ? String.valueOf(tasks) : WITHOUT;
        if (!wanted.equals(processes)) {
            GroupFiles.write(folder, "pids.max", wanted);
            processes = wanted;
        }
    }

    /** The file into which a process writes 0 to come in; empty if there is no group. */
    public Optional<Path> entrance() {
        return Optional.ofNullable(folder).map(each -> each.resolve("cgroup.procs"));
    }

    /** What happens to a script's first process before it begins; empty if there is no group. */
    public Optional<LongConsumer> before() {
        return entrance().map(entrance -> this::enter);
    }

    /** Brings a process in, before it becomes the script. What it starts is in there too. */
    void enter(long pid) {
        try {
            GroupFiles.write(folder, "cgroup.procs", String.valueOf(pid));
        } catch (IOException e) {
            log.warn(
                    "A script runs outside of its cgroup ({}); the worker itself holds it to its limits", e.toString());
        }
    }

    private Seen seen() {
        List<String> io = GroupFiles.lines(folder, "io.stat");
        return new Seen(
                GroupFiles.number(folder, "memory.peak"),
                GroupFiles.numberOf(GroupFiles.lines(folder, "cpu.stat"), "usage_usec"),
                GroupFiles.sumOf(io, "rbytes"),
                GroupFiles.sumOf(io, "wbytes"),
                GroupFiles.numberOf(GroupFiles.lines(folder, "memory.events"), "oom_kill"),
                GroupFiles.numberOf(GroupFiles.lines(folder, "pids.events"), "max"));
    }

    /**
     * What all its processes took so far.
     *
     * @param told what is known besides; it has the larger numbers where the system does not count
     */
    public Used used(Used told) {
        if (folder == null) {
            return told;
        }
        now = seen();
        asked = true;
        long peak = now.peak() > earlier.peak() ? now.peak() - files() : 0;
        Duration cpu = Duration.ofMillis(Math.max(0, now.micros() - earlier.micros()) / 1000);
        long read = now.read() - earlier.read();
        long written = now.written() - earlier.written();
        Optional<Used.Io> counted =
                read > 0 || written > 0 ? Optional.of(new Used.Io(read, written)) : Optional.empty();
        return new Used(
                Math.max(told.memory(), peak),
                told.cpu().compareTo(cpu) > 0 ? told.cpu() : cpu,
                told.io().map(io -> counted.map(io::or).orElse(io)).or(() -> counted));
    }

    /** What the system keeps of files that it can read again is nothing that a script needs. */
    private long files() {
        List<String> lines = GroupFiles.lines(folder, "memory.stat");
        return Math.max(0, GroupFiles.numberOf(lines, "file") - GroupFiles.numberOf(lines, "shmem"));
    }

    /** Whether the system had ended this script when it was asked what that took, since it had no more memory for it. */
    public boolean lackedMemory() {
        return now.killed() > earlier.killed();
    }

    /** Whether the system had refused this script a process or a thread when it was asked what that took. */
    public boolean lackedProcesses() {
        return now.refused() > earlier.refused();
    }

    private boolean isEmpty() {
        List<String> events = GroupFiles.lines(folder, "cgroup.events");
        return GroupFiles.numberOf(events, "populated") == 0;
    }

    /** Ends all that is in there, and waits for that. */
    public void kill() {
        if (folder == null) {
            return;
        }
        empty = isEmpty();
        boolean quiet = empty;
        for (int round = 0; round < ROUNDS && !empty; round++) {
            killOnce();
            LockSupport.parkNanos(PAUSE_NANOS);
            empty = isEmpty();
        }
        now = quiet && asked ? now : seen();
        asked = false; // nobody asks what a script took that is recalled, but it is not the next one's
    }

    /** Systems older than this file are asked to end each process. */
    private void killOnce() {
        try {
            GroupFiles.write(folder, "cgroup.kill", "1");
        } catch (IOException e) {
            GroupFiles.lines(folder, "cgroup.procs").stream()
                    .map(Long::parseLong)
                    .filter(pid -> pid > 0)
                    .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        }
    }

    /** Whether the next script can have it, after all was ended; what was counted so far is not that one's. */
    boolean isFree() {
        earlier = now;
        return empty && now.peak() <= MAX_REUSED;
    }

    /** Returns whether it is gone. */
    boolean remove() {
        try {
            folders.remove(folder);
            return true;
        } catch (IOException e) {
            return false; // something in it has not ended yet
        }
    }

    /** One that an earlier worker has made. */
    static TaskGroup leftOver(Path folder, GroupFolders folders) {
        return new TaskGroup(folder, folders);
    }
}
