package org.mutirao.worker.link;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.discovery.LanAddress;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.protocol.wire.RoomPass;

/**
 * How a master is found.
 *
 * @param masters the masters to talk to, whatever others answer; empty to look for one
 * @param discovery UDP ports on which to look
 * @param secret of a room with a key; empty for masters without one
 */
public record Search(List<HostPort> masters, DiscoveryPorts discovery, Optional<RoomSecret> secret) {
    /** Of masters without a key. */
    public Search(List<HostPort> masters, DiscoveryPorts discovery) {
        this(masters, discovery, Optional.empty());
    }

    public Search {
        if (masters.isEmpty() && discovery.numbers().isEmpty()) {
            throw new IllegalArgumentException(
                    Text.of("--discovery-ports none needs --master HOST:PORT, or there is no way to a master"));
        }
    }

    /** Into the room; empty for masters without a key. */
    public Optional<RoomPass> pass() {
        return RoomPass.of(secret);
    }

    /** In a few words. */
    String where() {
        return masters.isEmpty() ? "UDP " + discovery : addresses();
    }

    private String addresses() {
        return masters.stream().map(HostPort::toString).collect(Collectors.joining(", "));
    }

    /**
     * What was tried in vain and what a person can do, as sentences.
     *
     * @param own this machine's addresses
     */
    String advice(List<LanAddress> own) {
        if (!masters.isEmpty()) {
            return Text.of(
                    "No master answers at %s. Is it started there? A firewall on its PC may block that TCP port."
                            + " This worker goes on trying.",
                    addresses());
        }
        if (own.isEmpty()) {
            return Text.of(
                    "No master answered yet. This worker asked on the UDP ports %s, but this PC has no network besides"
                            + " itself. Look at its cable or Wi-Fi. It goes on looking.",
                    discovery);
        }
        return Text.of(
                "No master answered yet. This worker asked on the UDP ports %s from %s."
                        + " Is a master started in the same network? A firewall on either PC may block these ports."
                        + " To do without them, name the master: --master %s:50020 with its own address."
                        + " This worker goes on looking.",
                discovery,
                own.stream().map(LanAddress::toString).collect(Collectors.joining(", ")),
                likely(own.get(0)));
    }

    /** How a master's address looks in the same network. */
    private static String likely(LanAddress own) {
        String text = own.address().getHostAddress();
        return text.substring(0, text.lastIndexOf('.') + 1) + "N";
    }
}
