package org.mutirao.worker.warm;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A script that was started, as a process of ours or as a child of one. */
public interface RunningScript {
    /** Waits for its end, but not longer than that; returns whether it has come. */
    boolean waitFor(long millis) throws InterruptedException;

    /** Its exit code, or 128 and the number of the signal that ended it. Only after its end. */
    int exitValue();

    /** The number of its first process, which is also that of its session. */
    long pid();

    /** Its first process; empty when that has surely ended. */
    Optional<ProcessHandle> process();

    /** What it took, as far as that is known when it has ended. */
    default Used used() {
        return Used.unknown();
    }

    /** Whether its first process is still there. */
    default boolean isAlive() {
        return process().map(ProcessHandle::isAlive).orElse(false);
    }

    /** A process that we started ourselves. */
    static RunningScript of(Process process) {
        return new RunningScript() {
            @Override
            public boolean waitFor(long millis) throws InterruptedException {
                return process.waitFor(millis, TimeUnit.MILLISECONDS);
            }

            @Override
            public int exitValue() {
                return process.exitValue();
            }

            @Override
            public long pid() {
                return process.pid();
            }

            @Override
            public Optional<ProcessHandle> process() {
                return process.isAlive() ? Optional.of(process.toHandle()) : Optional.empty();
            }
        };
    }
}
