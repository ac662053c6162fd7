package org.mutirao.master.face.http;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.mutirao.master.watch.Tallies;
import org.mutirao.protocol.units.SafeText;

/** What was handed in by HTTP lately and refused, so that it stands beside what was refused in the drop folder. Safe for any thread. */
final class Refusals {
    private static final int MAX_KEPT = 200;
    private static final int MAX_NAME = 200;

    private final InstantSource clock;
    private final Tallies tallies;
    private final Deque<Api.Rejected> latest = new ArrayDeque<>();

    Refusals(InstantSource clock, Tallies tallies) {
        this.tallies = tallies;
        this.clock = clock;
    }

    /** Remembers why it was refused. What may be handed in again as it is, is no refusal. */
    synchronized void add(String name, Problem problem) {
        if (problem.isPassing()) {
            return;
        }
        if (!problem.isOfGrid()) { // which counts what it refuses
            tallies.refusedOne();
        }
        latest.addLast(new Api.Rejected(SafeText.of(name, '?', MAX_NAME), clock.millis(), problem.getMessage()));
        if (latest.size() > MAX_KEPT) {
            latest.removeFirst();
        }
    }

    synchronized List<Api.Rejected> list() {
        return new ArrayList<>(latest);
    }
}
