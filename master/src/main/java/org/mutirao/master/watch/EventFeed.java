package org.mutirao.master.watch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.message.EventRow;

/**
 * What happened lately, numbered from 1 since this master started. Whoever reads slowly misses the oldest and can tell by the numbers;
 * nobody makes it grow.
 */
public final class EventFeed {
    private static final int MOST = 5000;

    private final Deque<EventRow> events = new ArrayDeque<>();
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

    /** Adds one; never blocks for long. */
    public void add(long at, String kind, Optional<Long> task, Optional<String> worker, String text) {
        add(at, new Subject(task, worker, Optional.empty()), kind, text);
    }

    /** The same. */
    synchronized void add(long at, Subject about, String kind, String text) {
        events.addLast(new EventRow(++lastId, at, kind, about.task(), about.worker(), text, about.job()));
        if (events.size() > MOST) {
            events.removeFirst();
        }
        notifyAll();
    }

    public synchronized long lastId() {
        return lastId;
    }

    /** The events after one, the oldest first; at most so many of the latest. */
    public synchronized List<EventRow> after(long id, int most) {
        List<EventRow> found = new ArrayList<>();
        for (Iterator<EventRow> newest = events.descendingIterator(); newest.hasNext() && found.size() < most; ) {
            EventRow event = newest.next();
            if (event.id() <= id) {
                break;
            }
            found.add(0, event);
        }
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
