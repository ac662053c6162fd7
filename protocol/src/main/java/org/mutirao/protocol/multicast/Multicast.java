package org.mutirao.protocol.multicast;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A multicast address that was joined. Hears its own datagrams too. Safe for any number of threads. */
public interface Multicast extends AutoCloseable {
    /** Told of each datagram that makes sense, on a thread of the address's own: must not throw. */
    interface Listener {
        void onDatagram(GroupDatagram datagram, InetAddress from);
    }

    /** Joins a multicast address. */
    interface Opener {
        /**
         * Joins.
         *
         * @throws IOException when no network of this machine takes part
         */
        Multicast open(InetSocketAddress group, Listener listener) throws IOException;
    }

    /** Sends on the network that the system prefers for it; a message that is not sent is only lost. */
    void send(GroupDatagram datagram);

    /** Sends on every network: for what may be heard twice. */
    void sendEverywhere(GroupDatagram datagram);

    /** Whether an address is one of this machine's. */
    boolean isOwn(InetAddress address);

    @Override
    void close();
}
