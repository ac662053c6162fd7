package org.mutirao.master.results;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.mutirao.master.ledger.JobPart;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.TaskId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a task back until the results that come along with it are here. It looks on another thread, so that the loop never waits, and
 * remembers what it found. Lives on the loop.
 */
public final class AlongGate {
    private static final Logger log = LoggerFactory.getLogger(AlongGate.class);
    private static final Duration AGAIN = Duration.ofMillis(500);
    private static final int MAX_KNOWN = 10_000;

    private final Looking looking;
    private final Executor disk;
    private final Loop loop;
    private Runnable opened = () -> {};
    private final Set<Key> atWork = new HashSet<>();
    private final Set<Key> open = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Boolean> eldest) {
            return size() > MAX_KNOWN;
        }
    });

    /** Looks for the files, on a thread that may wait. */
    public interface Looking {
        boolean areHere(TaskRecord task) throws IOException;
    }

    /** The thread of the loop. */
    public interface Loop {
        void execute(Duration after, Runnable work);
    }

    /** All tasks of a job, or one run of its merge task. */
    private record Key(TaskId task, int attempts) {}

    /**
     * Holds nothing yet.
     *
     * @param disk threads that may wait
     */
    public AlongGate(Looking looking, Executor disk, Loop loop) {
        this.looking = looking;
        this.disk = disk;
        this.loop = loop;
    }

    /** Tells somebody, on the loop, when tasks may go that could not. */
    public void onOpened(Runnable listener) {
        opened = listener;
    }

    /** Asked before a task is handed out. */
    public boolean isOpen(TaskRecord task) {
        Optional<JobPart> bringing = task.part().filter(JobPart::bringsAlong);
        if (bringing.isEmpty()) {
            return true;
        }
        JobPart part = bringing.get();
        Key key = part.isMerge()
                ? new Key(task.id(), task.attempts().size())
                : new Key(part.job().firstTask(), 0);
        if (open.contains(key)) {
            return true;
        }
        if (atWork.add(key)) {
            disk.execute(() -> look(key, task));
        }
        return false;
    }

    private void look(Key key, TaskRecord task) {
        boolean found = false;
        try {
            found = looking.areHere(task);
        } catch (IOException e) {
            log.debug("It is not known yet whether the files for task {} are here", task.id(), e);
        } finally {
            boolean isOpen = found;
            loop.execute(isOpen ? Duration.ZERO : AGAIN, () -> onLooked(key, isOpen));
        }
    }

    /** If they are not here, it is looked for again when a worker asks for a task. */
    private void onLooked(Key key, boolean isOpen) {
        atWork.remove(key);
        if (isOpen) {
            open.add(key);
        }
        opened.run();
    }
}
