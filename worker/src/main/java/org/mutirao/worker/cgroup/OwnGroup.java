package org.mutirao.worker.cgroup;

import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds, at a worker's start, the place for the cgroups of its scripts, and says what it found. */
public final class OwnGroup {
    private static final Logger log = LoggerFactory.getLogger(OwnGroup.class);
    private static final Path PROC = Path.of("/proc");
    private static final Path LINGERING = Path.of("/var/lib/systemd/linger");
    private static final boolean LINUX = System.getProperty("os.name", "").startsWith("Linux");

    private OwnGroup() {}

    /**
     * The groups that this worker can have.
     *
     * @param wanted whether a person wants them; else each script runs without one
     */
    public static TaskGroups divide(boolean wanted) throws InterruptedException {
        return wanted && LINUX
                ? divide(new Delegation(PROC, GroupFolders.ofSystem()), System.getProperty("user.name", ""))
                : TaskGroups.none();
    }

    private static TaskGroups divide(Delegation own, String user) throws InterruptedException {
        boolean root = user.equals("root");
        try {
            return said(own.take());
        } catch (Delegation.Missing e) {
            SystemdScope scope = new SystemdScope(own.name().orElse(""), root);
            if (e.canBeHelped()
                    && scope.isFitting(LINGERING, user)
                    && scope.enter(() -> own.name().orElse(""))) {
                return inScope(own, root);
            }
            say(e, root);
            return TaskGroups.none();
        }
    }

    private static TaskGroups inScope(Delegation own, boolean root) {
        try {
            return said(own.take());
        } catch (Delegation.Missing e) {
            say(e, root);
            return TaskGroups.none();
        }
    }

    private static TaskGroups said(TaskGroups groups) {
        log.info("Each script runs in a cgroup of its own, so the system holds it to its memory and its processes");
        return groups;
    }

    private static void say(Delegation.Missing why, boolean root) {
        if (why.canBeHelped()) {
            log.info(
                    "Limits by cgroup are not to be had: {}; start the worker by '{}' to have them",
                    why.getMessage(),
                    root
                            ? "systemd-run --scope -p Delegate=yes bin/mutirao-worker"
                            : "systemd-run --user --scope -p Delegate=yes bin/mutirao-worker");
        } else {
            log.info("Limits by cgroup are not to be had: {}", why.getMessage());
        }
    }
}
