package org.mutirao.worker.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Keeps what is none of a script's business from it. Safe for several threads. */
public interface Sandbox {
    /**
     * A command that runs another one inside.
     *
     * @param room what the other one sees
     */
    List<String> around(Room room, List<String> command);

    /** Starts what {@link #around} made. */
    default Process start(ProcessBuilder builder) throws IOException {
        return builder.start();
    }

    /** Whether a script has the network there, if its package asks for it or does not. */
    default boolean hasNetwork(boolean asked) {
        return true;
    }

    /**
     * Whether it could not be made, so that nothing has run inside.
     *
     * @param code with which what was started has ended
     * @param errors what it said
     */
    default boolean couldNotBeMade(int code, String errors) {
        return false;
    }

    /** Whether processes inside have numbers of their own. */
    default boolean hasOwnNumbers() {
        return false;
    }

    /**
     * A process inside, as this system knows it; empty when there is none.
     *
     * @param started what was started
     * @param number its own one inside
     */
    default Optional<ProcessHandle> find(Process started, long number) {
        return ProcessHandle.of(number);
    }

    /** The number that the first program inside has there. */
    default long firstNumber(Process started) {
        return started.pid();
    }

    /** The number of the user that scripts run as, if it is another than the worker's. */
    default Optional<Integer> user() {
        return Optional.empty();
    }

    /** Makes a run's folder the script's, just before it starts. */
    default void give(Path run) throws IOException {
        // It is the same user's.
    }

    /** Makes it the worker's again. */
    default void takeBack(Path run) throws IOException {
        // It has been all the time.
    }

    /** None at all. */
    static Sandbox none() {
        return NoSandbox.INSTANCE;
    }
}
