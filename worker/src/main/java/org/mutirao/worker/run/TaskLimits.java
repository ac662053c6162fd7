package org.mutirao.worker.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.mutirao.protocol.pack.TaskBounds;

/**
 * What one script and all it starts are held to.
 *
 * @param timeout from its start
 * @param memory in bytes, of all its processes together; 0 for no limit
 * @param bounds what is 0 there has no limit
 * @param ofUser how many processes and threads the worker's user may have for the system to let the script start more; 0 for no limit
 */
record TaskLimits(Duration timeout, long memory, TaskBounds bounds, long ofUser) {
    /** Leaves the variables as they are, which a shell does not. */
    private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");

    private static final Path SHELL = Path.of("/bin/sh");

    /**
     * What a process may reserve beyond what it may use: a library that computes on all cores sets memory aside for each and hardly touches
     * it.
     */
    private static final long SLACK = 256L << 20;

    private static final long SLACK_OF_CORE = 32L << 20;
    /** The worker looks at the sum of all processes. The system stops one that goes on far longer, should the worker hang. */
    private static final long SLACK_SECONDS = 5;
    /** What may be written until the worker has looked. What is printed is a file too. */
    private static final long SLACK_OF_FILE = 64L << 20;

    private static final int SHELL_BLOCK = 512;

    /** Whether this system lets a process be started with fewer open files. */
    static boolean holdOpenFiles() {
        return Files.isExecutable(PRLIMIT) || Files.isExecutable(SHELL);
    }

    /** One limit of the system: its name there, for the program that sets it, and for a shell. */
    private record Rlimit(String name, String option, String letter, long soft, long hard) {}

    /** Without one for the user. */
    TaskLimits(Duration timeout, long memory, TaskBounds bounds) {
        this(timeout, memory, bounds, 0);
    }

    /** How many processes and threads it may have together, so that the system stops one that starts them faster than the worker looks. */
    long tasks() {
        return UserProcesses.tasks(bounds.processes(), Runtime.getRuntime().availableProcessors());
    }

    /** The same with one for the user. */
    TaskLimits withUser(long processes) {
        return new TaskLimits(timeout, memory, bounds, processes);
    }

    /** What the system refuses to one process; 0 for nothing. */
    long reserved() {
        return memory == 0
                ? 0
                : memory + SLACK + SLACK_OF_CORE * Runtime.getRuntime().availableProcessors();
    }

    private List<Rlimit> ofSystem() {
        List<Rlimit> all = new ArrayList<>();
        if (bounds.openFiles() > 0) {
            all.add(new Rlimit("NOFILE", "--nofile", "n", bounds.openFiles(), bounds.openFiles()));
        }
        if (memory > 0) {
            all.add(new Rlimit("DATA", "--data", "d", reserved(), reserved()));
        }
        if (!bounds.cpuTime().isZero()) {
            long seconds = bounds.cpuTime().plusMillis(999).toSeconds() + SLACK_SECONDS;
            all.add(new Rlimit("CPU", "--cpu", "t", seconds, seconds + SLACK_SECONDS));
        }
        if (bounds.disk() > 0 && bounds.output() > 0) {
            long most = Math.max(bounds.disk(), bounds.output()) + SLACK_OF_FILE;
            all.add(new Rlimit("FSIZE", "--fsize", "f", most, most));
        }
        if (ofUser > 0) {
            all.add(new Rlimit("NPROC", "--nproc", "u", ofUser, ofUser));
        }
        return all;
    }

    /** For the fork server, by the names that Python has for these. */
    String inWords() {
        return String.join(
                " ",
                ofSystem().stream()
                        .map(each ->
                                each.name() + "=" + each.soft() + (each.hard() > each.soft() ? ":" + each.hard() : ""))
                        .toList());
    }

    /**
     * A command that has these and then becomes another. A limit that is lower here already stays as it is.
     *
     * @param command what it becomes
     */
    List<String> around(List<String> command) {
        List<String> whole = new ArrayList<>();
        if (Files.isExecutable(PRLIMIT)) {
            whole.add(PRLIMIT.toString());
            for (Rlimit each : ofSystem()) {
                long most = OwnLimits.most(each.name());
                whole.add(each.option() + "=" + Math.min(each.soft(), most) + ":" + Math.min(each.hard(), most));
            }
        } else if (Files.isExecutable(SHELL)) {
            StringBuilder script = new StringBuilder();
            for (Rlimit each : ofSystem()) {
                script.append("ulimit -")
                        .append(each.letter())
                        .append(' ')
                        .append(forShell(each))
                        .append(" 2>/dev/null; ");
            }
            whole.addAll(List.of(SHELL.toString(), "-c", script + "exec \"$@\"", "sh"));
        }
        whole.addAll(command);
        return whole;
    }

    private static long forShell(Rlimit limit) {
        return switch (limit.letter()) {
            case "d" -> limit.hard() >> 10;
            case "f" -> limit.hard() / SHELL_BLOCK;
            default -> limit.hard();
        };
    }
}
