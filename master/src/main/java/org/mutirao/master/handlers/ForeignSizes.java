package org.mutirao.master.handlers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.pack.CompactPackage;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.pack.TaskPackageFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How small packages get for programs of other groups. Most grids never meet one, so a package is measured when the first of them asks for
 * which that counts. Lives on the loop.
 */
public final class ForeignSizes {
    private static final Logger log = LoggerFactory.getLogger(ForeignSizes.class);
    /** Measured at a time; others wait for the next question. */
    private static final int MAX_AT_ONCE = 64;
    /** Packages whose size is remembered. */
    private static final int MAX_KNOWN = 10_000;
    /** Questions that wait. */
    private static final int MAX_WAITING = 1_000;

    private final BlobStore blobs;
    private final PackageLimits limits;
    private final JobPackages jobs;
    private final Executor disk;
    private final Executor loop;
    private final Set<Sha256> underWay = new HashSet<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private final Map<Sha256, CompactSize> known = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Sha256, CompactSize> eldest) {
            return size() > MAX_KNOWN;
        }
    };

    /**
     * Knows none yet.
     *
     * @param jobs composes the packages of jobs' tasks
     * @param disk where packing may take its time
     */
    public ForeignSizes(BlobStore blobs, PackageLimits limits, JobPackages jobs, Executor disk, Executor loop) {
        this.blobs = blobs;
        this.jobs = jobs;
        this.limits = limits;
        this.disk = disk;
        this.loop = loop;
    }

    /** What it takes for them. Empty while that is not known, and then it is measured. */
    Optional<CompactSize> of(TaskRecord task) {
        if (!task.compact().equals(CompactSize.UNMEASURED)) {
            return Optional.of(task.compact());
        }
        Sha256 hash = task.taskPackage().hash();
        Optional<CompactSize> measured = Optional.ofNullable(known.get(hash));
        if (measured.isEmpty() && underWay.size() < MAX_AT_ONCE && underWay.add(hash)) {
            disk.execute(() -> {
                Optional<CompactSize> size = measure(task);
                loop.execute(() -> done(hash, size));
            });
        }
        return measured;
    }

    private Optional<CompactSize> measure(TaskRecord task) {
        try {
            return Optional.of(
                    task.part().isEmpty() ? measure(blobs.payload(task.taskPackage())) : measureLargest(task));
        } catch (RefusedPackage e) {
            log.debug("The package of task {} can't be packed for other groups' programs", task.id(), e);
            return Optional.of(CompactSize.LARGE);
        } catch (IOException | RuntimeException e) {
            log.debug("The package of task {} can't be read now", task.id(), e);
            return Optional.empty();
        }
    }

    /** The largest of a job's tasks stands for all: one that is smaller fits too. */
    private CompactSize measureLargest(TaskRecord task) throws IOException, RefusedPackage {
        Payload largest = jobs.composeLargest(task.taskPackage());
        try {
            return measure(largest);
        } finally {
            blobs.discard(largest);
        }
    }

    private CompactSize measure(Payload payload) throws IOException, RefusedPackage {
        try (TaskPackageFile taskPackage = TaskPackageFile.open(payload, limits)) {
            return CompactPackage.measure(taskPackage).map(CompactSize::new).orElse(CompactSize.LARGE);
        }
    }

    private void done(Sha256 hash, Optional<CompactSize> size) {
        underWay.remove(hash);
        size.ifPresent(told -> known.put(hash, told));
        if (underWay.isEmpty()) {
            List<Runnable> all = List.copyOf(waiting);
            waiting.clear();
            all.forEach(Runnable::run);
        }
    }

    /** Calls when all that is being measured is known; returns false when nothing is. */
    boolean awaitAll(Runnable then) {
        return !underWay.isEmpty() && waiting.size() < MAX_WAITING && waiting.add(then);
    }
}
