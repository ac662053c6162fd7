package org.mutirao.master.dispatch;

import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;

/** Goes through several sorted sources as if they were one, which must not change meanwhile. The next one can be seen before it is taken. */
final class Merged<T> implements Iterator<T> {
    private static final class Source<T> {
        private final Iterator<T> rest;
        private T next;

        Source(Iterator<T> rest) {
            this.rest = rest;
            this.next = rest.next();
        }

        boolean step() {
            boolean more = rest.hasNext();
            next = more ? rest.next() : null;
            return more;
        }
    }

    private final PriorityQueue<Source<T>> sources;

    Merged(Collection<? extends Iterable<T>> sorted, Comparator<T> order) {
        sources = new PriorityQueue<>(Math.max(1, sorted.size()), (one, other) -> order.compare(one.next, other.next));
        for (Iterable<T> each : sorted) { // for each question of a worker, so without a stream
            Iterator<T> rest = each.iterator();
            if (rest.hasNext()) {
                sources.add(new Source<>(rest));
            }
        }
    }

    @Override
    public boolean hasNext() {
        return !sources.isEmpty();
    }

    /** The next one, which is there. */
    T peek() {
        return sources.element().next;
    }

    @Override
    public T next() {
        Source<T> first = sources.poll();
        if (first == null) {
            throw new NoSuchElementException();
        }
        T next = first.next;
        if (first.step()) {
            sources.add(first);
        }
        return next;
    }
}
