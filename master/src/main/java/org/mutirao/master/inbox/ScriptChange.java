package org.mutirao.master.inbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.master.durable.DurablePath;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.JobView;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.pack.JobLayout;
import org.mutirao.protocol.pack.OtherScript;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.pack.TaskPackageFile;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.wire.PayloadTooLarge;
import org.mutirao.protocol.wire.SinkStream;
import org.mutirao.protocol.wire.Spool;

/**
 * Gives a job another script. The job's package is made anew with it, checked and made durable as one that is handed in; then the log is told.
 * For any thread that may wait for a disk.
 */
public final class ScriptChange {
    private final BlobStore blobs;
    private final DurablePath path;
    private final IntakeLimits limits;
    private final InstantSource clock;

    /** @param path makes a package durable */
    public ScriptChange(BlobStore blobs, DurablePath path, IntakeLimits limits, InstantSource clock) {
        this.blobs = blobs;
        this.path = path;
        this.limits = limits;
        this.clock = clock;
    }

    /** A package that was made anew. */
    private record Made(Payload payload, CompactSize compact) {}

    /**
     * Runs the tasks of a job again that ended without success.
     *
     * @param onlyFailed not those that were cancelled
     * @param script which is this class's from now on
     * @return completes on the loop
     * @throws RefusedPackage when that is no script, or the package with it is too large
     * @throws IOException when the job's package can't be read, or the new one can't be stored now
     */
    public CompletableFuture<Applied> retry(JobView job, boolean onlyFailed, Payload script)
            throws IOException, RefusedPackage {
        byte[] text = read(script);
        if (!blobs.hasRoomForTasks()) {
            throw new NotNow(Text.of("the master's disk is nearly full; free some space"));
        }
        Made made = made(job, text);
        return path.put(
                made.payload(),
                (blob, journal) -> journal.propose(
                        new Command.RetryJobWith(job.id(), blob, made.compact(), onlyFailed, clock.millis())));
    }

    private byte[] read(Payload script) throws IOException, RefusedPackage {
        try {
            if (script.blob().size() > OtherScript.MAX_SIZE) {
                throw new RefusedPackage(
                        Text.of("the script has more than %d MiB", OtherScript.MAX_SIZE >> 20),
                        Text.of("Give main.py itself, without data."));
            }
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            script.writeTo(text);
            return text.toByteArray();
        } finally {
            blobs.discard(script);
        }
    }

    private Made made(JobView job, byte[] script) throws IOException, RefusedPackage {
        Payload payload = written(job, script);
        try (TaskPackageFile made = TaskPackageFile.open(payload, limits.inside())) {
            JobLayout layout = JobLayout.of(made);
            int tasks = layout.count() + (layout.merges() ? 1 : 0);
            if (tasks != job.count()) {
                throw new IOException(
                        Text.of("the package with another script makes %d tasks, not %d", tasks, job.count()));
            }
            if (!layout.needs().equals(job.plan().needs())) {
                throw new RefusedPackage(
                        Text.of("the script's header asks for other packages or another Python than its job"),
                        Text.of("Hand it in as a new job, or leave the header as it was."));
            }
            return new Made(payload, SeenPackage.compactSize(made, layout));
        } catch (IOException | RefusedPackage | RuntimeException | Error e) {
            blobs.discard(payload);
            throw e;
        }
    }

    private Payload written(JobView job, byte[] script) throws IOException, RefusedPackage {
        Spool.Sink sink = blobs.spool(limits.packed()).open();
        try (TaskPackageFile source = TaskPackageFile.open(blobs.payload(job.taskPackage()), limits.inside());
                OutputStream out = SinkStream.buffered(sink)) {
            OtherScript.write(source, script, out);
            out.flush();
            return sink.finish();
        } catch (PayloadTooLarge e) {
            sink.discard();
            throw new RefusedPackage(
                    Text.of("with that script the package is larger than %s", limits.packed()),
                    Text.of("Make the script smaller."));
        } catch (IOException | RefusedPackage | RuntimeException | Error e) {
            sink.discard();
            throw e;
        }
    }
}
