package org.mutirao.worker.link;

import java.util.List;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.units.HostPort;

/**
 * How a master is found.
 *
 * @param masters the masters to talk to, whatever others answer; empty to look for one
 * @param discovery UDP ports on which to look
 */
public record Search(List<HostPort> masters, DiscoveryPorts discovery) {
    public Search {
        if (masters.isEmpty() && discovery.numbers().isEmpty()) {
            throw new IllegalArgumentException(
                    "--discovery-ports none needs --master HOST:PORT, or there is no way to a master");
        }
    }
}
