package org.mutirao.worker.cgroup;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cgroups in which a worker's scripts run, one for each that runs. Without a place for them there are none. Safe for several threads. */
public final class TaskGroups {
    private static final Logger log = LoggerFactory.getLogger(TaskGroups.class);
    private static final String PREFIX = "task-";
    private static final int MAX_FREE = 64;

    private final Path base;
    private final String owner;
    private final GroupFolders folders;
    private final Deque<TaskGroup> free = new ArrayDeque<>();
    private final List<TaskGroup> toRemove = new ArrayList<>();
    private long made;
    private boolean off;

    private TaskGroups(Path base, String owner, GroupFolders folders) {
        this.base = base;
        this.folders = folders;
        this.owner = owner;
        this.off = base == null;
    }

    /** Each script runs without one. */
    public static TaskGroups none() {
        return new TaskGroups(null, "", GroupFolders.ofSystem());
    }

    /** Of this process, below a group that it may change. Throws, with the system's words, when such a group can't be made. */
    static TaskGroups below(Path base, Path proc, GroupFolders folders) throws IOException {
        TaskGroups groups = new TaskGroups(base, Owners.here(proc), folders);
        groups.removeLeftOver(proc);
        groups.giveBack(groups.made(1L << 30, 100)); // refuses now what it would refuse later
        return groups;
    }

    /** Of workers that were killed, with all that is in there. */
    private void removeLeftOver(Path proc) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(base, PREFIX + "*")) {
            for (Path each : found) {
                String its = Owners.of(String.valueOf(each.getFileName()).substring(PREFIX.length()));
                if (!Owners.isAlive(proc, its)) {
                    TaskGroup leftOver = TaskGroup.leftOver(each, folders);
                    leftOver.kill();
                    leftOver.remove();
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /**
     * For one script; none if the system has no more of them.
     *
     * @param memory that it may take, in bytes; 0 for no limit
     * @param processes and threads that it may have; 0 for no limit
     */
    public synchronized TaskGroup take(long memory, long processes) {
        if (off) {
            return TaskGroup.none();
        }
        toRemove.removeIf(TaskGroup::remove);
        try {
            TaskGroup next = free.poll();
            if (next == null) {
                return made(memory, processes);
            }
            next.hold(memory, processes);
            return next;
        } catch (IOException e) {
            off = true;
            log.warn(
                    "No cgroup can be made any more ({}); from now on the worker itself holds scripts to their limits",
                    e.toString());
            return TaskGroup.none();
        }
    }

    private TaskGroup made(long memory, long processes) throws IOException {
        TaskGroup group = TaskGroup.create(base.resolve(PREFIX + owner + "-" + ++made), folders);
        try {
            group.hold(memory, processes);
            return group;
        } catch (IOException e) {
            group.remove();
            throw e;
        }
    }

    /** Its script has ended. */
    public void giveBack(TaskGroup group) {
        if (group.entrance().isEmpty()) {
            return;
        }
        boolean again = group.isFree();
        synchronized (this) {
            if (again && !off && free.size() < MAX_FREE) {
                free.push(group);
            } else if (!group.remove()) {
                toRemove.add(group);
            }
        }
    }

    /** Removes those that wait for a next script. */
    public synchronized void close() {
        off = true;
        free.forEach(TaskGroup::remove);
        free.clear();
        toRemove.removeIf(TaskGroup::remove);
    }
}
