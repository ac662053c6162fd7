package org.mutirao.worker.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.mutirao.protocol.pack.Requirements;

/** Where what packages want to have installed is to be had. Safe for several threads. */
public interface EnvironmentSource {
    /**
     * An environment that stays until it is closed.
     *
     * @param builtAt changes whenever one of that name is built anew
     * @param programs the folder of its interpreter
     */
    record Taken(Python python, String name, long builtAt, Path programs, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }

    /**
     * An environment with what a package wants, which may take long to make.
     *
     * @param recalled asked now and then; true ends the wait
     * @return empty when it was recalled
     * @throws EnvironmentFailed with a reason for people
     */
    Optional<Taken> take(Requirements requirements, BooleanSupplier recalled)
            throws EnvironmentFailed, IOException, InterruptedException;
}
