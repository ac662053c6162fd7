package org.mutirao.worker.run;

import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets scripts run only on what the machine's user leaves free: with the lowest priority for the processor that is not idle, and on Linux
 * with the disk when nobody else wants it. Programs of the system do it, which become the interpreter and so cost no process.
 */
public final class Niceness {
    private static final List<String> NICE = List.of("nice", "-n", "10");
    private static final List<String> IDLE_DISK = List.of("ionice", "-c", "3");
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MAX_ANSWER = 1024;

    private Niceness() {}

    /**
     * The same interpreter, started so; just the same where this system has no such programs, or where its command has a {@code nice} of its
     * own.
     */
    public static Python of(Python python) throws InterruptedException {
        if (File.separatorChar == '\\' || python.command().stream().anyMatch(Niceness::isNice)) {
            return python; // a nice that came to Windows with another program only stands between
        }
        List<String> command = new ArrayList<>();
        for (List<String> each : List.of(NICE, IDLE_DISK)) {
            if (works(each)) {
                command.addAll(each);
            }
        }
        command.addAll(python.command());
        return python.startedBy(command);
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
