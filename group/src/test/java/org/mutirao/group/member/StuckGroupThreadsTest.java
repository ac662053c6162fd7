package org.mutirao.group.member;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.threads.Stall;
import org.mutirao.protocol.threads.Threads;
import org.mutirao.protocol.wire.Transport;

/** A thread of the group that hangs is named. */
@Timeout(60)
class StuckGroupThreadsTest {
    private static final MasterCard CARD = MasterCard.builder()
            .group("mutirao")
            .id(1)
            .node("0000000a")
            .election("id")
            .size(3)
            .host("127.0.0.1")
            .port(1)
            .enginePort(2)
            .rank(1)
            .ready(true)
            .build();

    private static final Transport UNREACHABLE = (master, request, timeout) -> {
        throw new IOException("nobody is there");
    };

    private final AtomicLong now = new AtomicLong();
    private final Liveness liveness = new Liveness(now::get);
    private final CountDownLatch stuck = new CountDownLatch(1);
    private final CountDownLatch never = new CountDownLatch(1);
    private final Threads threads = Threads.guarded(liveness, now::get);

    @AfterEach
    void close() {
        never.countDown();
    }

    private <T> T hang(T value) {
        stuck.countDown();
        try {
            never.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return value;
    }

    private PeerDiscovery peerDiscovery(boolean hangs) {
        return new PeerDiscovery(
                GroupSettings.alone(),
                () -> CARD,
                () -> hangs ? hang(List.<Member>of()) : List.of(),
                UNREACHABLE,
                (address, listener) -> {
                    throw new IOException("no network");
                },
                threads,
                datagram -> {});
    }

    private GroupBootstrap bootstrap(PeerDiscovery peerDiscovery) {
        Membership place = new Membership(GridId.random(), "1-1-0000000a", List.of());
        return new GroupBootstrap(
                GroupSettings.alone(),
                new NodeFolder(Path.of("unused"), "0000000a", Optional.of(place)),
                peerDiscovery,
                now::get,
                what -> {},
                card -> card,
                JoinRule.KEY);
    }

    /** Looks as soon as the thread hangs, and after the longest time that it may take. */
    private List<String> namedAfter(Duration within) throws InterruptedException {
        assertTrue(stuck.await(30, TimeUnit.SECONDS));
        assertEquals(List.of(), liveness.stalls());
        now.addAndGet(within.plusSeconds(1).toNanos());
        return liveness.stalls().stream().map(Stall::sentence).toList();
    }

    private final class HangingGroup implements Group {
        @Override
        public boolean serves() {
            return true;
        }

        @Override
        public long applied() {
            return 0;
        }

        @Override
        public boolean isCatchingUp() {
            return false;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public GroupStatus standing() {
            return hang(new GroupStatus(Role.FOLLOWER, false, 1, Optional.empty(), List.of()));
        }

        @Override
        public CompletableFuture<Void> configure(List<Member> members) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Void> transfer(Member to) {
            return CompletableFuture.completedFuture(null);
        }
    }

    @Test
    void theKeeperOfTheGroup() throws Exception {
        try (PeerDiscovery peerDiscovery = peerDiscovery(false);
                GroupReconciler reconciler = new GroupReconciler(
                        GroupSettings.alone(),
                        bootstrap(peerDiscovery),
                        new HangingGroup(),
                        peerDiscovery,
                        threads,
                        notice -> {})) {
            reconciler.start();
            assertEquals(
                    List.of("the group keeper has not moved for 121 s: a task of GroupReconciler"),
                    namedAfter(GroupReconciler.WITHIN));
        }
    }

    @Test
    void theSearchForOtherMasters() throws Exception {
        try (PeerDiscovery peerDiscovery = peerDiscovery(true)) {
            peerDiscovery.start();
            assertEquals(
                    List.of("the search for other masters has not moved for 121 s: a task of PeerDiscovery"),
                    namedAfter(PeerDiscovery.WITHIN));
        }
    }
}
