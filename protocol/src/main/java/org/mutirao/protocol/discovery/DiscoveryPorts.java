package org.mutirao.protocol.discovery;

import java.util.ArrayList;
import java.util.List;
import org.mutirao.protocol.text.Text;

/**
 * The UDP ports on which masters are asked for.
 *
 * @param numbers 0 stands for any free one; an empty list turns discovery off
 */
public record DiscoveryPorts(List<Integer> numbers) {
    public DiscoveryPorts {
        numbers = List.copyOf(numbers);
    }

    /** Ours and group C's, then those of A and D, of B, of E and of F. */
    public static DiscoveryPorts defaults() {
        return new DiscoveryPorts(List.of(50005, 9999, 8888, 50001, 55001));
    }

    public static DiscoveryPorts none() {
        return new DiscoveryPorts(List.of());
    }

    /** Reads {@code 50005,9999} or {@code none}. */
    public static DiscoveryPorts parse(String text) {
        if (text.strip().equals("none")) {
            return none();
        }
        List<Integer> numbers = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            int number;
            try {
                number = Integer.parseInt(part.strip());
            } catch (NumberFormatException e) {
                throw bad(text, e);
            }
            if (number < 0 || number > 65_535) {
                throw bad(text, null);
            }
            numbers.add(number);
        }
        return new DiscoveryPorts(numbers);
    }

    private static IllegalArgumentException bad(String text, Exception cause) {
        return new IllegalArgumentException(
                Text.of("'%s' is no list of ports: write it like 50005,9999 or none", text), cause);
    }

    @Override
    public String toString() {
        return numbers.isEmpty()
                ? "none"
                : String.join(",", numbers.stream().map(String::valueOf).toList());
    }
}
