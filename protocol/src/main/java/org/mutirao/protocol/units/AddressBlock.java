package org.mutirao.protocol.units;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Which addresses count as one machine where something is limited for each address. A machine has one IPv4 address, but may take any
 * IPv6 address of its network, so the first 64 bits of those count.
 */
public final class AddressBlock {
    private static final int IPV6_LENGTH = 16;
    private static final int IPV4_LENGTH = 4;
    private static final int NETWORK_LENGTH = 8;

    private AddressBlock() {}

    /** An IPv4 address itself, also when it came written as IPv6; of any other IPv6 address the network, without its zone. */
    public static InetAddress of(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        byte[] bytes = address.getAddress();
        if (isMapped(bytes)) {
            return parse(Arrays.copyOfRange(bytes, IPV6_LENGTH - IPV4_LENGTH, IPV6_LENGTH));
        }
        if (address.isLoopbackAddress()) {
            return parse(bytes);
        }
        Arrays.fill(bytes, NETWORK_LENGTH, IPV6_LENGTH, (byte) 0);
        return parse(bytes);
    }

    private static boolean isMapped(byte[] bytes) {
        byte[] prefix = new byte[IPV6_LENGTH - IPV4_LENGTH];
        prefix[10] = (byte) 0xff;
        prefix[11] = (byte) 0xff;
        return Arrays.equals(prefix, Arrays.copyOf(bytes, prefix.length));
    }

    /** Whether it stands for programs of this machine that never went through a network. */
    public static boolean isLoopback(InetAddress address) {
        return of(address).isLoopbackAddress();
    }

    private static InetAddress parse(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }
}
