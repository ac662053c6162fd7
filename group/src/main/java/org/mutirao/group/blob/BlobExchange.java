package org.mutirao.group.blob;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.mutirao.group.log.ReplicatedLog;
import org.mutirao.group.member.Group.GroupStatus;
import org.mutirao.group.member.Group.Peer;
import org.mutirao.group.member.Member;
import org.mutirao.group.member.PeerDiscovery;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Threads;
import org.mutirao.protocol.units.Told;
import org.mutirao.protocol.wire.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a majority of the masters holds a blob before an entry of the log names it, and fetches what this one lacks. Any
 * majority that can elect a leader then contains a holder, so a new leader always gets what it needs.
 */
public final class BlobExchange implements Replication, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BlobExchange.class);
    private static final int THREADS = 16;
    private static final int FETCHED_AT_ONCE = 4;
    private static final int MAX_QUEUED = 20_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final long ROUND_MILLIS = 300;
    /** A round only hands out the work. */
    private static final Duration WITHIN = Duration.ofSeconds(30);

    /** How long all others must say that they lack what is needed before it counts as gone. */
    private static final Duration GIVE_UP = Duration.ofSeconds(3);

    /** The leader does not wait for a master that has been silent for so long. */
    private static final Duration SILENT = Duration.ofSeconds(2);

    /** Told what became of blobs that were missing here. Called on any thread. */
    public interface Listener {
        /** It was fetched. */
        void onArrived(Sha256 hash);

        /** It was given up: nobody has it. */
        void onUnavailable(Sha256 hash);
    }

    /**
     * Something to fetch.
     *
     * @param task whose result it is or was, or 0
     * @param optional whether to give up when nobody has it any more
     */
    private record Want(long task, boolean optional) {}

    private final BlobStore blobs;
    private final Transport transport;
    private final Supplier<GroupStatus> standing;
    private final Supplier<GridId> grid;
    private final String self;
    private final Listener listener;
    private final Threads threads;
    private final Map<Sha256, Want> missing = new ConcurrentHashMap<>();
    /** Since when nobody has had it. */
    private final Map<Sha256, Long> lackedSince = new ConcurrentHashMap<>();

    private final ExecutorService senders;
    private final ExecutorService fetchers;
    private final AtomicInteger fetching = new AtomicInteger();
    private final ScheduledExecutorService clock;

    /**
     * Starts.
     *
     * @param self this master's node
     */
    public BlobExchange(
            BlobStore blobs,
            Transport transport,
            Supplier<GroupStatus> standing,
            Supplier<GridId> grid,
            String self,
            Listener listener,
            Threads threads) {
        this.blobs = blobs;
        this.transport = transport;
        this.standing = standing;
        this.grid = grid;
        this.self = self;
        this.listener = listener;
        this.threads = threads;
        // Not watched: how long a blob takes depends on its size and the network. The connection ends if nothing moves
        // on it.
        this.senders = threads.boundedPool("blob-sender", THREADS, MAX_QUEUED);
        this.fetchers = threads.boundedPool("blob-fetcher", FETCHED_AT_ONCE, MAX_QUEUED);
        this.clock = threads.scheduler("blob-exchange", "blob exchange", WITHIN);
        clock.scheduleWithFixedDelay(this::fetchMissing, ROUND_MILLIS, ROUND_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** What this master keeps. */
    public BlobStore store() {
        return blobs;
    }

    @Override
    public byte[] inlineBytes(Blob blob) throws IOException {
        // Alone, what has a file is forced already, and need not be written once more.
        boolean shared = standing.get().members().size() > 1;
        return shared && blob.size() <= ReplicatedLog.MAX_BYTES
                ? Files.readAllBytes(blobs.pathOf(blob.hash()))
                : ReplicatedLog.NO_BYTES;
    }

    @Override
    public CompletableFuture<Void> replicate(Blob blob, byte[] inlineBytes) {
        return inlineBytes.length > 0 ? CompletableFuture.completedFuture(null) : replicate(blob);
    }

    /**
     * Gives a blob that is stored here to the other masters. Completes, on any thread, when a majority has it on disk, this one
     * counted; exceptionally when that can't be reached now.
     */
    CompletableFuture<Void> replicate(Blob blob) {
        GroupStatus now = standing.get();
        List<Peer> others = now.peers().stream()
                .filter(peer -> !peer.member().node().equals(self))
                .filter(peer -> peer.silent().compareTo(SILENT) < 0)
                .toList();
        int voters = (int) now.members().stream().filter(Member::voter).count();
        int needed = voters / 2; // of the others
        CompletableFuture<Void> replicated = new CompletableFuture<>();
        if (needed == 0) {
            replicated.complete(null);
        }
        AtomicInteger holders = new AtomicInteger();
        AtomicInteger left = new AtomicInteger(
                (int) others.stream().filter(peer -> peer.member().voter()).count());
        if (left.get() < needed) {
            replicated.completeExceptionally(new Told(Text.of("too few masters are about to keep it safely")));
            return replicated;
        }
        for (Peer peer : others) {
            try {
                senders.execute(() -> {
                    boolean kept = give(blob, peer.member());
                    if (!peer.member().voter()) {
                        return;
                    }
                    if (kept && holders.incrementAndGet() >= needed) {
                        replicated.complete(null);
                    }
                    if (left.decrementAndGet() == 0 && holders.get() < needed) {
                        replicated.completeExceptionally(new Told(Text.of("too few masters could store it")));
                    }
                });
            } catch (RejectedExecutionException e) {
                replicated.completeExceptionally(new Told(Text.of("too much is on its way to the other masters"), e));
            }
        }
        return replicated;
    }

    private boolean give(Blob blob, Member to) {
        try {
            Reply reply = transport.ask(
                    PeerDiscovery.endpoint(to.address()),
                    new GroupRequest.StoreBlob(grid.get(), blobs.payload(blob)),
                    TIMEOUT);
            if (!(reply instanceof Reply.Ok)) {
                log.debug(
                        "Master {} does not store {}: {}", to.id(), blob.hash().brief(), reply);
            }
            return reply instanceof Reply.Ok;
        } catch (IOException e) {
            log.debug("Master {} did not get {}: {}", to.id(), blob.hash().brief(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /**
     * Gets it in the background unless it is here; returns whether it is.
     *
     * @param task whose result it is, so that another master may find it in its results/ folder; else 0
     */
    public boolean need(Sha256 hash, long task) {
        if (blobs.has(hash)) {
            return true;
        }
        missing.put(hash, new Want(task, false));
        return false;
    }

    /** Gets the result of a task in the background if any master still has it; nothing depends on it. */
    public void wish(Sha256 hash, long task) {
        missing.putIfAbsent(hash, new Want(task, true));
    }

    /** Nobody wants it any more. */
    public void forget(Sha256 hash) {
        missing.remove(hash);
    }

    public boolean isMissing(Sha256 hash) {
        return missing.containsKey(hash);
    }

    /** How much of what the ledger refers to is not here. */
    public long missing() {
        return missing.values().stream().filter(want -> !want.optional()).count();
    }

    private void fetchMissing() {
        try {
            missing.forEach((hash, want) -> {
                if (fetching.get() < FETCHED_AT_ONCE && fetching.incrementAndGet() <= FETCHED_AT_ONCE) {
                    fetchers.execute(() -> fetchUntilNoneLeft(hash, want));
                }
            });
        } catch (RuntimeException e) {
            log.warn("Fetching what is missing failed; trying again", e);
        }
    }

    /** One after the other without a pause, as long as it works. */
    private void fetchUntilNoneLeft(Sha256 first, Want want) {
        try {
            fetch(first, want);
            for (Map.Entry<Sha256, Want> next : missing.entrySet()) {
                if (!blobs.has(next.getKey())) {
                    fetch(next.getKey(), next.getValue());
                }
            }
        } catch (IOException e) {
            log.debug("Something missing could not be fetched: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            fetching.decrementAndGet();
        }
    }

    private void fetch(Sha256 hash, Want want) throws IOException, InterruptedException {
        if (blobs.has(hash)) {
            arrived(hash);
            return;
        }
        boolean nobodyHasIt = true;
        for (Member member : standing.get().members()) {
            if (!member.node().equals(self) && missing.containsKey(hash)) {
                Find find = fetchFrom(member, hash, want.task());
                if (find == Find.GOT) {
                    arrived(hash);
                    return;
                }
                nobodyHasIt &= find == Find.NOT_THERE;
            }
        }
        if (!nobodyHasIt) {
            lackedSince.remove(hash);
        } else if (want.optional() || isLackedForLong(hash)) {
            lackedSince.remove(hash);
            if (missing.remove(hash) != null) {
                listener.onUnavailable(hash);
            }
        }
    }

    private boolean isLackedForLong(Sha256 hash) {
        long now = threads.nanos();
        Long since = lackedSince.putIfAbsent(hash, now);
        return since != null && now - since >= GIVE_UP.toNanos();
    }

    private enum Find {
        GOT,
        NOT_THERE,
        NO_ANSWER
    }

    private Find fetchFrom(Member member, Sha256 hash, long task) throws InterruptedException {
        try {
            Reply reply = transport.ask(
                    PeerDiscovery.endpoint(member.address()),
                    new GroupRequest.FetchBlob(grid.get(), hash, task),
                    TIMEOUT);
            if (reply instanceof Reply.BlobData data) {
                if (data.blob().blob().hash().equals(hash)) {
                    blobs.store(data.blob());
                    blobs.unpin(hash);
                    return Find.GOT;
                }
                blobs.discard(data.blob());
                log.warn("Master {} sent other bytes than asked for", member.id());
            }
            boolean without = reply instanceof Reply.Failure failure && failure.refusal() == Reply.Refusal.NOT_FOUND;
            return without ? Find.NOT_THERE : Find.NO_ANSWER;
        } catch (IOException e) {
            log.debug("Master {} did not give {}: {}", member.id(), hash.brief(), e.getMessage());
            return Find.NO_ANSWER;
        }
    }

    private void arrived(Sha256 hash) {
        if (missing.remove(hash) != null) {
            listener.onArrived(hash);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        senders.shutdownNow();
        fetchers.shutdownNow();
    }
}
