package org.mutirao.master.cluster;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.group.member.Group.GroupStatus;
import org.mutirao.group.member.Group.Peer;
import org.mutirao.group.member.Group.Role;
import org.mutirao.group.member.Member;
import org.mutirao.group.member.Membership;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.testkit.ManualClock;

/** From where the engine takes connections. Masters that only answered are no members. */
class MasterAddressesTest {
    private static final Member SELF = member(1, "10.0.0.1", "0000000a");
    private static final Member OTHER = member(2, "10.0.0.2", "0000000b");
    private static final Membership PLACE = new Membership(GridId.random(), SELF.name(), List.of(SELF, OTHER));
    private static final Duration SHORT = Duration.ofSeconds(5);
    private static final Duration LONG = Duration.ofMinutes(1);

    private final ManualClock clock = new ManualClock();
    private Optional<Member> leader = Optional.of(OTHER);
    private boolean runs = true;
    private final MasterAddresses addresses = new MasterAddresses(
            SELF.node(),
            this::standing,
            () -> List.of(card("10.0.0.3")),
            new HostAddresses(InetAddress::getAllByName, Runnable::run, clock::nanos),
            clock::nanos);

    private static Member member(int id, String host, String node) {
        return new Member(Member.name(id, id, node), new HostPort(host, 1), new HostPort(host, 2), id, true);
    }

    private static MasterCard card(String host) {
        return MasterCard.builder()
                .group("default")
                .id(3)
                .node("0000000c")
                .election("highest-priority")
                .size(3)
                .host(host)
                .port(1)
                .enginePort(2)
                .grid(Optional.empty())
                .build();
    }

    private GroupStatus standing() {
        return new GroupStatus(
                Role.FOLLOWER,
                false,
                1,
                leader,
                runs ? List.of(new Peer(SELF, Duration.ZERO, -1), new Peer(OTHER, Duration.ZERO, -1)) : List.of());
    }

    private boolean isOfGroup(String address) throws UnknownHostException {
        return addresses.isOfGroup(InetAddress.getByName(address), PLACE);
    }

    private void goOn(Duration time) {
        addresses.look();
        clock.advance(time);
        addresses.look();
    }

    @Test
    void onlyMembersAreOfTheGroup() throws UnknownHostException {
        assertTrue(isOfGroup("10.0.0.2"));
        assertFalse(isOfGroup("10.0.0.3"), "it answered, and is no member");
        assertFalse(isOfGroup("10.0.0.4"));
    }

    @Test
    void withoutALeaderForLongWhoAnswersMayBeAMemberThatMoved() throws UnknownHostException {
        leader = Optional.empty();
        goOn(SHORT);
        assertFalse(isOfGroup("10.0.0.3"));
        goOn(LONG);
        assertTrue(isOfGroup("10.0.0.3"));
        assertFalse(isOfGroup("10.0.0.4"), "nobody answered there");
    }

    @Test
    void twoShortElectionsAreNoLongOne() throws UnknownHostException {
        leader = Optional.empty();
        assertFalse(isOfGroup("10.0.0.3"));
        goOn(SHORT);
        leader = Optional.of(OTHER);
        goOn(LONG);
        leader = Optional.empty();
        assertFalse(isOfGroup("10.0.0.3"));
        goOn(SHORT);
        assertFalse(isOfGroup("10.0.0.3"));
    }

    @Test
    void theTimeBeforeTheLogRunsDoesNotCount() throws UnknownHostException {
        leader = Optional.empty();
        runs = false;
        goOn(LONG);
        runs = true;
        assertFalse(isOfGroup("10.0.0.3"));
    }

    @Test
    void whoProvedTheSecretIsOfTheGroupForAWhile() throws UnknownHostException {
        addresses.proved(InetAddress.getByName("10.0.0.4"));
        assertTrue(isOfGroup("10.0.0.4"));
        clock.advance(LONG);
        assertFalse(isOfGroup("10.0.0.4"));
    }
}
