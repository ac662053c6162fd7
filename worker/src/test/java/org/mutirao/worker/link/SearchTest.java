package org.mutirao.worker.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.discovery.LanAddress;
import org.mutirao.protocol.units.HostPort;

class SearchTest {
    private static final Search BROADCAST = new Search(List.of(), DiscoveryPorts.parse("50005,9999"));

    @Test
    void theAdviceNamesPortsInterfacesAndTheMasterToTry() throws Exception {
        List<LanAddress> own = List.of(
                new LanAddress(InetAddress.getByName("192.168.7.20"), "eth0"),
                new LanAddress(InetAddress.getByName("10.0.0.3"), "wlan0"));
        assertEquals(
                "No master answered yet. This worker asked on the UDP ports 50005,9999 from 192.168.7.20 (eth0), 10.0.0.3 (wlan0). "
                        + "Is a master started in the same network? A firewall on either PC may block these ports. "
                        + "To do without them, name the master: --master 192.168.7.N:50020 with its own address. "
                        + "This worker goes on looking.",
                BROADCAST.advice(own));
        assertEquals("UDP 50005,9999", BROADCAST.where());
    }

    @Test
    void aPcWithoutANetworkIsToldSo() {
        assertTrue(BROADCAST.advice(List.of()).contains("this PC has no network"));
    }

    @Test
    void aMasterThatWasNamedIsNamedAgain() {
        Search named = new Search(List.of(HostPort.parse("pc7:50020")), DiscoveryPorts.none());
        assertEquals("pc7:50020", named.where());
        assertTrue(named.advice(List.of()).startsWith("No master answers at pc7:50020. Is it started there?"));
    }
}
