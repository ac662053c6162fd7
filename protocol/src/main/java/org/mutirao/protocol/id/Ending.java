package org.mutirao.protocol.id;

import org.mutirao.protocol.text.Text;
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

        @Override
        public boolean succeeded() {
            return code == 0;
        }

        @Override
        public Ending with(String other) {
            return new Exited(code, other);
        }

        @Override
        public String kind() {
            return Text.of("exit code %s", code);
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

        @Override
        public boolean succeeded() {
            return false;
        }

        @Override
        public Ending with(String other) {
            return new Stopped(limit, other);
        }

        @Override
        public String kind() {
            return switch (limit) {
                case TIME -> Text.of("time limit");
                case OUTPUT -> Text.of("output limit");
                case MEMORY -> Text.of("limit: memory");
                case PROCESSES -> Text.of("limit: processes");
                case CPU -> Text.of("limit: cpu");
                case DISK -> Text.of("limit: disk");
                case FILES -> Text.of("limit: files");
            };
        }
    }

    /** A worker of another group delivered a result and told nothing else. */
    record Unreported() implements Ending {
        @Override
        public boolean succeeded() {
            return true;
        }

        @Override
        public String note() {
            return "";
        }

        @Override
        public Ending with(String other) {
            return this;
        }

        @Override
        public String kind() {
            return "delivered";
        }
    }

    /** What a run may not exceed. */
    enum Limit {
        TIME,
        OUTPUT,
        MEMORY,
        PROCESSES,
        CPU,
        DISK,
        FILES;

        /** Whether programs of ours know it that are older than the other limits. */
        public boolean isOld() {
            return this == TIME || this == OUTPUT;
        }
    }

    /** Whether a person would call the run a success; a silent stranger gets the benefit of the doubt. */
    boolean succeeded();

    /** What its worker told besides, for people; often empty. */
    String note();

    /** The same with another note, if it has room for one. */
    Ending with(String note);

    /** In a few words, without the note. */
    String kind();

    /** In words, for a person. */
    default String inWords() {
        return kind() + (note().isEmpty() ? "" : ": " + note());
    }

    private static String cut(String note) {
        return note.length() <= MAX_NOTE ? note : SafeText.of(note, ' ', MAX_NOTE / 2);
    }
}
