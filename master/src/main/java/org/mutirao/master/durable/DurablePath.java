package org.mutirao.master.durable;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.group.blob.Replication;
import org.mutirao.master.dispatch.Journal;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Faults;
import org.mutirao.protocol.threads.GuardedFuture;

/**
 * Makes a received payload durable, in four steps:
 *
 * <ol>
 *   <li><i>store</i>: its bytes are forced to disk here, and pinned; few bytes are only held in memory;
 *   <li><i>replicate</i>: a majority of the masters holds them, or they are to travel inside the log's entry, as few bytes do;
 *   <li><i>propose</i>: the log takes the command that names them;
 *   <li><i>release</i>: the pin goes, and the bytes with it if the ledger turned out not to need them.
 * </ol>
 *
 * <p>The first runs on the caller's thread, which may wait for a disk; the last two run on the loop.
 */
public final class DurablePath {
    private final BlobStore blobs;
    private final Replication replication;
    private final BlobJournal journal;
    private final Executor loop;
    private final Predicate<Sha256> needed;
    private final Faults faults = new Faults(Text.of("the durable path"));
    private final String acting = Text.of("acting on what was made durable");

    /** The command for a payload. */
    @FunctionalInterface
    public interface Proposal<T> {
        /**
         * Proposes it. Called on the loop, at most once. Without a command the bytes go again.
         *
         * @param blob stored on a majority, or about to be
         * @param journal takes the blob's bytes along if they travel inside the entry; no other journal does
         * @return completes on the loop; exceptionally when it is not known whether the log took the command
         */
        CompletableFuture<T> propose(Blob blob, Journal journal);
    }

    /**
     * Has nothing on the way yet.
     *
     * @param needed whether the ledger refers to some bytes; asked on the loop
     */
    public DurablePath(
            BlobStore blobs, Replication replication, BlobJournal journal, Executor loop, Predicate<Sha256> needed) {
        this.blobs = blobs;
        this.replication = replication;
        this.journal = journal;
        this.loop = loop;
        this.needed = needed;
    }

    /**
     * Takes over a received payload, whose file is no longer the caller's.
     *
     * @return completes on the loop, after the release, as the proposal does; exceptionally also when no majority holds the bytes. A caller
     *     that is slow may find it complete, and then acts on it on its own thread
     * @throws IOException when they can't be stored or read here; nothing was proposed then
     */
    public <T> CompletableFuture<T> put(Payload payload, Proposal<T> proposal) throws IOException {
        // An empty one has nothing to travel.
        Optional<byte[]> small = payload.bytes().filter(bytes -> bytes.length > 0);
        Blob blob = payload.blob();
        boolean isNew = store(payload, small.isPresent());
        byte[] inlineBytes;
        CompletableFuture<Void> replicated;
        try {
            inlineBytes = small.isPresent() ? small.get() : replication.inlineBytes(blob);
            replicated = replication.replicate(blob, inlineBytes);
        } catch (IOException | RuntimeException | Error e) {
            blobs.unpin(blob.hash());
            throw e;
        }
        Journal carrying = command -> journal.propose(command, inlineBytes);
        return GuardedFuture.of(replicated, faults, acting)
                .handleAsync(
                        (nothing, failure) -> {
                            CompletableFuture<T> proposed = failure == null
                                    ? propose(blob, carrying, proposal)
                                    : CompletableFuture.failedFuture(failure);
                            // Here, on the loop: a slow caller would do it on its own thread.
                            return GuardedFuture.of(proposed, faults, acting)
                                    .whenComplete((done, fault) -> release(blob.hash(), isNew, fault));
                        },
                        loop)
                .thenCompose(Function.identity());
    }

    /** Returns whether the bytes were not here before, as far as that is known. */
    private boolean store(Payload payload, boolean isSmall) throws IOException {
        try {
            if (isSmall) {
                return blobs.hold(payload);
            }
            blobs.store(payload);
            return true;
        } catch (IOException | RuntimeException | Error e) {
            blobs.discard(payload);
            throw e;
        }
    }

    private <T> CompletableFuture<T> propose(Blob blob, Journal carrying, Proposal<T> proposal) {
        try {
            return proposal.propose(blob, carrying);
        } catch (RuntimeException | Error fault) {
            faults.report(Text.of("making the command for stored bytes"), fault);
            return CompletableFuture.failedFuture(fault);
        }
    }

    /**
     * After a failure some entry of the log may name the bytes all the same: this one, whose outcome is not known, or one of an earlier
     * try. So they stay, as bytes do that were here already: they may be those of a try whose outcome is not known yet. The sweep of the
     * store takes what nobody needs in the end.
     */
    private void release(Sha256 hash, boolean isNew, Throwable failure) {
        if (failure == null) {
            blobs.unpin(hash, !isNew || needed.test(hash));
        } else {
            blobs.unpin(hash);
        }
    }
}
