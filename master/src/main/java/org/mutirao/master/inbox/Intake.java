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

    /** A package that was looked into, and what it says of itself. */
    private record Checked(Payload payload, TaskSpec spec, CompactSize compact) {}

    /** Looks at it, or at the inner one of a package that was zipped once more, which then takes its place. */
    private Checked check(Payload given) throws IOException, RefusedPackage {
        Payload inner;
        try (TaskPackageFile taskPackage = TaskPackageFile.openWrapped(given, limits.inside())) {
            if (!taskPackage.isWrapped()) {
                return checked(given, taskPackage);
            }
            inner = unwrapped(taskPackage);
        }
        try (TaskPackageFile taskPackage = TaskPackageFile.open(inner, limits.inside())) {
            Checked checked = checked(inner, taskPackage);
            blobs.discard(given);
            return checked;
        } catch (IOException | RefusedPackage | RuntimeException | Error e) {
            blobs.discard(inner);
            throw e;
        }
    }

    private static Checked checked(Payload payload, TaskPackageFile taskPackage) throws IOException, RefusedPackage {
        return new Checked(payload, taskPackage.spec(), compactSize(taskPackage));
    }

    /** The inner package of one that was zipped once more, which takes its place; else the given one, also when it is no package. */
    Payload unwrapped(Payload given) throws IOException, RefusedPackage {
        Payload inner;
        try (TaskPackageFile taskPackage = TaskPackageFile.openWrapped(given, limits.inside())) {
            if (!taskPackage.isWrapped()) {
                return given;
            }
            inner = unwrapped(taskPackage);
        } catch (RefusedPackage e) {
            return given;
        }
        blobs.discard(given);
        return inner;
    }

    private Payload unwrapped(TaskPackageFile outer) throws IOException, RefusedPackage {
        Path file = blobs.scratchFile();
        try {
            try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
                outer.unwrapTo(out);
            }
            return copyIn(file, Files.size(file));
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
        Checked checked;
        try {
            checkSize(received.blob().size());
            if (!blobs.hasRoomForTasks()) {
                throw new NotNow("the master's disk is nearly full; free some space");
            }
            checked = check(received);
            received = checked.payload();
            if (handOn.isElsewhere()) {
                return handOn.submit(new OperatorRequest.SubmitTask(name, key, checked.payload()))
                        .whenComplete((applied, failure) -> blobs.discard(checked.payload()));
            }
        } catch (IOException | RefusedPackage | RuntimeException | Error e) {
            blobs.discard(received);
            throw e;
        }
        return path.put(
                received,
                (blob, journal) -> journal.propose(new Command.Submit(
                        key,
                        name,
                        blob,
                        checked.compact(),
                        checked.spec().priority(),
                        checked.spec().retries(),
                        limits.attempts(),
                        clock.millis())));
    }

    /** What it takes for them is measured when one of them asks. A damaged package is refused now. */
    private static CompactSize compactSize(TaskPackageFile taskPackage) throws RefusedPackage, IOException {
        if (!taskPackage.spec().suitsStrangers()) {
            return CompactSize.OURS_ONLY;
        }
        CompactPackage.check(taskPackage);
        return CompactSize.UNMEASURED;
    }
}
