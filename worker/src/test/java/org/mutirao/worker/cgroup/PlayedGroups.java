package org.mutirao.worker.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Plain folders in place of cgroups: each has the files that Linux would put there, and is removed with them. */
final class PlayedGroups implements GroupFolders {
    private static final Map<String, String> FILES = Map.of(
            "cgroup.procs", "",
            "cgroup.events", "populated 0\nfrozen 0\n",
            "cgroup.kill", "",
            "memory.max", "max",
            "memory.oom.group", "0",
            "memory.peak", "0",
            "memory.stat", "anon 0\nfile 0\nshmem 0\n",
            "memory.events", "low 0\nmax 0\noom 0\noom_kill 0\n",
            "pids.max", "max",
            "pids.events", "max 0\n");

    private final Path proc;
    private final Path mount;
    private final List<Path> stuck = new ArrayList<>();

    /** With a process that is in the group {@code /mine}. */
    PlayedGroups(Path folder) throws IOException {
        proc = Files.createDirectories(folder.resolve("proc"));
        mount = Files.createDirectories(folder.resolve("cgroup"));
        Path self = Files.createDirectories(proc.resolve("self"));
        Files.writeString(self.resolve("stat"), stat(ProcessHandle.current().pid(), 500));
        Files.writeString(self.resolve("cgroup"), "0::/mine\n");
        Files.writeString(
                self.resolve("mountinfo"),
                "22 1 0:20 / /proc rw - proc proc rw\n30 1 0:26 / " + mount + " rw,nosuid - cgroup2 cgroup2 rw\n");
        Files.writeString(mount.resolve("cgroup.controllers"), "cpu io memory pids\n");
        make(mine());
        Files.writeString(mine().resolve("cgroup.controllers"), "memory pids\n");
        Files.writeString(mine().resolve("cgroup.subtree_control"), "");
    }

    /** As Linux tells of a process. */
    static String stat(long pid, long start) {
        return pid + " (a name) S" + " 1".repeat(18) + " " + start + " 1 1\n";
    }

    Path proc() {
        return proc;
    }

    Path mount() {
        return mount;
    }

    Path mine() {
        return mount.resolve("mine");
    }

    /** This one can't be removed, since something in it goes on. */
    void hold(Path group) {
        stuck.add(group);
    }

    /** What was in it has ended. */
    void letGo(Path group) {
        stuck.remove(group);
    }

    /** The groups of scripts, by their names. */
    List<Path> ofTasks() throws IOException {
        try (Stream<Path> all = Files.list(mine())) {
            return all.filter(each -> String.valueOf(each.getFileName()).startsWith("task-"))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void make(Path group) throws IOException {
        Files.createDirectory(group);
        for (Map.Entry<String, String> each : FILES.entrySet()) {
            Files.writeString(group.resolve(each.getKey()), each.getValue());
        }
    }

    @Override
    public void remove(Path group) throws IOException {
        if (stuck.contains(group)) {
            throw new IOException("Device or resource busy");
        }
        for (String each : FILES.keySet()) {
            Files.deleteIfExists(group.resolve(each));
        }
        Files.deleteIfExists(group);
    }
}
