package org.mutirao.master.handlers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.master.dispatch.Suitability;
import org.mutirao.master.dispatch.WorkerKind;
import org.mutirao.master.dispatch.WorkerProfile;
import org.mutirao.master.ledger.JobPart;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.pack.CompactPackage;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.pack.TaskPackageFile;
import org.mutirao.protocol.stranger.StrangerKind;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.wire.WireServer.Answer;

/** Packages for programs of other groups: which of them they can read, and packed so that they can. */
public final class ForeignPackages {
    private static final Sha256 NO_HASH = Sha256.of(new byte[0]);

    private final BlobStore blobs;
    private final PackageLimits limits;
    private final PackedSending sending;
    private final JobPackages jobs;
    private final ForeignSizes sizes;

    /**
     * Packs from a store.
     *
     * @param disk where packing may take its time
     * @param jobs composes the packages of jobs' tasks
     */
    public ForeignPackages(BlobStore blobs, PackageLimits limits, Executor disk, JobPackages jobs, ForeignSizes sizes) {
        this.jobs = jobs;
        this.sending = new PackedSending(blobs, disk);
        this.sizes = sizes;
        this.blobs = blobs;
        this.limits = limits;
    }

    /** A {@link Suitability}: whether the worker can read the package, and run it rightly. Not yet while that is being measured. */
    public boolean suits(TaskRecord task, WorkerProfile worker) {
        if (worker.listsLeases()) {
            return true;
        }
        // What merges may get the files of very many tasks.
        if (!task.compact().suitsStrangers()
                || task.part().filter(JobPart::isMerge).isPresent()) {
            return false;
        }
        if (worker.packageLimit() == StrangerKind.ANY) {
            return true;
        }
        return sizes.of(task)
                .filter(CompactSize::isMeasured)
                .filter(size -> jsonLength(task, size, worker) <= worker.packageLimit())
                .isPresent();
    }

    private static long jsonLength(TaskRecord task, CompactSize size, WorkerProfile worker) {
        long zip = size.bytes() + (needsSteppingStone(worker) ? CompactPackage.steppingStoneSize(task.name()) : 0);
        Payload payload = new Payload(Path.of(""), new Blob(NO_HASH, zip));
        // All programs that have a limit are told in the flat words.
        return Dialects.common().write(message(task, payload)).length();
    }

    private static Reply.TaskPackage message(TaskRecord task, Payload payload) {
        return new Reply.TaskPackage(task.name(), payload, Optional.empty());
    }

    private static boolean needsSteppingStone(WorkerProfile worker) {
        return worker.kind() == WorkerKind.E || worker.kind() == WorkerKind.D_OR_E;
    }

    /** For a question to which there is no answer while packages are being measured: see {@link ForeignSizes#awaitAll}. */
    boolean awaitSizes(Runnable then) {
        return sizes.awaitAll(then);
    }

    /** Sends a task's package the way that suits the worker; what it takes on the disk lasts until it is sent. */
    CompletionStage<Void> send(TaskRecord task, WorkerProfile worker, Answer answer) {
        return sending.send(answer, () -> packed(task, worker), payload -> message(task, payload));
    }

    private PackedSending.Packed packed(TaskRecord task, WorkerProfile worker) throws IOException, RefusedPackage {
        if (task.part().isEmpty()) {
            return packed(task, worker, blobs.payload(task.taskPackage()), false);
        }
        Payload composed = jobs.compose(task);
        PackedSending.Packed packed;
        try {
            packed = packed(task, worker, composed, true);
        } catch (IOException | RefusedPackage | RuntimeException e) {
            blobs.discard(composed);
            throw e;
        }
        if (!packed.payload().equals(composed)) {
            blobs.discard(composed);
        }
        return packed;
    }

    private PackedSending.Packed packed(TaskRecord task, WorkerProfile worker, Payload ours, boolean isTemporary)
            throws IOException, RefusedPackage {
        try (TaskPackageFile source = TaskPackageFile.open(ours, limits)) {
            if (!CompactPackage.isWorthMeasuring(source) && source.suitsAnyProgram()) {
                return new PackedSending.Packed(
                        ours, isTemporary); // large: packing it again would take long and help nobody
            }
            Path file = blobs.scratchFile();
            try {
                CompactPackage.write(
                        source, file, needsSteppingStone(worker) ? Optional.of(task.name()) : Optional.empty());
                Payload wrapped = new Payload(file, new Blob(NO_HASH, Files.size(file)));
                long length = Dialects.common().write(message(task, wrapped)).length();
                if (worker.packageLimit() != StrangerKind.ANY && length > worker.packageLimit()) {
                    throw new IOException(Text.of("it became larger than was measured"));
                }
                return new PackedSending.Packed(wrapped, true);
            } catch (IOException | RefusedPackage e) {
                Files.deleteIfExists(file);
                throw e;
            }
        }
    }
}
