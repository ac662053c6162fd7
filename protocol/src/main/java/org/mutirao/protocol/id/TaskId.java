package org.mutirao.protocol.id;

import org.mutirao.protocol.text.Text;

/**
 * A task of one grid, numbered from 1 in the order in which the grid accepted it.
 *
 * @param number 1 or more
 */
public record TaskId(long number) implements Comparable<TaskId> {
    public TaskId {
        if (number < 1) {
            throw new IllegalArgumentException("task id " + number + ": expected a number from 1");
        }
    }

    /** Reads what {@link #toString()} writes. */
    public static TaskId parse(String text) {
        try {
            return new TaskId(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(Text.of("task id '%s': expected a whole number", text), e);
        }
    }

    @Override
    public int compareTo(TaskId other) {
        return Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return Long.toString(number);
    }
}
