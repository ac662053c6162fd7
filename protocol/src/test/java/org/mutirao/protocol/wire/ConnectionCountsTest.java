package org.mutirao.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class ConnectionCountsTest {
    private final ConnectionCounts counts = new ConnectionCounts(5, 2);

    private static InetAddress address(int last) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
    }

    @Test
    void oneAddressHasItsShareAndOthersTheRest() throws Exception {
        assertTrue(counts.enter(address(1)));
        assertTrue(counts.enter(address(1)));
        assertFalse(counts.enter(address(1)));
        assertTrue(counts.enter(address(2)));
        counts.leave(address(1));
        assertTrue(counts.enter(address(1)), "one has left");
        assertFalse(counts.enter(address(1)));
    }

    @Test
    void thisMachineSharesTheTotalOnly() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        for (int i = 0; i < 5; i++) {
            assertTrue(counts.enter(loopback));
        }
        assertFalse(counts.enter(loopback));
        assertFalse(counts.enter(address(1)));
        counts.leave(loopback);
        assertTrue(counts.enter(address(1)));
    }

    @Test
    void oneIpv6NetworkIsOneMachine() throws Exception {
        byte[] bytes = new byte[16];
        bytes[0] = 0x20;
        for (int i = 1; i <= 3; i++) {
            bytes[15] = (byte) i;
            assertEquals(i <= 2, counts.enter(InetAddress.getByAddress(bytes)));
        }
        bytes[15] = 9;
        counts.leave(InetAddress.getByAddress(bytes));
        assertTrue(counts.enter(InetAddress.getByAddress(bytes)), "one of the network has left");
    }
}
