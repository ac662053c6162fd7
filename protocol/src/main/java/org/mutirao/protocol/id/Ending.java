package org.mutirao.protocol.id;

import org.mutirao.protocol.units.SafeText;

/** How a run of {@code main.py} ended, as far as its worker told. */
public sealed interface Ending {
    /** What a note has at most, in characters. */
    int MAX_NOTE = 2000;

    /**
     * The script ended by itself.
     *
     * @param note why, or what is missing in its result, for people; often empty
     */
    record Exited(int code, String note) implements Ending {
        public Exited {
            note = cut(note);
        }

        /** Without a note. */
        public Exited(int code) {
            this(code, "");
        }
    }

    /**
     * The worker ended it because it broke a limit.
     *
     * @param note as of {@link Exited}
     */
    record Stopped(Limit limit, String note) implements Ending {
        public Stopped {
            note = cut(note);
        }

        /** Without a note. */
        public Stopped(Limit limit) {
            this(limit, "");
        }
    }

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

    /** What its worker told besides, for people; often empty. */
    default String note() {
        if (this instanceof Exited exited) {
            return exited.note();
        }
        return this instanceof Stopped stopped ? stopped.note() : "";
    }

    /** The same with another note. */
    default Ending with(String note) {
        if (this instanceof Exited exited) {
            return new Exited(exited.code(), note);
        }
        return this instanceof Stopped stopped ? new Stopped(stopped.limit(), note) : this;
    }

    /** In words, for a person. */
    default String inWords() {
        return kind() + (note().isEmpty() ? "" : ": " + note());
    }

    private String kind() {
        if (this instanceof Exited exited) {
            return "exit code " + exited.code();
        }
        if (this instanceof Stopped stopped) {
            return stopped.limit() == Limit.TIME ? "time limit" : "output limit";
        }
        return "delivered";
    }

    private static String cut(String note) {
        return note.length() <= MAX_NOTE ? note : SafeText.of(note, ' ', MAX_NOTE / 2);
    }
}
