package org.mutirao.testkit;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/** Addresses of this machine besides loopback, from which a test can play another machine. */
public final class OwnAddress {
    private OwnAddress() {}

    /** An IPv4 address in a network; null where there is only loopback. */
    public static InetAddress outside() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .findFirst()
                .orElse(null);
    }
}
