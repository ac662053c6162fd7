package org.mutirao.protocol.id;

/** How a run of {@code main.py} ended, as far as its worker told. */
public sealed interface Ending {
    /** The script ended by itself. */
    record Exited(int code) implements Ending {}

    /** The worker ended it because it broke a limit. */
    record Stopped(Limit limit) implements Ending {}

    /** A worker of another group delivered a result and told nothing else. */
    record Unreported() implements Ending {}

    /** What a run may not exceed. */
    enum Limit {
        TIME,
        OUTPUT
    }

    /** Whether a person would call the run a success; a silent stranger gets the benefit of the doubt. */
    default boolean succeeded() {
        if (this instanceof Exited exited) {
            return exited.code() == 0;
        }
        return this instanceof Unreported;
    }

    /** In words, for a person. */
    default String inWords() {
        if (this instanceof Exited exited) {
            return "exit code " + exited.code();
        }
        if (this instanceof Stopped stopped) {
            return stopped.limit() == Limit.TIME ? "time limit" : "output limit";
        }
        return "delivered";
    }
}
