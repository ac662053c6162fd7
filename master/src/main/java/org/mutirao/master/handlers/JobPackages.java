package org.mutirao.master.handlers;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.master.ledger.JobPart;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.results.JobExtras;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.pack.Extra;
import org.mutirao.protocol.pack.JobContents;
import org.mutirao.protocol.pack.JobPackage;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.wire.SinkStream;
import org.mutirao.protocol.wire.Spool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Composes the packages of jobs' tasks. The packages of the jobs that were used last stay open, so that a list of very many files is read
 * once. For threads that may wait for a disk.
 */
public final class JobPackages implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(JobPackages.class);
    private static final int MAX_OPEN = 16;
    /** Inputs and shared files of all that are open, about 100 bytes each. */
    private static final int MAX_WEIGHT = 400_000;

    /** Less is sent with each task. */
    private static final long WORTH_SHARING = 64 * 1024;

    private static final ByteSize ANY = new ByteSize(Long.MAX_VALUE);

    private final BlobStore blobs;
    private final PackageLimits limits;
    private final JobExtras extras;
    /** The one that was used longest ago comes first. */
    private final Map<Sha256, Open> open = new LinkedHashMap<>(16, 0.75f, true);

    /** One that is open, or about to be. */
    private static final class Open {
        private JobPackage job;
        /** What was read of it when it came in. */
        private Optional<JobContents> contents = Optional.empty();

        private int users;
        private boolean isOut;
    }

    private interface Work<T> {
        T with(JobPackage job) throws IOException;
    }

    /** Has none open. */
    public JobPackages(BlobStore blobs, PackageLimits limits, JobExtras extras) {
        this.blobs = blobs;
        this.limits = limits;
        this.extras = extras;
    }

    /**
     * Takes over what was read of a job's package when it came in, so that its first task does not wait until a list of very many files was
     * read again.
     */
    public void keep(Sha256 taskPackage, JobContents contents) {
        synchronized (this) {
            Open fresh = new Open();
            fresh.contents = Optional.of(contents);
            open.putIfAbsent(taskPackage, fresh);
        }
        closeAll(tooMany());
    }

    /**
     * The package of a task that is a part of a job. Discard it when it was sent.
     *
     * @throws IOException when the job's package, or a result that belongs into it, can't be read now
     */
    Payload compose(TaskRecord task) throws IOException {
        JobPart part = task.part().orElseThrow();
        List<Extra> more = extras.of(task);
        return with(
                task.taskPackage(),
                job -> composed(out -> {
                    if (part.isMerge()) {
                        job.writeMerge(more, out);
                    } else {
                        job.writeTask(part.index(), more, out);
                    }
                }));
    }

    /**
     * The package of a task as it is sent to a worker that can put it together.
     *
     * @param payload all of it, or what stands behind the shared part; discard it when it was sent
     */
    record InParts(Payload payload, Optional<Blob> shared) {}

    /** The same for a worker that keeps what tasks share, if that is worth another question. */
    InParts composeInParts(TaskRecord task) throws IOException {
        JobPart part = task.part().orElseThrow();
        boolean isWhole = part.isMerge() || with(task.taskPackage(), JobPackage::sharedSize) < WORTH_SHARING;
        if (isWhole) {
            return new InParts(compose(task), Optional.empty());
        }
        List<Extra> more = extras.of(task);
        return with(
                task.taskPackage(),
                job -> new InParts(composed(out -> job.writeRest(part.index(), more, out)), Optional.of(job.shared())));
    }

    /**
     * What the packages of a job's tasks begin with. Discard it when it was sent.
     *
     * @throws IOException also when that is something else than was asked for
     */
    Payload shared(TaskRecord task, Sha256 hash) throws IOException {
        return with(task.taskPackage(), job -> {
            if (!job.shared().hash().equals(hash)) {
                throw new IOException(Text.of("the job's tasks share something else"));
            }
            return composed(job::writeShared);
        });
    }

    /** The package of the task whose input is the largest, without what lies elsewhere. Discard it in the end. */
    Payload composeLargest(Blob taskPackage) throws IOException {
        return with(taskPackage, job -> composed(out -> job.writeTask(job.largest(), List.of(), out)));
    }

    private interface Writing {
        void to(OutputStream out) throws IOException;
    }

    private Payload composed(Writing writing) throws IOException {
        Spool.Sink sink = blobs.spool(ANY).open();
        try (OutputStream out = SinkStream.buffered(sink)) {
            writing.to(out);
            out.flush();
            return sink.finish();
        } catch (IOException | RuntimeException | Error e) {
            sink.discard();
            throw e;
        }
    }

    private <T> T with(Blob taskPackage, Work<T> work) throws IOException {
        Open mine = take(taskPackage.hash());
        try {
            return work.with(opened(mine, taskPackage));
        } catch (IOException | RuntimeException | Error e) {
            retire(taskPackage.hash(), mine); // its file may have been replaced
            throw e;
        } finally {
            giveBack(mine);
        }
    }

    private synchronized Open take(Sha256 hash) {
        Open mine = open.computeIfAbsent(hash, key -> new Open());
        mine.users++;
        return mine;
    }

    /** The first caller opens it, and the others of the same job wait. */
    private JobPackage opened(Open mine, Blob taskPackage) throws IOException {
        synchronized (mine) {
            if (mine.job == null) {
                try {
                    Payload payload = blobs.payload(taskPackage);
                    mine.job = mine.contents.isPresent()
                            ? JobPackage.open(payload, mine.contents.get())
                            : JobPackage.open(payload, limits);
                } catch (RefusedPackage e) {
                    throw new IOException(Text.of("a job's package is not what was accepted"), e);
                }
            }
        }
        closeAll(tooMany());
        return mine.job;
    }

    private synchronized List<Open> tooMany() {
        List<Open> idle = new ArrayList<>();
        int weight = open.values().stream().mapToInt(JobPackages::weight).sum();
        Iterator<Open> oldest = open.values().iterator();
        while (oldest.hasNext() && (open.size() > MAX_OPEN || weight > MAX_WEIGHT)) {
            Open each = oldest.next();
            if (each.users == 0) {
                oldest.remove();
                each.isOut = true;
                weight -= weight(each);
                idle.add(each);
            }
        }
        return idle;
    }

    private static int weight(Open each) {
        JobPackage job = each.job;
        return job == null ? each.contents.map(JobContents::weight).orElse(0) : job.weight();
    }

    private synchronized void retire(Sha256 hash, Open mine) {
        mine.isOut = true;
        open.remove(hash, mine);
    }

    private void giveBack(Open mine) {
        boolean isLast;
        synchronized (this) {
            mine.users--;
            isLast = mine.isOut && mine.users == 0;
        }
        if (isLast) {
            closeAll(List.of(mine));
        }
    }

    private static void closeAll(List<Open> all) {
        for (Open each : all) {
            synchronized (each) {
                try {
                    if (each.job != null) {
                        each.job.close();
                    }
                } catch (IOException e) {
                    log.debug("A job's package can't be closed", e);
                }
            }
        }
    }

    /** How many are open. */
    synchronized int size() {
        return open.size();
    }

    /** Those that are in use are closed when they are not any more. */
    @Override
    public void close() {
        List<Open> idle = new ArrayList<>();
        synchronized (this) {
            open.values().forEach(each -> each.isOut = true);
            open.values().stream().filter(each -> each.users == 0).forEach(idle::add);
            open.clear();
        }
        closeAll(idle);
    }
}
