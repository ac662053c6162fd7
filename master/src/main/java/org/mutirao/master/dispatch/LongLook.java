package org.mutirao.master.dispatch;

import java.util.List;

/**
 * Goes through tasks that wait one by one: so many at the front, and then so many where the worker's last look ended. Where very many in
 * front do not suit it, a worker finds what does in several looks, and none of them costs more than another.
 */
final class LongLook {
    /** How many are looked at in each of the two places. */
    static final int MAX_LOOKS = 128;

    /** How far a worker has looked through tasks that do not suit it. */
    static final class Place {
        private QueuedTask last;
    }

    private final List<Lane> open;
    private final Place place;
    private Merged<QueuedTask> rest;
    private QueuedTask last;
    private int looks;
    private boolean further;

    /** Of lanes that are full the first task is shown, at its place in the order. */
    LongLook(Lanes.View lanes, Place place) {
        this.open = lanes.open();
        this.place = place;
        this.rest = new Merged<>(lanes.of(Lane::tasks, Lane::firstTask), QueuedTask.ORDER);
    }

    boolean hasNext() {
        if (looks == MAX_LOOKS && !further && rest.hasNext()) {
            further = true;
            looks = 0;
            QueuedTask from = place.last == null || QueuedTask.ORDER.compare(place.last, last) < 0 ? last : place.last;
            rest = new Merged<>(
                    open.stream().map(lane -> lane.tasks().after(from)).toList(), QueuedTask.ORDER);
        }
        if (!rest.hasNext()) {
            place.last = null; // the next look begins behind the front again
        }
        return looks < MAX_LOOKS && rest.hasNext();
    }

    /** The next one, which is there. */
    QueuedTask peek() {
        return rest.peek();
    }

    QueuedTask next() {
        last = rest.next();
        looks++;
        if (further) {
            place.last = last;
        }
        return last;
    }
}
