package org.mutirao.worker;

import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.worker.run.ScriptEnvironment;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** What a script may use and see, on the command line. */
final class LimitOptions {
    private static final String NONE = CommandLine.Option.NULL_VALUE;

    @Option(
            names = "--pass-env",
            paramLabel = "NAME,…",
            hideParamSyntax = true,
            defaultValue = "${env:MUTIRAO_PASS_ENV:-" + NONE + "}",
            split = ",",
            description = "More variables of the worker that scripts have too, with commas.")
    private List<String> passed;

    @Option(
            names = "--max-memory",
            paramLabel = "SIZE",
            defaultValue = "${env:MUTIRAO_MAX_MEMORY:-" + NONE + "}",
            description = "What a script may take of the memory (an equal part for each slot).")
    private ByteSize maxMemory;

    Optional<ByteSize> maxMemory() {
        return Optional.ofNullable(maxMemory);
    }

    /** Throws an IllegalArgumentException with a sentence where one can't be a name. */
    List<String> passed() {
        return ScriptEnvironment.names(passed == null ? List.of() : passed);
    }
}
