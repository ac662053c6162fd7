package org.mutirao.master.watch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.mutirao.protocol.message.EventRow;

/**
 * What happened lately, numbered from 1 since this master started. A slow reader misses the oldest, and
 * can tell by the numbers; nobody makes it grow.
 */
public final class EventFeed {
    private static final int MAX_KEPT = 5000;

    private final Deque<Event> events = new ArrayDeque<>();
    /** What single tasks of jobs of several do, so that a large job does not push out all else. */
    private final Deque<Event> parts = new ArrayDeque<>();

    private long lastId;

    /**
     * What an event is about.
     *
     * @param job of several tasks
     */
    record Subject(Optional<Long> task, Optional<String> worker, Optional<Long> job) {
        static Subject job(long number) {
            return new Subject(Optional.empty(), Optional.empty(), Optional.of(number));
        }
    }

    /** Most are pushed out before anybody reads them, so their sentence is made for a reader. */
    private record Event(long id, long at, String kind, Subject about, Supplier<String> sentence) {
        EventRow row() {
            return new EventRow(id, at, kind, about.task(), about.worker(), sentence.get(), about.job());
        }
    }

    /** Adds one; never blocks for long. */
    public void add(long at, String kind, Optional<Long> task, Optional<String> worker, String text) {
        add(at, new Subject(task, worker, Optional.empty()), kind, () -> text);
    }

    /**
     * The same.
     *
     * @param sentence the same whenever it is asked for, on any thread
     */
    synchronized void add(long at, Subject about, String kind, Supplier<String> sentence) {
        boolean isPart = about.task().isPresent() && about.job().isPresent();
        Deque<Event> kept = isPart ? parts : events;
        kept.addLast(new Event(++lastId, at, kind, about, sentence));
        if (kept.size() > MAX_KEPT) {
            kept.removeFirst();
        }
        notifyAll();
    }

    public synchronized long lastId() {
        return lastId;
    }

    /** The events after one, the oldest first; at most so many of the latest. A job of several tasks is told of as a whole. */
    public synchronized List<EventRow> after(long id, int most) {
        return latest(events, id, most, event -> true);
    }

    /** The same about one job of several tasks, and of each of its tasks. */
    public synchronized List<EventRow> ofJob(long job, long id, int most) {
        Predicate<Event> isMeant = event -> event.about().job().equals(Optional.of(job));
        List<EventRow> found = new ArrayList<>(latest(events, id, most, isMeant));
        found.addAll(latest(parts, id, most, isMeant));
        found.sort(Comparator.comparingLong(EventRow::id));
        return List.copyOf(found.subList(Math.max(0, found.size() - most), found.size()));
    }

    private static List<EventRow> latest(Deque<Event> kept, long id, int most, Predicate<Event> isMeant) {
        List<EventRow> found = new ArrayList<>();
        for (Iterator<Event> newest = kept.descendingIterator(); newest.hasNext() && found.size() < most; ) {
            Event event = newest.next();
            if (event.id() <= id) {
                break;
            }
            if (isMeant.test(event)) {
                found.add(event.row());
            }
        }
        Collections.reverse(found);
        return found;
    }

    /** Waits a while for one after that; returns whether there is one. Waking up early does no harm to who asks in a loop. */
    @SuppressWarnings("WaitNotInLoop")
    public synchronized boolean await(long id, Duration patience) throws InterruptedException {
        if (lastId <= id) {
            wait(Math.max(1, patience.toMillis()));
        }
        return lastId > id;
    }
}
