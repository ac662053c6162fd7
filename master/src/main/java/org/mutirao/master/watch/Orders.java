package org.mutirao.master.watch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Function;
import java.util.stream.Stream;
import org.mutirao.protocol.pack.NaturalOrder;

/**
 * The orders in which a list can be asked for. A page of it takes one look at each row and remembers no more rows than lie up to its end.
 *
 * @param <T> a row
 */
public final class Orders<T> {
    /** In a list, before the others: rows without that number or text come last in both directions. */
    private static final Comparator<Optional<Comparable<Object>>> UP =
            (a, b) -> a.isEmpty() || b.isEmpty() ? 0 : compare(a.get(), b.get());

    private final Map<String, Function<T, Optional<Comparable<Object>>>> keys = new LinkedHashMap<>();

    /**
     * Rows in the order that was asked for.
     *
     * @param more whether others follow
     */
    public record Page<T>(List<T> rows, boolean more) {}

    /** A row, and by what it is sorted; of equal ones the first that was seen comes first. */
    private record Keyed<T>(Optional<Comparable<Object>> key, long seen, T row) {}

    private static int compare(Comparable<Object> one, Object other) {
        return (Object) one instanceof String text
                ? NaturalOrder.INSTANCE.compare(text, (String) other)
                : one.compareTo(other);
    }

    /** One more. Numbers and words; empty where a row has none. */
    @SuppressWarnings("unchecked")
    Orders<T> by(String name, Function<T, Optional<? extends Comparable<?>>> key) {
        keys.put(name, row -> key.apply(row).map(value -> (Comparable<Object>) value));
        return this;
    }

    /** What can be asked for: a name, or a minus and a name for the other way round. */
    public List<String> words() {
        return keys.keySet().stream()
                .flatMap(name -> Stream.of(name, "-" + name))
                .toList();
    }

    /**
     * A part of the list.
     *
     * @param word one of {@link #words()}
     * @param skip how many rows stand before it
     */
    public Page<T> page(Iterator<T> all, String word, int skip, int limit) {
        boolean isDown = word.startsWith("-");
        Function<T, Optional<Comparable<Object>>> key = keys.get(isDown ? word.substring(1) : word);
        Comparator<Optional<Comparable<Object>>> byKey = isDown ? UP.reversed() : UP;
        Comparator<Keyed<T>> order = Comparator.<Keyed<T>>comparingInt(
                        each -> each.key().isEmpty() ? 1 : 0)
                .thenComparing(Keyed::key, byKey)
                .thenComparingLong(Keyed::seen);
        int most = skip + limit + 1;
        PriorityQueue<Keyed<T>> last = new PriorityQueue<>(order.reversed());
        for (long seen = 0; all.hasNext(); seen++) {
            T row = all.next();
            Keyed<T> keyed = new Keyed<>(key.apply(row), seen, row);
            if (last.size() < most) {
                last.add(keyed);
            } else if (order.compare(keyed, last.peek()) < 0) {
                last.poll();
                last.add(keyed);
            }
        }
        List<Keyed<T>> sorted = new ArrayList<>(last);
        sorted.sort(order);
        List<T> rows = sorted.stream().skip(skip).limit(limit).map(Keyed::row).toList();
        return new Page<>(rows, sorted.size() == most);
    }
}
