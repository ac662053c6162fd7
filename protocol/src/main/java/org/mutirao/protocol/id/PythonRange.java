package org.mutirao.protocol.id;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which versions of Python a task runs with: {@code >=3.12}, {@code >=3.10,<3.13}, or {@code 3.12}, which means all of 3.12. Only as many
 * numbers are compared as are written, so {@code <=3.12} takes 3.12.4 too. It is read once, since the master compares it with each worker.
 */
public final class PythonRange {
    private static final int MAX_CONDITIONS = 5;
    private static final Pattern CONDITION =
            Pattern.compile("(>=|<=|==|!=|>|<|)(\\d{1,3}(?:\\.\\d{1,5}){0,2})(?:\\.\\*)?");
    private static final Pattern VERSION = Pattern.compile("\\d{1,3}(\\.\\d{1,5}){0,2}");

    private final String text;
    private final List<Condition> conditions;

    /** @throws IllegalArgumentException when it is none */
    public PythonRange(String written) {
        text = written.replace(" ", "");
        conditions = conditions(text);
    }

    private record Condition(String operator, List<Integer> version) {
        boolean holds(List<Integer> other) {
            int order = 0;
            for (int i = 0; i < version.size() && order == 0; i++) {
                order = Integer.compare(i < other.size() ? other.get(i) : 0, version.get(i));
            }
            return switch (operator) {
                case ">=" -> order >= 0;
                case "<=" -> order <= 0;
                case ">" -> order > 0;
                case "<" -> order < 0;
                case "!=" -> order != 0;
                default -> order == 0;
            };
        }
    }

    private static List<Condition> conditions(String text) {
        List<Condition> conditions = new ArrayList<>();
        for (String word : text.split(",", -1)) {
            Matcher matcher = CONDITION.matcher(word);
            if (!matcher.matches() || conditions.size() == MAX_CONDITIONS) {
                throw new IllegalArgumentException("expected versions like >=3.12 or >=3.10,<3.13");
            }
            conditions.add(new Condition(matcher.group(1), numbers(matcher.group(2))));
        }
        return List.copyOf(conditions);
    }

    private static List<Integer> numbers(String version) {
        List<Integer> numbers = new ArrayList<>();
        for (String number : version.split("\\.", -1)) {
            numbers.add(Integer.valueOf(number));
        }
        return numbers;
    }

    /**
     * Those that are in both.
     *
     * @throws IllegalArgumentException when that takes too many conditions
     */
    public PythonRange and(PythonRange other) {
        return equals(other) ? this : new PythonRange(text + "," + other.text);
    }

    /** As it was written, without spaces. */
    public String text() {
        return text;
    }

    /**
     * Whether an interpreter is one of them.
     *
     * @param version as it tells it, like 3.12.1
     */
    public boolean has(String version) {
        Matcher start = VERSION.matcher(version);
        if (!start.lookingAt()) {
            return false;
        }
        List<Integer> numbers = numbers(start.group());
        return conditions.stream().allMatch(condition -> condition.holds(numbers));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PythonRange range && text.equals(range.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
