package org.mutirao.protocol.discovery;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One of this machine's addresses that others in the LAN may reach.
 *
 * @param card the name of the network interface that has it
 */
public record LanAddress(InetAddress address, String card) {
    private static final int MAX = 32;

    /** All IPv4 addresses of interfaces that are up, without loopback. Empty also when the system does not tell. */
    public static List<LanAddress> all() {
        List<LanAddress> found = new ArrayList<>();
        try {
            for (NetworkInterface card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (card.isUp() && !card.isLoopback()) {
                    for (InetAddress address : Collections.list(card.getInetAddresses())) {
                        if (address instanceof Inet4Address && found.size() < MAX) {
                            found.add(new LanAddress(address, card.getName()));
                        }
                    }
                }
            }
        } catch (SocketException e) {
            return List.of();
        }
        return List.copyOf(found);
    }

    /** The address, and behind it the interface in brackets. */
    @Override
    public String toString() {
        return address.getHostAddress() + " (" + card + ")";
    }
}
