package org.mutirao.protocol.threads;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Which of a program's threads do not move. They say what they are at; whoever answers for the program asks. */
public final class Liveness {
    private final LongSupplier nanos;
    private final Set<Activity> activities = ConcurrentHashMap.newKeySet();

    /**
     * Knows of nobody yet.
     *
     * @param nanos monotonic
     */
    public Liveness(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** For threads that nobody watches: nothing ever stalls. */
    public static Liveness unwatched() {
        return new Liveness(() -> 0);
    }

    /**
     * A thread that will say what it is at; idle until then.
     *
     * @param within how long one step takes at most when all is well
     */
    public Activity activity(String name, Duration within) {
        Activity[] self = new Activity[1];
        self[0] = new Activity(name, within, nanos, () -> activities.remove(self[0]));
        activities.add(self[0]);
        return self[0];
    }

    /** Who is watched, busy or not, by name and each name once. */
    public Set<String> watched() {
        return activities.stream().map(Activity::name).collect(Collectors.toCollection(TreeSet::new));
    }

    /** All that have not moved for too long, in no order; empty when all is well. */
    public List<Stall> stalls() {
        return activities.stream()
                .map(Activity::stall)
                .flatMap(Optional::stream)
                .toList();
    }
}
