package org.mutirao.worker.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.mutirao.protocol.text.Text;

/** Finds the cgroup that this process may divide: its own, if it may change that and is alone there. */
final class Delegation {
    /** The system allows limits only where no process is beside the groups that have them. So this process goes into one of its own. */
    static final String LEAF = "mutirao-worker";

    private static final List<String> NEEDED = List.of("memory", "pids");
    private static final int ROUNDS = 20;

    private final Path proc;
    private final GroupFolders folders;

    /** @param proc where the system tells of processes */
    Delegation(Path proc, GroupFolders folders) {
        this.proc = proc;
        this.folders = folders;
    }

    /** Why there is none. */
    static final class Missing extends Exception {
        private static final long serialVersionUID = 1;
        private final boolean helped;

        /** @param helped whether a start in another group helps */
        Missing(String reason, boolean helped) {
            super(reason);
            this.helped = helped;
        }

        boolean canBeHelped() {
            return helped;
        }
    }

    /** The name of this process's group, like {@code /user.slice/session-1.scope}; empty if there is none. */
    Optional<String> name() {
        return read(proc.resolve("self").resolve("cgroup"))
                .filter(line -> line.startsWith("0::/"))
                .map(line -> line.substring("0::".length()))
                .findFirst();
    }

    /** Divides it. The process goes into a group in it. */
    TaskGroups take() throws Missing {
        Path own = own();
        Path base = own.endsWith(LEAF) ? own.getParent() : own;
        Set<String> controllers = controllers(base);
        if (!controllers.containsAll(NEEDED)) {
            throw missing(Text.of("the worker's cgroup %s has no controllers for memory and processes", base));
        }
        if (!mayChange(base)) {
            throw missing(Text.of("the worker's cgroup %s belongs to another user", base));
        }
        if (isSystemds(base)) {
            throw missing(Text.of("systemd has not delegated the worker's cgroup %s", base));
        }
        try {
            Path leaf = base.resolve(LEAF);
            if (!Files.isDirectory(leaf)) {
                folders.make(leaf);
            }
            goInto(leaf, base);
            List<String> wanted = new ArrayList<>(NEEDED);
            if (controllers.contains("io")) {
                wanted.add("io");
            }
            for (String each : wanted) {
                GroupFiles.write(base, "cgroup.subtree_control", "+" + each);
            }
            return TaskGroups.below(base, proc, folders);
        } catch (IOException e) {
            throw missing(Text.of("the system refuses to divide the worker's cgroup (%s)", e));
        }
    }

    private static Set<String> controllers(Path group) {
        return Set.of(
                String.join(" ", GroupFiles.lines(group, "cgroup.controllers")).split(" ", -1));
    }

    private static Missing missing(String reason) {
        return new Missing(reason, true);
    }

    private static boolean mayChange(Path group) {
        return Stream.of(".", "cgroup.procs", "cgroup.subtree_control")
                .map(group::resolve)
                .allMatch(Files::isWritable);
    }

    /** The administrator may change those of systemd's units too, and then they can't be started again. Systemd marks them all, and those that it delegates. */
    private static boolean isSystemds(Path group) {
        try {
            UserDefinedFileAttributeView marks = Files.getFileAttributeView(group, UserDefinedFileAttributeView.class);
            List<String> names = marks == null ? List.of() : marks.list();
            return names.contains("invocation_id") && !names.contains("delegate");
        } catch (IOException e) {
            return false; // this system keeps no marks there
        }
    }

    private Path own() throws Missing {
        Optional<String> name = name();
        Optional<String[]> mount = read(proc.resolve("self").resolve("mountinfo"))
                .map(line -> line.split(" ", -1))
                .filter(words ->
                        List.of(words).indexOf("-") > 0 && words[List.of(words).indexOf("-") + 1].equals("cgroup2"))
                .findFirst();
        if (name.isEmpty() || mount.isEmpty()) {
            throw new Missing(Text.of("this system has no cgroup v2"), false);
        }
        if (!controllers(Path.of(mount.get()[4])).containsAll(NEEDED)) {
            throw new Missing(
                    Text.of("the cgroup v2 of this system has no controllers for memory and processes"), false);
        }
        String root = mount.get()[3].equals("/") ? "" : mount.get()[3];
        String below = name.get().startsWith(root) ? name.get().substring(root.length()) : name.get();
        return Path.of(mount.get()[4] + below).normalize();
    }

    /** With what it has started already. */
    private void goInto(Path leaf, Path base) throws IOException, Missing {
        long self = ProcessHandle.current().pid();
        for (int round = 0; round < ROUNDS; round++) {
            List<Long> here = members(base);
            if (!here.stream().allMatch(pid -> pid == self || isOwn(pid))) {
                throw missing(Text.of("other programs are in the worker's cgroup %s too", base));
            }
            if (here.isEmpty()) {
                return;
            }
            for (long pid : here) {
                enter(leaf, pid);
            }
        }
    }

    private static void enter(Path leaf, long pid) throws IOException {
        try {
            GroupFiles.write(leaf, "cgroup.procs", String.valueOf(pid));
        } catch (IOException e) {
            if (pid == ProcessHandle.current().pid()) {
                throw e;
            } // else it has ended
        }
    }

    private static List<Long> members(Path group) {
        return GroupFiles.lines(group, "cgroup.procs").stream()
                .map(Long::parseLong)
                .toList();
    }

    /** Whether this process has started it. One that has ended is nobody else's. */
    private static boolean isOwn(long pid) {
        long self = ProcessHandle.current().pid();
        Optional<ProcessHandle> each = ProcessHandle.of(pid);
        if (each.isEmpty()) {
            return pid > 0;
        }
        while (each.isPresent()) {
            if (each.get().pid() == self) {
                return true;
            }
            each = each.get().parent();
        }
        return false;
    }

    private static Stream<String> read(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            return Stream.of();
        }
    }
}
