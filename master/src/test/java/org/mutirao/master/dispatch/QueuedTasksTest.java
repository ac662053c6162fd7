package org.mutirao.master.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskNeeds;

class QueuedTasksTest {
    private static final int IDS = 200;
    private static final int PRIORITIES = 3;

    private final Lane lane = new Lane(TaskNeeds.none());

    private QueuedTask task(int id) {
        return new QueuedTask(id % PRIORITIES - 1, new TaskId(id), lane);
    }

    private static List<QueuedTask> listed(Iterable<QueuedTask> tasks) {
        List<QueuedTask> all = new ArrayList<>();
        tasks.forEach(all::add);
        return all;
    }

    @Property(tries = 100)
    void theyAreInTheOrderOfATree(
            @ForAll @Size(max = 300) List<@IntRange(min = -IDS, max = IDS) Integer> steps,
            @ForAll @IntRange(min = 1, max = IDS) int from) {
        QueuedTasks tasks = lane.tasks();
        tasks.clear();
        TreeSet<QueuedTask> model = new TreeSet<>(QueuedTask.ORDER);
        for (int step : steps) {
            QueuedTask task = task(Math.max(1, Math.abs(step)));
            if (step > 0) {
                tasks.add(task);
                model.add(task);
            } else {
                tasks.remove(task);
                model.remove(task);
            }
        }
        assertEquals(model.isEmpty(), tasks.isEmpty());
        assertEquals(List.copyOf(model), listed(tasks));
        assertEquals(List.copyOf(model.tailSet(task(from), false)), listed(tasks.after(task(from))));
        for (int id = 1; id <= IDS; id++) {
            assertEquals(model.contains(task(id)), tasks.contains(task(id)));
        }
    }
}
