package org.mutirao.worker.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What one script and all it starts are held to.
 *
 * @param memory in bytes, of all its processes together; 0 for no limit
 * @param processes at a time
 * @param openFiles of one process
 */
record TaskLimits(long memory, int processes, int openFiles) {
    /** A script that needs more at a time harms the others of its machine. */
    static final int MAX_PROCESSES = 500;

    static final int MAX_OPEN_FILES = 4096;

    /** Leaves the variables as they are, which a shell does not. */
    private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");

    private static final Path SHELL = Path.of("/bin/sh");

    /**
     * What a process may reserve beyond what it may use: a library that computes on all cores sets memory aside for each and hardly touches
     * it.
     */
    private static final long SLACK = 256L << 20;

    private static final long SLACK_OF_CORE = 32L << 20;

    /** Whether this system lets a process be started with fewer open files. */
    static boolean holdOpenFiles() {
        return Files.isExecutable(PRLIMIT) || Files.isExecutable(SHELL);
    }

    /** Only what no script needs. */
    static TaskLimits none() {
        return new TaskLimits(0, MAX_PROCESSES, MAX_OPEN_FILES);
    }

    /** What the system refuses to one process; 0 for nothing. */
    private long reserved() {
        return memory == 0
                ? 0
                : memory + SLACK + SLACK_OF_CORE * Runtime.getRuntime().availableProcessors();
    }

    /** For the fork server, by the names that Python has for these. */
    String inWords() {
        return "NOFILE=" + openFiles + (memory == 0 ? "" : " DATA=" + reserved());
    }

    /**
     * A command that has these and then becomes another. A limit that is lower here already stays as it is.
     *
     * @param command what it becomes
     */
    List<String> around(List<String> command) {
        List<String> whole = new ArrayList<>();
        if (Files.isExecutable(PRLIMIT)) {
            long files = Math.min(openFiles, OwnLimits.most("Max open files"));
            whole.addAll(List.of(PRLIMIT.toString(), "--nofile=" + files + ":" + files));
            if (memory > 0) {
                long data = Math.min(reserved(), OwnLimits.most("Max data size"));
                whole.add("--data=" + data + ":" + data);
            }
        } else if (Files.isExecutable(SHELL)) {
            String data = memory > 0 ? "ulimit -d " + (reserved() >> 10) + " 2>/dev/null; " : "";
            String script = "ulimit -n " + openFiles + " 2>/dev/null; " + data + "exec \"$@\"";
            whole.addAll(List.of(SHELL.toString(), "-c", script, "sh"));
        }
        whole.addAll(command);
        return whole;
    }
}
