package org.mutirao.master.dispatch;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.mutirao.protocol.id.TaskNeeds;

/** A lane for each kind of needs that queued tasks have. Tasks that ask for nothing have one too, which is found without a look at the others. */
final class Lanes {
    /** How many kinds of needs are looked at for one worker. Where there are more, it gets to the others in several looks. */
    static final int MAX_LOOKS = 256;

    /**
     * What one worker finds.
     *
     * @param open those with tasks for which there is room
     * @param full those with tasks that it could run if less were taken
     */
    record View(List<Lane> open, Set<Lane> full) {
        /** Of those that are full only the first. */
        <T> List<Iterable<T>> of(Function<Lane, Iterable<T>> all, Function<Lane, Iterable<T>> first) {
            List<Iterable<T>> found = new ArrayList<>(open.size() + full.size());
            for (Lane lane : open) {
                found.add(all.apply(lane));
            }
            for (Lane lane : full) {
                found.add(first.apply(lane));
            }
            return found;
        }
    }

    private final Lane plain = new Lane(TaskNeeds.none());
    private final Map<TaskNeeds, Lane> asking = new LinkedHashMap<>();

    /** The lane of such tasks, a new one if there was none. */
    Lane of(TaskNeeds needs) {
        return needs.isNone() ? plain : asking.computeIfAbsent(needs, Lane::new);
    }

    Optional<Lane> find(TaskNeeds needs) {
        return needs.isNone() ? Optional.of(plain) : Optional.ofNullable(asking.get(needs));
    }

    /** Something was taken out of a lane. */
    void tidy(Lane lane) {
        if (lane.isEmpty()) {
            asking.remove(lane.needs());
        }
    }

    View view(Function<TaskNeeds, Fit> fits) {
        List<Lane> open = new ArrayList<>();
        Set<Lane> full = new HashSet<>();
        if (!plain.isEmpty()) {
            sort(plain, fits, open, full);
        }
        List<Lane> seen = new ArrayList<>();
        for (Lane lane : asking.values()) {
            if (seen.size() == MAX_LOOKS) {
                seen.forEach(this::toTheEnd);
                break;
            }
            sort(lane, fits, open, full);
            seen.add(lane);
        }
        return new View(open, full);
    }

    private static void sort(Lane lane, Function<TaskNeeds, Fit> fits, List<Lane> open, Set<Lane> full) {
        Fit fit = fits.apply(lane.needs());
        if (fit == Fit.ROOM) {
            open.add(lane);
        } else if (fit == Fit.NO_ROOM_NOW) {
            full.add(lane);
        }
    }

    private void toTheEnd(Lane lane) {
        asking.remove(lane.needs());
        asking.put(lane.needs(), lane);
    }

    boolean isEmpty() {
        return plain.isEmpty() && asking.isEmpty();
    }

    void clear() {
        asking.clear();
        plain.tasks().clear();
        plain.jobs().clear();
    }
}
