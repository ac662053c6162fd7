package org.mutirao.protocol.multicast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.multicast.GroupDatagram.Hello;
import org.mutirao.protocol.multicast.GroupDatagram.Join;
import org.mutirao.protocol.room.RoomSecret;

/** Rooms that share one multicast address, and one who forges. */
class KeyedMulticastTest {
    private static final InetSocketAddress GROUP = new InetSocketAddress(InetAddress.getLoopbackAddress(), 5001);
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private final RoomSecret secret = RoomSecret.random(new SecureRandom());
    private final List<Multicast.Listener> address = new ArrayList<>();
    private final List<byte[]> sent = new ArrayList<>();

    /** Everybody hears the bytes of all. */
    private Multicast join(Multicast.Listener listener) {
        address.add(listener);
        return new Multicast() {
            @Override
            public void send(GroupDatagram datagram) {
                say(datagram.bytes());
            }

            @Override
            public void sendEverywhere(GroupDatagram datagram) {
                say(datagram.bytes());
            }

            @Override
            public boolean isOwn(InetAddress other) {
                return false;
            }

            @Override
            public void close() {
                address.remove(listener);
            }
        };
    }

    private void say(byte[] bytes) {
        sent.add(bytes);
        GroupDatagram.parse(bytes)
                .ifPresent(datagram -> List.copyOf(address).forEach(each -> each.onDatagram(datagram, HERE)));
    }

    private final class Room {
        private final List<GroupDatagram> heard = new ArrayList<>();
        private final KeyedMulticast keyed;
        private final Multicast port;

        Room(List<RoomSecret> secrets, Predicate<InetAddress> openTo) throws IOException {
            keyed = new KeyedMulticast((group, listener) -> join(listener), secrets.get(0), () -> secrets, openTo);
            port = keyed.open(GROUP, (datagram, from) -> heard.add(datagram));
        }
    }

    private static MasterCard card(int id) {
        return MasterCard.builder()
                .group("default")
                .id(id)
                .node("0000000" + id)
                .election("highest-priority")
                .size(3)
                .port(1)
                .enginePort(1)
                .build();
    }

    @Test
    void mastersOfOneRoomHearEachOther() throws IOException {
        Room one = new Room(List.of(secret), from -> false);
        Room other = new Room(List.of(secret), from -> false);
        one.port.sendEverywhere(new Hello(card(1)));
        assertEquals(List.of(new Hello(card(1))), other.heard);
        assertEquals(0, other.keyed.ignored());
    }

    @Test
    void twoRoomsAndOneWithoutAKeyDoNotDisturbEachOther() throws IOException {
        Room one = new Room(List.of(secret), from -> false);
        Room other = new Room(List.of(RoomSecret.random(new SecureRandom())), from -> false);
        List<GroupDatagram> without = new ArrayList<>();
        Multicast open = join((datagram, from) -> without.add(datagram));
        one.port.sendEverywhere(new Hello(card(1)));
        other.port.sendEverywhere(new Hello(card(2)));
        open.sendEverywhere(new Hello(card(3)));
        assertEquals(List.of(new Hello(card(1))), one.heard);
        assertEquals(List.of(new Hello(card(2))), other.heard);
        assertEquals(2, one.keyed.ignored());
        assertEquals(2, other.keyed.ignored());
        assertTrue(
                without.stream()
                        .allMatch(each -> each.equals(new Hello(card(3)))
                                || !((Hello) each).seal().isEmpty()),
                without::toString);
    }

    /** Each byte of a real datagram is changed once. */
    @Test
    void aForgedCardIsIgnoredAndCounted() throws IOException {
        Room room = new Room(List.of(secret), from -> false);
        new Room(List.of(secret), from -> false).port.sendEverywhere(new Hello(card(1)));
        byte[] real = sent.get(0);
        room.heard.clear();
        for (int i = 0; i < real.length; i++) {
            byte[] forged = real.clone();
            forged[i] = (byte) (forged[i] == 'A' ? 'B' : 'A');
            say(forged);
        }
        say(new Hello(card(1)).bytes());
        assertEquals(List.of(), room.heard);
        assertTrue(room.keyed.ignored() > 40, () -> room.keyed.ignored() + " were counted");
    }

    @Test
    void whileASecretIsChangedBothCount() throws IOException {
        RoomSecret next = RoomSecret.random(new SecureRandom());
        Room changed = new Room(List.of(next, secret), from -> false);
        new Room(List.of(secret), from -> false).port.sendEverywhere(new Hello(card(1)));
        assertEquals(List.of(new Hello(card(1))), changed.heard);
    }

    @Test
    void aSecretThatWasRetiredCountsNoMoreFromThatMomentOn() throws IOException {
        RoomSecret next = RoomSecret.random(new SecureRandom());
        List<RoomSecret> inForce = new ArrayList<>(List.of(next, secret));
        Room changed = new Room(inForce, from -> false);
        Room left = new Room(List.of(secret), from -> false);
        left.port.sendEverywhere(new Hello(card(1)));
        changed.heard.clear();
        inForce.remove(secret);
        left.port.sendEverywhere(new Hello(card(1)));
        assertEquals(List.of(), changed.heard);
        assertEquals(1, changed.keyed.ignored());
    }

    @Test
    void otherProgramsAreHeardOnlyFromWhereAPersonLetThemIn() throws IOException {
        Room closed = new Room(List.of(secret), from -> false);
        Room open = new Room(List.of(secret), HERE::equals);
        say("JOIN:7:3".getBytes(StandardCharsets.UTF_8));
        assertEquals(List.of(), closed.heard);
        assertEquals(List.of(new Join(7, 3)), open.heard);
    }

    /** What masters of before this said. */
    @Test
    void aCardWithoutASealIsReadAsBefore() {
        Optional<GroupDatagram> read = GroupDatagram.parse(new Hello(card(1)).bytes());
        assertEquals(Optional.of(new Hello(card(1))), read);
        assertEquals("", ((Hello) read.orElseThrow()).seal());
    }
}
