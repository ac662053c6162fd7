package org.mutirao.worker.cgroup;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks systemd for a cgroup that this process may divide. Only for one that a person has started by hand: elsewhere somebody else has chosen its place. */
final class SystemdScope {
    private static final Pattern BY_HAND =
            Pattern.compile("/user\\.slice/user-(\\d+)\\.slice/(session-[^/]+\\.scope|user@\\1\\.service/.*)");
    private static final String MANAGER = "org.freedesktop.systemd1";
    private static final int ROUNDS = 100;
    private static final long PAUSE_NANOS = 20_000_000;
    private static final long PATIENCE_SECONDS = 5;

    private final String name;
    private final boolean ofSystem;

    /**
     * For a process in that group.
     *
     * @param name of the group where it is
     * @param root whether it is the administrator's
     */
    SystemdScope(String name, boolean root) {
        this.name = name;
        this.ofSystem = root;
    }

    /**
     * Whether it should be asked. What it gives a user ends with that user's last session, unless that user lingers. A worker that somebody left
     * running must not end earlier because of that.
     *
     * @param lingering where systemd notes who lingers
     */
    boolean isFitting(Path lingering, String user) {
        Matcher place = BY_HAND.matcher(name);
        return place.matches()
                && (ofSystem || place.group(2).startsWith("user@") || Files.exists(lingering.resolve(user)));
    }

    /**
     * Moves this process. Returns whether it has.
     *
     * @param now tells the name of its group
     */
    boolean enter(Supplier<String> now) throws InterruptedException {
        long pid = ProcessHandle.current().pid();
        List<String> command = new ArrayList<>(List.of(
                "busctl",
                ofSystem ? "--system" : "--user",
                "--quiet",
                "call",
                MANAGER,
                "/org/freedesktop/systemd1",
                MANAGER + ".Manager",
                "StartTransientUnit",
                "ssa(sv)a(sa(sv))",
                "mutirao-worker-" + pid + ".scope",
                "fail"));
        command.addAll(List.of("3", "PIDs", "au", "1", String.valueOf(pid), "Delegate", "b", "true"));
        command.addAll(List.of("Description", "s", "Mutirao worker", "0"));
        if (!run(command)) {
            return false;
        }
        for (int round = 0; round < ROUNDS && now.get().equals(name); round++) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return !now.get().equals(name);
    }

    private static boolean run(List<String> command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return false; // there is no such program
        }
    }
}
