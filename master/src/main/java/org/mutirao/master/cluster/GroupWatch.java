package org.mutirao.master.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.group.member.Member;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a master does now and then: says who leads when that changes, and tidies its store. For the loop. */
public final class GroupWatch {
    private static final Logger log = LoggerFactory.getLogger(GroupWatch.class);
    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final Duration FORCE = Duration.ofSeconds(1);
    private static final Duration SWEEP = Duration.ofMinutes(10);
    private static final Duration EXPIRE = Duration.ofHours(1);

    private final MasterGroup group;
    private final BlobStore blobs;
    private final Supplier<Set<Sha256>> live;
    private final Executor disk;
    private final LongSupplier nanos;
    private final Consumer<String> notices;
    private Optional<Integer> knownLeader = Optional.empty();
    private final AtomicBoolean forcing = new AtomicBoolean();
    private long sweptAt;
    private long forcedAt;
    private long expiredAt;

    /**
     * Knows no leader yet.
     *
     * @param live the blobs that are still needed
     * @param disk where to do what takes time
     * @param notices told in words who leads
     */
    public GroupWatch(
            MasterGroup group,
            BlobStore blobs,
            Supplier<Set<Sha256>> live,
            Executor disk,
            LongSupplier nanos,
            Consumer<String> notices) {
        this.group = group;
        this.blobs = blobs;
        this.live = live;
        this.disk = disk;
        this.nanos = nanos;
        this.notices = notices;
        this.sweptAt = nanos.getAsLong();
        this.forcedAt = sweptAt;
        this.expiredAt = sweptAt - EXPIRE.toNanos();
    }

    /** Looks once; returns when to look again. */
    public Duration tick() {
        long now = nanos.getAsLong();
        if (now - expiredAt >= EXPIRE.toNanos()) {
            expiredAt = now;
            disk.execute(blobs::expireLost);
        }
        if (now - forcedAt > FORCE.toNanos() && !forcing.getAndSet(true)) {
            forcedAt = now;
            disk.execute(this::forceKept);
        }
        if (group.isAlone()) {
            return FORCE;
        }
        group.addresses().look();
        Optional<Integer> leader = group.standing().leader().map(Member::id);
        if (!leader.equals(knownLeader)) {
            knownLeader = leader;
            notices.accept(leader.map(id -> Text.of(
                            "Master %d leads, term %d", id, group.standing().term()))
                    .orElseGet(() -> Text.of("No master leads at present")));
        }
        // Without a leader, or far behind it, this master does not know enough to say what is needed.
        if (now - sweptAt > SWEEP.toNanos()
                && leader.isPresent()
                && !group.running().isCatchingUp()) {
            sweptAt = now;
            Set<Sha256> needed = live.get();
            disk.execute(() -> sweep(needed));
        }
        return INTERVAL;
    }

    /** So that the log does not have to wait for much when it takes a snapshot. Most small blobs are dropped before their turn comes. */
    private void forceKept() {
        try {
            blobs.forceKept(FORCE);
        } catch (IOException e) {
            log.warn("The store can't be forced to disk now: {}", e.getMessage());
        } finally {
            forcing.set(false);
        }
    }

    private void sweep(Set<Sha256> needed) {
        try {
            int moved = blobs.sweep(needed);
            if (moved > 0) {
                log.info("{} stored files belong to no task and were moved to {}", moved, blobs.lostAndFound());
            }
        } catch (IOException e) {
            log.warn("The store can't be tidied: {}", e.getMessage());
        }
    }
}
