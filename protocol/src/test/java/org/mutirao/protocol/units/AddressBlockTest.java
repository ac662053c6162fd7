package org.mutirao.protocol.units;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class AddressBlockTest {
    private static InetAddress v4(int... bytes) throws UnknownHostException {
        ByteBuffer buffer = ByteBuffer.allocate(4);
        for (int each : bytes) {
            buffer.put((byte) each);
        }
        return InetAddress.getByAddress(buffer.array());
    }

    /** Java makes an IPv4 address of a mapped one by itself in most ways, but not in this. */
    private static InetAddress v6(int... words) throws UnknownHostException {
        ByteBuffer buffer = ByteBuffer.allocate(16);
        for (int each : words) {
            buffer.putShort((short) each);
        }
        return Inet6Address.getByAddress(null, buffer.array(), 0);
    }

    @Test
    void oneIpv6NetworkIsOneMachine() throws Exception {
        InetAddress network = AddressBlock.of(v6(0x2001, 0xdb8, 1, 2, 3, 0, 0, 4));
        assertEquals(network, AddressBlock.of(v6(0x2001, 0xdb8, 1, 2, 0xffff, 0xffff, 0xffff, 1)));
        assertNotEquals(network, AddressBlock.of(v6(0x2001, 0xdb8, 1, 3, 3, 0, 0, 4)));
    }

    @Test
    void anIpv4AddressIsOneHoweverItIsWritten() throws Exception {
        assertEquals(v4(10, 0, 0, 7), AddressBlock.of(v4(10, 0, 0, 7)));
        assertEquals(v4(10, 0, 0, 7), AddressBlock.of(v6(0, 0, 0, 0, 0, 0xffff, 0x0a00, 7)));
        assertNotEquals(AddressBlock.of(v4(10, 0, 0, 7)), AddressBlock.of(v4(10, 0, 0, 8)));
    }

    @Test
    void loopbackIsThisMachine() throws Exception {
        assertTrue(AddressBlock.isLoopback(v6(0, 0, 0, 0, 0, 0, 0, 1)));
        assertTrue(AddressBlock.isLoopback(v6(0, 0, 0, 0, 0, 0xffff, 0x7f00, 1)));
        assertFalse(AddressBlock.isLoopback(v6(0, 0, 0, 0, 0, 0xffff, 0x0a00, 1)));
        assertFalse(AddressBlock.isLoopback(v4(10, 0, 0, 1)));
    }
}
