package org.mutirao.protocol.discovery;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Which of this machine's addresses another machine sees. */
public final class FacingAddress {
    private FacingAddress() {}

    /** Connecting a datagram socket sends nothing but makes the system choose the route and so the address. */
    public static InetAddress towards(InetSocketAddress other) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(other);
            return socket.getLocalAddress();
        }
    }
}
