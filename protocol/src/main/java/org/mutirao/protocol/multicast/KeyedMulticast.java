package org.mutirao.protocol.multicast;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.mutirao.protocol.multicast.GroupDatagram.Hello;
import org.mutirao.protocol.room.RoomProof;
import org.mutirao.protocol.room.RoomSecret;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The multicast address for masters of a room with a key: seals their cards, and passes on only cards with a right seal. An old card may be sent again by anybody, since
 * it is hearsay: the masters then ask the one who is said to be there for a proof. Safe for any number of threads.
 */
public final class KeyedMulticast implements Multicast.Opener {
    private static final Logger log = LoggerFactory.getLogger(KeyedMulticast.class);
    private static final int MAX_TOLD = 64;

    private final Multicast.Opener plain;
    private final RoomSecret own;
    private final Supplier<List<RoomSecret>> secrets;
    private final Predicate<InetAddress> heard;
    private final AtomicLong ignored = new AtomicLong();
    private final Set<InetAddress> told = ConcurrentHashMap.newKeySet();

    /**
     * Opens nothing yet.
     *
     * @param own with which cards are sealed
     * @param secrets those that count now, asked for each card
     * @param heard from where the words of other programs are passed on, which have no seal
     */
    public KeyedMulticast(
            Multicast.Opener plain, RoomSecret own, Supplier<List<RoomSecret>> secrets, Predicate<InetAddress> heard) {
        this.plain = plain;
        this.own = own;
        this.secrets = secrets;
        this.heard = heard;
    }

    /** How many cards had no right seal. */
    public long ignored() {
        return ignored.get();
    }

    @Override
    public Multicast open(InetSocketAddress group, Multicast.Listener listener) throws IOException {
        return new Sealing(plain.open(group, (datagram, from) -> {
            if (datagram instanceof Hello hello) {
                if (isSealed(hello)) {
                    listener.onDatagram(new Hello(hello.card()), from);
                } else {
                    ignore(from);
                }
            } else if (heard.test(from)) {
                listener.onDatagram(datagram, from);
            }
        }));
    }

    private boolean isSealed(Hello hello) {
        return secrets.get().stream().anyMatch(secret -> RoomProof.isOfCard(secret, hello.text(), hello.seal()));
    }

    private void ignore(InetAddress from) {
        ignored.incrementAndGet();
        if (told.size() < MAX_TOLD && told.add(from)) {
            log.info(
                    "A master at {} does not know the secret of this room; what it says of itself is ignored",
                    from.getHostAddress());
        }
    }

    private final class Sealing implements Multicast {
        private final Multicast port;

        Sealing(Multicast port) {
            this.port = port;
        }

        private GroupDatagram sealed(GroupDatagram datagram) {
            return datagram instanceof Hello hello
                    ? new Hello(hello.card(), hello.text(), RoomProof.ofCard(own, hello.text()))
                    : datagram;
        }

        @Override
        public void send(GroupDatagram datagram) {
            port.send(sealed(datagram));
        }

        @Override
        public void sendEverywhere(GroupDatagram datagram) {
            port.sendEverywhere(sealed(datagram));
        }

        @Override
        public boolean isOwn(InetAddress address) {
            return port.isOwn(address);
        }

        @Override
        public void close() {
            port.close();
        }
    }
}
