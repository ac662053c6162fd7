package org.mutirao.master.door;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.results.Outputs;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.ResourceUse;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.wire.Spool;

/** The files of packages and results, as outer parts may see them. Safe for any thread. */
public final class GridFiles {
    /** Where a word that browsers must know is kept. */
    public interface TokenSource {
        String token() throws IOException;
    }

    private final BlobStore blobs;
    private final Outputs outputs;
    private final Path tasks;
    private final ByteSize maxPackage;
    private final TokenSource token;
    private final Function<JobId, CompletableFuture<Path>> whole;

    /**
     * Shows what is there.
     *
     * @param tasks the drop folder
     * @param maxPackage packed size of one package
     * @param whole makes the ZIP of all that came of a job
     */
    public GridFiles(
            BlobStore blobs,
            Outputs outputs,
            Path tasks,
            ByteSize maxPackage,
            TokenSource token,
            Function<JobId, CompletableFuture<Path>> whole) {
        this.whole = whole;
        this.blobs = blobs;
        this.outputs = outputs;
        this.tasks = tasks.toAbsolutePath().normalize();
        this.maxPackage = maxPackage;
        this.token = token;
    }

    /** Where packages are dropped. */
    public Path tasks() {
        return tasks;
    }

    /** The packed size that a package may have. */
    public ByteSize maxPackage() {
        return maxPackage;
    }

    /** Takes a package's bytes to the disk as they arrive. */
    public Spool uploads() {
        return blobs.spool(maxPackage);
    }

    /** Where a task's package is kept as long as it may be run again; it may be gone. */
    public Path packageOf(TaskRecord task) {
        return blobs.pathOf(task.taskPackage().hash());
    }

    /**
     * A task's file in results/.
     *
     * @throws IOException with a sentence when there is none
     */
    public Path resultOf(TaskRecord task) throws IOException {
        return outputs.fileOf(task);
    }

    /** What a task's script took, as far as that is known. */
    public ResourceUse usedBy(TaskRecord task) {
        return outputs.used(task);
    }

    /**
     * Where tables lie that were put together of a job's results; they may not be there yet.
     *
     * @param isNewest whether no later job has the same folder
     */
    public Path mergedOf(JobView job, boolean isNewest) {
        return outputs.mergedOf(job, isNewest);
    }

    /** All that came of a job of several tasks in one ZIP, as soon as it is made; fails with a sentence when there is none. */
    public CompletableFuture<Path> wholeOf(JobId job) {
        return whole.apply(job);
    }

    /**
     * A part of what a script printed, also while it runs.
     *
     * @param stream {@code stdout} or {@code stderr}
     * @param from in bytes; below zero, so many bytes before the end
     * @throws IOException with a sentence when it can't be had
     */
    public Reply.LogPart log(TaskRecord task, String stream, long from) throws IOException {
        return outputs.log(task, stream, from);
    }

    /** What browsers must know if others than this machine can ask; made once and kept. */
    public String token() throws IOException {
        return token.token();
    }
}
