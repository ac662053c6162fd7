package org.mutirao.master.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.id.Attempt;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;

/**
 * What is known of a task's result by running the task again on other workers. Nothing of that changes the result.
 *
 * @param runs what is compared: the task's own result first
 * @param lost how many leases of such runs were lost
 */
public record Check(State state, List<Run> runs, int lost) {
    /** Of so many no more is asked for: two agree, or all differ. */
    static final int MAX_RUNS = 3;

    /** How many leases may be lost. */
    static final int MAX_LOST = 3;

    /** Why, where a person trusts the worker that differs from the others. Without meaning for earlier masters. */
    static final String TRUSTED = "trusted";

    public Check {
        runs = List.copyOf(runs);
    }

    /** Where it is. */
    public sealed interface State {
        /** In milliseconds since 1970. */
        long since();

        /** A worker is waited for that runs it again. */
        record Waiting(long since) implements State {}

        /** A worker runs it again. */
        record Running(WorkerId worker, Attempt attempt, long until, long since) implements State {}

        /**
         * It is over.
         *
         * @param why of one that found out nothing; {@link #TRUSTED} where nothing is to follow from what it found
         */
        record Ended(Finding finding, String why, long since) implements State {}
    }

    /** What it found. */
    public enum Finding {
        /** Two workers brought the same. */
        SAME,
        /** Each run brought something else. */
        NOT_DETERMINISTIC,
        /** Two others agree, and the task's result is another. */
        FIRST_DIFFERS,
        /** The task's result and another agree, and the second run's is another. */
        SECOND_DIFFERS,
        /** Two differ, and nobody else could say which is right. */
        UNDECIDED,
        /** There was no second run. */
        NOT_VERIFIED
    }

    /**
     * One run that brought something.
     *
     * @param content a hash of all that is compared
     * @param difference to the task's own result, if there is one
     */
    public record Run(Attempt attempt, Sha256 content, Optional<Difference> difference) {}

    /**
     * What differs, to be shown.
     *
     * @param line the first line of the output that differs, from 1; 0 if none does
     * @param first that line of the task's own result, cut
     * @param other that line of the other one, cut
     * @param files names of files that differ, a few
     */
    public record Difference(int line, String first, String other, List<String> files) {
        public static final int MAX_TEXT = 200;
        public static final int MAX_FILES = 10;

        public Difference {
            files = List.copyOf(files);
        }
    }

    static Check begun(Attempt own, Sha256 content, long at) {
        return new Check(new State.Waiting(at), List.of(new Run(own, content, Optional.empty())), 0);
    }

    static Check never(String why, long at) {
        return new Check(new State.Ended(Finding.NOT_VERIFIED, why, at), List.of(), 0);
    }

    /** Whether it is not over. */
    public boolean isOpen() {
        return finding().isEmpty();
    }

    /** Whether a person trusts the worker that differs. */
    boolean isTrusted() {
        return state instanceof State.Ended ended && ended.why().equals(TRUSTED);
    }

    /** What it found, once it is over. */
    public Optional<Finding> finding() {
        return state instanceof State.Ended ended ? Optional.of(ended.finding()) : Optional.empty();
    }

    /** The lease of the worker that runs it now. */
    Optional<State.Running> running() {
        return state instanceof State.Running running ? Optional.of(running) : Optional.empty();
    }

    /** Whether one result differs from the first, and a third is to say which is right. */
    public boolean isAboutTwo() {
        return runs.size() > 1;
    }

    Check in(State other) {
        return new Check(other, runs, lost);
    }

    Check with(Run run) {
        List<Run> more = new ArrayList<>(runs);
        more.add(run);
        return new Check(state, more, lost);
    }

    Check oneMoreLost() {
        return new Check(state, runs, lost + 1);
    }

    /** It ends without a further run. */
    Check givenUp(String why, long at) {
        return in(new State.Ended(isAboutTwo() ? Finding.UNDECIDED : Finding.NOT_VERIFIED, why, at));
    }
}
