package org.mutirao.master.inbox;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.master.durable.DurablePath;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.pack.CompactPackage;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.pack.TaskPackageFile;
import org.mutirao.protocol.pack.TaskSpec;

/** Makes a task of a package: checks it, then makes it durable. For any thread that may wait for a disk. */
public final class Intake {
    private final BlobStore blobs;
    private final DurablePath path;
    private final HandOn handOn;
    private final IntakeLimits limits;
    private final InstantSource clock;

    /**
     * Takes packages from now on.
     *
     * @param path makes a package durable
     * @param handOn where packages go while another master leads
     */
    public Intake(BlobStore blobs, DurablePath path, HandOn handOn, IntakeLimits limits, InstantSource clock) {
        this.blobs = blobs;
        this.path = path;
        this.handOn = handOn;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Copies a file into the store's keeping, so that nobody can change it between check and use.
     *
     * @throws RefusedPackage when it is too large
     */
    Payload copyIn(Path file, long size) throws IOException, RefusedPackage {
        checkSize(size);
        return blobs.copyIn(file, limits.packed());
    }

    /**
     * The inner package of one that was zipped once more, which takes the place of the given file; else the given one. A package that is
     * none is left for {@link #accept} to refuse.
     *
     * @throws RefusedPackage when the inner one is too large
     */
    Payload unwrapped(Payload given) throws IOException, RefusedPackage {
        Path file = blobs.scratchFile();
        try {
            boolean nested;
            try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
                nested = TaskPackageFile.unwrap(given.file(), limits.inside(), out);
            } catch (RefusedPackage e) {
                return given;
            }
            if (!nested) {
                return given;
            }
            checkSize(Files.size(file));
            Payload inner = blobs.copyIn(file, limits.packed());
            blobs.discard(given);
            return inner;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    boolean isTooLarge(long size) {
        return size > limits.packed().bytes();
    }

    private void checkSize(long size) throws RefusedPackage {
        if (isTooLarge(size)) {
            throw new RefusedPackage(
                    "it is larger than " + limits.packed(),
                    "Make the package smaller, or start the master with a larger --max-package.");
        }
    }

    /** Throws away a received package that goes no further here. */
    public void discard(Payload received) {
        blobs.discard(received);
    }

    /**
     * Accepts a received package; its file is the store's from now on.
     *
     * @param key the same for every repetition of this hand-in
     * @throws RefusedPackage when it is no acceptable package
     * @throws IOException when it can't be stored now
     */
    public CompletableFuture<Applied> accept(Payload given, String name, String key)
            throws IOException, RefusedPackage {
        Payload received = given;
        TaskSpec spec;
        CompactSize compact;
        try {
            checkSize(received.blob().size());
            if (!blobs.hasRoomForTasks()) {
                throw new NotNow("the master's disk is nearly full; free some space");
            }
            received = unwrapped(received);
            try (TaskPackageFile taskPackage = TaskPackageFile.open(received.file(), limits.inside())) {
                spec = taskPackage.spec();
                compact = measure(taskPackage);
            }
            if (handOn.isElsewhere()) {
                Payload checked = received;
                return handOn.submit(new OperatorRequest.SubmitTask(name, key, checked))
                        .whenComplete((applied, failure) -> blobs.discard(checked));
            }
        } catch (IOException | RefusedPackage | RuntimeException | Error e) {
            blobs.discard(received);
            throw e;
        }
        return path.put(
                received,
                (blob, journal) -> journal.propose(new Command.Submit(
                        key, name, blob, compact, spec.priority(), spec.retries(), limits.attempts(), clock.millis())));
    }

    private static CompactSize measure(TaskPackageFile taskPackage) throws RefusedPackage, IOException {
        if (!taskPackage.spec().suitsStrangers()) {
            return CompactSize.OURS_ONLY;
        }
        return CompactPackage.measure(taskPackage).map(CompactSize::new).orElse(CompactSize.LARGE);
    }
}
