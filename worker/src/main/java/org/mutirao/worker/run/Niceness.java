package org.mutirao.worker.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Lets scripts run only on what the machine's user leaves free: with the lowest priority for the processor that is not idle, and on Linux
 * with the disk when nobody else wants it. Programs of the system do it, which become the interpreter and so cost no process.
 */
public final class Niceness {
    private static final List<String> NICE = List.of("nice", "-n", "10");
    private static final List<String> IDLE_DISK = List.of("ionice", "-c", "3");
    private static final long PATIENCE_SECONDS = 10;

    private Niceness() {}

    /**
     * The same interpreter, started so; just the same where this system has no such programs, or where its command has a {@code nice} of its
     * own.
     */
    public static Python of(Python python) throws InterruptedException {
        if (python.command().contains(NICE.get(0))) {
            return python;
        }
        List<String> command = new ArrayList<>();
        for (List<String> each : List.of(NICE, IDLE_DISK)) {
            if (works(each)) {
                command.addAll(each);
            }
        }
        command.addAll(python.command());
        return new Python(command, python.version());
    }

    private static boolean works(List<String> program) throws InterruptedException {
        List<String> trial = new ArrayList<>(program);
        trial.add("true");
        try {
            Process process = new ProcessBuilder(trial)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
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
