package org.mutirao.console;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a word says about which tasks or jobs are meant, as far as that is clear without asking. */
final class Which {
    private static final Pattern TASK = Pattern.compile("[1-9]\\d{0,17}");
    private static final Pattern RANGE = Pattern.compile("[1-9]\\d{0,17}-[1-9]\\d{0,17}");
    private static final Pattern JOB = Pattern.compile("j[1-9]\\d{0,17}");

    private static final Pattern JOBS = Pattern.compile("j?([1-9]\\d{0,17})(?:-j?([1-9]\\d{0,17}))?");

    /** What stands before the numbers is the same in both. */
    private static final Pattern NAMES = Pattern.compile("(.*?)(\\d{1,18})-\\1(\\d{1,18})");

    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private Which() {}

    /** Numbers of jobs. */
    record Numbers(long from, long to) {
        boolean has(long number) {
            return from <= number && number <= to;
        }
    }

    /** Which jobs are meant by {@code j5}, {@code 5}, {@code j5-j40} or {@code 5-40}; empty if it is something else. */
    static Optional<Numbers> jobs(String word) {
        Matcher numbers = JOBS.matcher(word);
        if (!numbers.matches()) {
            return Optional.empty();
        }
        long from = Long.parseLong(numbers.group(1));
        return Optional.of(new Numbers(from, numbers.group(2) == null ? from : Long.parseLong(numbers.group(2))));
    }

    /** Which names are meant by {@code pc1-pc9}: the numbers count, with or without zeros before them; empty if it is something else. */
    static Optional<Predicate<String>> namesFromTo(String word) {
        Matcher range = NAMES.matcher(word);
        if (!range.matches()) {
            return Optional.empty();
        }
        Numbers meant = new Numbers(Long.parseLong(range.group(2)), Long.parseLong(range.group(3)));
        Pattern name = Pattern.compile(Pattern.quote(range.group(1)) + "(\\d{1,18})");
        return Optional.of(each -> {
            Matcher number = name.matcher(each);
            return number.matches() && meant.has(Long.parseLong(number.group(1)));
        });
    }

    /** Names in the order in which a person counts: pc2 before pc10. */
    static String countable(String name) {
        return NUMBER.matcher(name.toLowerCase(Locale.ROOT))
                .replaceAll(number -> "0".repeat(Math.max(0, 18 - number.group().length())) + number.group());
    }

    /** A task's id. */
    static boolean isTask(String word) {
        return TASK.matcher(word).matches();
    }

    /** A job's number, as in {@code j5}. */
    static boolean isJob(String word) {
        return JOB.matcher(word).matches();
    }

    /** Possibly more than one job. */
    static boolean isMany(String word) {
        return RANGE.matcher(word).matches() || word.indexOf('*') >= 0 || word.indexOf('?') >= 0 || word.equals("all");
    }

    /** Not a mere name, which could be that of something else. */
    static boolean isSelector(String word) {
        return isTask(word) || isJob(word) || isMany(word) || word.equals("last");
    }
}
