package org.mutirao.worker.warm;

import java.util.Optional;

/** A script that was started, as a process of ours or as a child of one. */
public interface RunningScript {
    /** Waits for its end, but not longer than that; returns whether it has come. */
    boolean waitFor(long millis) throws InterruptedException;

    /** Its exit code, or 128 and the number of the signal that ended it. Only after its end. */
    int exitValue();

    /** The number of its first process, which is also that of its session; -1 when it has ended and its number is not known. */
    long pid();

    /** Its first process; empty when that has surely ended. */
    Optional<ProcessHandle> process();

    /** What it took, as far as that is known when it has ended. */
    default Used used() {
        return Used.unknown();
    }

    /** Whether it is known, when it has ended, that nothing which it started is left. */
    default boolean hasLeftNothing() {
        return false;
    }

    /** Whether its first process is still there. */
    default boolean isAlive() {
        return process().map(ProcessHandle::isAlive).orElse(false);
    }

    /** Asks its first process to end. */
    default void terminate() {
        process().ifPresent(ProcessHandle::destroy);
    }

    /** Waits until nothing of it is left in its sandbox, after its first process was ended. What hid itself could still change its files. */
    default void awaitEmptySandbox() throws InterruptedException {
        // There is none, or it ends with that process.
    }

    /** A process that we started ourselves. */
    static RunningScript of(Process process) {
        return new OwnProcess(process);
    }

    /** The same of one that holds a sandbox. It would end all that is inside without asking, so only those inside are asked. */
    default RunningScript holdingSandbox() {
        return new SandboxHolder(this);
    }
}
