package org.mutirao.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.units.ByteSize;

class HeldBytesTest {
    private final HeldBytes held = new HeldBytes(new ByteSize(100), new ByteSize(40));

    private static InetAddress address(int last) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
    }

    @Test
    void allConnectionsOfOneAddressShareItsPart() throws Exception {
        HeldBytes.Part first = held.of(address(1));
        HeldBytes.Part second = held.of(address(1));
        assertTrue(first.set(30));
        assertFalse(second.set(11));
        assertTrue(held.of(address(2)).set(40), "another address");
        assertTrue(second.set(0), "closed");
        assertTrue(first.set(40));
        assertTrue(first.set(5));
        assertTrue(second.set(35));
    }

    @Test
    void thisMachineSharesTheTotalOnly() throws Exception {
        HeldBytes.Part here = held.of(InetAddress.getLoopbackAddress());
        assertTrue(here.set(90));
        assertFalse(held.of(address(1)).set(11));
        assertFalse(here.set(95));
        assertTrue(here.set(50), "less is always fine");
    }
}
