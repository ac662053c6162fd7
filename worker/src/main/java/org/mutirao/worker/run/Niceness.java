package org.mutirao.worker.run;

import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets scripts run only on what the machine's user leaves free: with the lowest priority for the processor that is not idle, and on Linux
 * with the disk when nobody else wants it. Programs of the system do it, which become the interpreter and so cost no process. On Windows the
 * worker itself gets the priority below the usual one, which its scripts then inherit.
 */
public final class Niceness {
    private static final Logger log = LoggerFactory.getLogger(Niceness.class);
    private static final List<String> NICE = List.of("nice", "-n", "10");
    private static final List<String> IDLE_DISK = List.of("ionice", "-c", "3");
    private static final List<List<String>> PROGRAMS = List.of(NICE, IDLE_DISK);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MAX_ANSWER = 1024;
    /** The right to set a priority is 0x0200, and the class below the usual one 0x4000. */
    private static final String LOWER =
            "import ctypes as c, sys; k=c.windll.kernel32; k.OpenProcess.restype=c.c_void_p;"
                    + " h=c.c_void_p(k.OpenProcess(0x0200,0,int(sys.argv[1])));"
                    + " sys.exit(0 if h.value and k.SetPriorityClass(h,0x4000) else 1)";

    private Niceness() {}

    /**
     * The same interpreter, started so; just the same where this system has no such programs, or where its command has a {@code nice} of its
     * own.
     */
    public static Python of(Python python) throws InterruptedException {
        if (File.separatorChar == '\\') {
            if (!lower(python, ProcessHandle.current().pid())) {
                log.warn("Scripts run at the usual priority: Python can't ask Windows for a lower one");
            }
            return python; // a nice that came with another program only stands between
        }
        if (python.command().stream().anyMatch(Niceness::isNice)) {
            return python;
        }
        List<String> command = new ArrayList<>();
        PROGRAMS.forEach(command::addAll);
        if (!works(command)) {
            command.clear();
            for (List<String> each : PROGRAMS) {
                if (works(each)) {
                    command.addAll(each);
                }
            }
        }
        command.addAll(python.command());
        return python.startedBy(command);
    }

    /** The programs at the beginning of a command that give it this priority. What these start can start others without them. */
    static List<String> programsOf(List<String> command) {
        int at = 0;
        for (List<String> each : PROGRAMS) {
            int end = at + each.size();
            at = end <= command.size() && command.subList(at, end).equals(each) ? end : at;
        }
        return command.subList(0, at);
    }

    /** Gives a process of Windows the priority below the usual one. Returns whether that worked. */
    static boolean lower(Python python, long pid) throws InterruptedException {
        List<String> command = new ArrayList<>(python.command());
        command.addAll(List.of("-c", LOWER, String.valueOf(pid)));
        return ShortCommand.ask(command, PATIENCE, MAX_ANSWER).isPresent();
    }

    private static boolean isNice(String word) {
        return new File(word).getName().equals(NICE.get(0));
    }

    private static boolean works(List<String> program) throws InterruptedException {
        List<String> trial = new ArrayList<>(program);
        trial.add("true");
        return ShortCommand.ask(trial, PATIENCE, MAX_ANSWER).isPresent();
    }
}
