package org.mutirao.master.inbox;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.mutirao.group.blob.BlobExchange;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.master.dispatch.Journal;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.pack.CompactPackage;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.pack.TaskPackageFile;
import org.mutirao.protocol.pack.TaskSpec;
import org.mutirao.protocol.units.ByteSize;

/** Makes a task of a package: checks it, forces its bytes to disk, then proposes it. For any thread that may wait for a disk. */
public final class Intake {
    private final BlobStore blobs;
    private final BlobExchange exchange;
    private final HandOn handOn;
    private final Journal journal;
    private final Executor loop;
    private final PackageLimits limits;
    private final ByteSize largest;
    private final int attempts;
    private final Predicate<Sha256> needed;
    private final InstantSource wall;

    /**
     * Takes packages from now on.
     *
     * @param exchange sees to it that a package is safe
     * @param handOn where packages go while another master leads
     * @param largest packed size of one package
     * @param attempts how many leases of a task may be lost
     * @param needed whether the ledger refers to some bytes; asked on the loop
     */
    public Intake(
            BlobStore blobs,
            BlobExchange exchange,
            HandOn handOn,
            Journal journal,
            Executor loop,
            PackageLimits limits,
            ByteSize largest,
            int attempts,
            Predicate<Sha256> needed,
            InstantSource wall) {
        this.blobs = blobs;
        this.exchange = exchange;
        this.handOn = handOn;
        this.journal = journal;
        this.loop = loop;
        this.limits = limits;
        this.largest = largest;
        this.attempts = attempts;
        this.needed = needed;
        this.wall = wall;
    }

    /**
     * Copies a file into the store's keeping, so that nobody can change it between check and use.
     *
     * @throws RefusedPackage when it is too large
     */
    Payload copyIn(Path file, long size) throws IOException, RefusedPackage {
        checkSize(size);
        return blobs.copyIn(file, largest);
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
                nested = TaskPackageFile.unwrap(given.file(), limits, out);
            } catch (RefusedPackage e) {
                return given;
            }
            if (!nested) {
                return given;
            }
            checkSize(Files.size(file));
            Payload inner = blobs.copyIn(file, largest);
            blobs.discard(given);
            return inner;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    boolean isTooLarge(long size) {
        return size > largest.bytes();
    }

    private void checkSize(long size) throws RefusedPackage {
        if (isTooLarge(size)) {
            throw new RefusedPackage(
                    "it is larger than " + largest,
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
        Blob blob;
        byte[] inlineBytes;
        try {
            checkSize(received.blob().size());
            if (!blobs.hasRoomForTasks()) {
                throw new NotNow("the master's disk is nearly full; free some space");
            }
            received = unwrapped(received);
            try (TaskPackageFile taskPackage = TaskPackageFile.open(received.file(), limits)) {
                spec = taskPackage.spec();
                compact = measure(taskPackage);
            }
            if (handOn.isElsewhere()) {
                Payload checked = received;
                return handOn.submit(new OperatorRequest.SubmitTask(name, key, checked))
                        .whenComplete((applied, failure) -> blobs.discard(checked));
            }
            blob = blobs.store(received);
            inlineBytes = exchange.inlineBytes(blob);
        } catch (IOException | RefusedPackage | RuntimeException | Error e) {
            blobs.discard(received);
            throw e;
        }
        Command submit =
                new Command.Submit(key, name, blob, compact, spec.priority(), spec.retries(), attempts, wall.millis());
        return exchange.replicate(blob, inlineBytes)
                .thenCompose(nothing -> journal.propose(submit, inlineBytes))
                .whenCompleteAsync((applied, failure) -> release(blob.hash(), failure), loop);
    }

    /** After a failure the entry may be on the log all the same, so the bytes stay until that is clear. */
    private void release(Sha256 hash, Throwable failure) {
        if (failure == null) {
            blobs.unpin(hash, needed.test(hash));
        } else {
            blobs.unpin(hash);
        }
    }

    private static CompactSize measure(TaskPackageFile taskPackage) throws RefusedPackage, IOException {
        if (!taskPackage.spec().suitsStrangers()) {
            return CompactSize.OURS_ONLY;
        }
        return CompactPackage.measure(taskPackage).map(CompactSize::new).orElse(CompactSize.LARGE);
    }
}
