package org.mutirao.master.cluster;

import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.mutirao.group.member.Group;
import org.mutirao.group.member.Group.GroupStatus;
import org.mutirao.group.member.Member;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Faults;
import org.mutirao.protocol.threads.GuardedFuture;
import org.mutirao.protocol.units.HostPort;

/** The masters behind the log, as they stand. Nobody is known before the log runs. Safe for any thread. */
public final class RunningGroup {
    private static final GroupStatus NOBODY =
            new GroupStatus(Group.Role.FOLLOWER, false, 0, Optional.empty(), List.of());
    private static final Look NOTHING_SEEN = new Look(NOBODY, List.of(), 0);
    private static final Duration STALE = Duration.ofMillis(20);

    private final boolean alone;
    private final String node;
    private final CompletableFuture<Begun> begun;
    private final LongSupplier ticker;
    private final Faults faults = new Faults(Text.of("the group"));
    private volatile Look last;

    /** The group of a log that runs, and the grid that the log is of. */
    public record Begun(Group group, GridId grid) {}

    /** @param addresses of all masters, none when there is but one */
    private record Look(GroupStatus standing, List<HostPort> addresses, long at) {}

    /**
     * Waits for the log.
     *
     * @param alone whether there is to be one master only
     * @param node this master's
     * @param begun completes when the log runs
     * @param ticker monotonic, in nanoseconds
     */
    public RunningGroup(boolean alone, String node, CompletableFuture<Begun> begun, LongSupplier ticker) {
        this.alone = alone;
        this.node = node;
        this.begun = begun;
        this.ticker = ticker;
    }

    private Optional<Group> group() {
        return Optional.ofNullable(begun.getNow(null)).map(Begun::group);
    }

    /** Calls once, when the log runs. */
    void onBegun(Consumer<Begun> listener) {
        GuardedFuture.of(begun, faults, Text.of("beginning with the group")).thenAccept(listener);
    }

    /** Whether the log runs. */
    boolean hasBegun() {
        return begun.isDone();
    }

    /** Whether there is to be one master only. */
    public boolean isAlone() {
        return alone;
    }

    /** The grid; only once the log runs. */
    public GridId grid() {
        return begun.join().grid();
    }

    /** How the group stands. */
    public GroupStatus standing() {
        // Asked for every package and every lost worker: a look that is a moment old will do.
        return look(STALE);
    }

    /** The same, with a look that is at most so old. */
    GroupStatus look(Duration oldest) {
        return lookAt(oldest).standing();
    }

    private Look lookAt(Duration oldest) {
        Optional<Group> running = group();
        if (running.isEmpty()) {
            return NOTHING_SEEN;
        }
        Look before = last;
        long now = ticker.getAsLong();
        if (before == null || now - before.at() > oldest.toNanos()) {
            GroupStatus standing = running.get().standing();
            List<HostPort> addresses =
                    standing.members().stream().map(Member::address).toList();
            before = new Look(standing, addresses.size() > 1 ? addresses : List.of(), now);
            last = before;
        }
        return before;
    }

    /** Whether this master leads, with a majority behind it. */
    public boolean serves() {
        return group().map(Group::serves).orElse(false);
    }

    /** The last entry that this master has acted on. */
    long applied() {
        return group().map(Group::applied).orElse(0L);
    }

    /** Whether this master could lead at once. */
    boolean isReady() {
        return group().map(Group::isReady).orElse(false);
    }

    /** Whether this master is still acting on what others did a while ago. */
    public boolean isCatchingUp() {
        return group().map(Group::isCatchingUp).orElse(false);
    }

    /** Where the leader is found, if it is another. */
    public Optional<HostPort> leaderElsewhere() {
        return standing()
                .leader()
                .filter(member -> !member.node().equals(node) && !alone)
                .map(Member::address);
    }

    /** The same, for those who need a number. */
    public Optional<InetSocketAddress> leaderAddress() {
        return leaderElsewhere().flatMap(address -> {
            try {
                return Optional.of(address.resolved());
            } catch (UnknownHostException e) {
                return Optional.empty();
            }
        });
    }

    /** Where all masters are; nothing when there is but one. */
    public List<HostPort> addresses() {
        return alone ? List.of() : lookAt(STALE).addresses();
    }

    /** In words, who leads. */
    public String whoLeads() {
        GroupStatus now = standing();
        if (!hasBegun()) {
            return Text.of("this master has no group yet");
        }
        if (now.leads()) {
            return now.serving()
                    ? Text.of("this master leads")
                    : Text.of(
                            "this master leads, but no majority of the masters answers; nothing is accepted until one does");
        }
        return now.leader()
                .map(member -> Text.of("master %d at %s leads", member.id(), member.address()))
                .orElseGet(() -> Text.of("no master leads at present; the others are being asked"));
    }
}
