package org.mutirao.master.handlers;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.units.NameGlob;

/** Which tasks and jobs a person means, as she says it; what that is, {@link Selectors} finds. */
sealed interface Selector {
    /** As in {@code 17}; what is called so, if there is no such task. */
    record OneTask(TaskId id) implements Selector {}

    /**
     * As in {@code 5-40}; what is called so, if there are no such tasks.
     *
     * @param text as it was said
     */
    record Range(long from, long to, String text) implements Selector {}

    /** As in {@code j5}; what is called so, if there is no such job. */
    record OneJob(JobId id) implements Selector {
        @Override
        public boolean meansAJob() {
            return true;
        }
    }

    /** The newest job called so, with or without {@code .zip}; else the newest task. */
    record Named(String name) implements Selector {}

    /** As in {@code slow*}: each job and task whose name matches. */
    record Matching(NameGlob names) implements Selector {}

    /** The newest job. */
    record Last() implements Selector {
        @Override
        public boolean meansAJob() {
            return true;
        }
    }

    /** Everything. */
    record All() implements Selector {}

    /** Whether it surely means a job, so that "no such task" would be no answer. */
    default boolean meansAJob() {
        return false;
    }

    /** Whatever is no other way of saying it is a name. */
    static Selector of(String text) {
        Matcher number = Patterns.TASK.matcher(text);
        Matcher range = Patterns.RANGE.matcher(text);
        Matcher job = Patterns.JOB.matcher(text);
        if (number.matches()) {
            return new OneTask(new TaskId(Long.parseLong(text)));
        }
        if (range.matches()) {
            return new Range(Long.parseLong(range.group(1)), Long.parseLong(range.group(2)), text);
        }
        if (job.matches()) {
            return new OneJob(new JobId(Long.parseLong(job.group(1))));
        }
        if (NameGlob.isPattern(text)) {
            return new Matching(NameGlob.of(text));
        }
        return switch (text) {
            case "last" -> new Last();
            case "all" -> new All();
            default -> new Named(text);
        };
    }

    /** How numbers are written. */
    final class Patterns {
        private static final String NUMBER = "([1-9]\\d{0,17})";
        private static final Pattern TASK = Pattern.compile(NUMBER);
        private static final Pattern RANGE = Pattern.compile(NUMBER + "-" + NUMBER);
        private static final Pattern JOB = Pattern.compile("j" + NUMBER);

        private Patterns() {}
    }
}
