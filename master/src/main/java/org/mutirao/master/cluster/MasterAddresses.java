package org.mutirao.master.cluster;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.mutirao.group.member.Group.GroupStatus;
import org.mutirao.group.member.Member;
import org.mutirao.group.member.Membership;
import org.mutirao.protocol.discovery.SameMachine;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.message.MasterCard;

/** Which addresses are those of masters, as far as this one knows. Never waits; safe for any thread. */
final class MasterAddresses {
    /** How long an address counts from which a master proved that it knows the room's secret. */
    private static final Duration PROVEN = Duration.ofSeconds(60);
    /** Without a leader for so long, what this master knows of its group may be of yesterday. */
    private static final Duration LOST = Duration.ofSeconds(10);

    private static final int MAX_PROVEN = 256;

    private final String node;
    private final Supplier<GroupStatus> standing;
    private final Supplier<List<MasterCard>> met;
    private final HostAddresses hosts;
    private final LongSupplier nanos;
    private final Map<InetAddress, Long> proven = new ConcurrentHashMap<>();
    private volatile Long lostSince;

    /**
     * Knows no address yet.
     *
     * @param node this master's
     * @param standing the group as the log has it; without members before the log runs
     * @param met masters that answered lately
     * @param nanos monotonic
     */
    MasterAddresses(
            String node,
            Supplier<GroupStatus> standing,
            Supplier<List<MasterCard>> met,
            HostAddresses hosts,
            LongSupplier nanos) {
        this.node = node;
        this.standing = standing;
        this.met = met;
        this.hosts = hosts;
        this.nanos = nanos;
    }

    /** Whether one of those members is there. */
    boolean isAmong(String address, Predicate<Member> masters) {
        return standing.get().members().stream()
                .filter(masters)
                .anyMatch(member -> hosts.isAt(member.address().host(), address));
    }

    /** A master that knows the room's secret spoke from there. */
    void proved(InetAddress from) {
        long now = nanos.getAsLong();
        if (proven.size() >= MAX_PROVEN) {
            proven.values().removeIf(at -> now - at > PROVEN.toNanos());
        }
        if (proven.size() < MAX_PROVEN) {
            proven.put(from, now);
        }
    }

    /**
     * Whether another master of this group is there.
     *
     * @param place this master's own, which names the members before the log does
     */
    boolean isOfGroup(InetAddress from, Membership place) {
        GroupStatus now = standing.get();
        List<Member> members = now.members().isEmpty() ? place.founders() : now.members();
        if (members.stream()
                .anyMatch(member ->
                        !member.node().equals(node) && isSame(member.engine().host(), from))) {
            return true;
        }
        Long at = proven.get(from);
        if (at != null && nanos.getAsLong() - at < PROVEN.toNanos()) {
            return true; // it may have more networks than one
        }
        return (members.isEmpty() || isLost(now)) && metAt(from, place.grid()).isPresent();
    }

    /** To be called all the time: two short elections, with nobody asking in between, are no long one. */
    void look() {
        GroupStatus now = standing.get();
        if (now.leader().isPresent() || now.members().isEmpty()) {
            lostSince = null;
        } else if (lostSince == null) {
            lostSince = nanos.getAsLong();
        }
    }

    private boolean isLost(GroupStatus now) {
        Long since = lostSince;
        return now.leader().isEmpty() && since != null && nanos.getAsLong() - since > LOST.toNanos();
    }

    /** Whether a master answered at that address lately. */
    boolean isMet(InetAddress from) {
        return met.get().stream().anyMatch(card -> isSame(card.host(), from));
    }

    /** A master that answered at that address lately, and belongs to that group or to none. */
    Optional<MasterCard> metAt(InetAddress from, GridId grid) {
        return met.get().stream()
                .filter(card -> card.grid().isEmpty() || card.grid().get().equals(grid.toString()))
                .filter(card -> isSame(card.host(), from))
                .findFirst();
    }

    /** Whether a name or number is that address, or another one of the machine that this one runs on too. */
    private boolean isSame(String host, InetAddress address) {
        return hosts.isAt(host, address.getHostAddress())
                || (SameMachine.isHere(address)
                        && SameMachine.own().anyMatch(own -> hosts.isAt(host, own.getHostAddress())));
    }
}
