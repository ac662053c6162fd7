package org.mutirao.protocol.id;

/**
 * The how-many-eth lease of a task this is. A lease with a lower number than the task's last one is stale.
 *
 * @param number 1 or more
 */
public record Attempt(int number) implements Comparable<Attempt> {
    public Attempt {
        if (number < 1) {
            throw new IllegalArgumentException("attempt " + number + ": expected a number from 1");
        }
    }

    @Override
    public int compareTo(Attempt other) {
        return Integer.compare(number, other.number);
    }

    @Override
    public String toString() {
        return Integer.toString(number);
    }
}
