package org.mutirao.protocol.discovery;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Tells whether two addresses are one machine's. Asks no name service. */
public final class SameMachine {
    private static final Pattern NUMBER = Pattern.compile("[0-9.]+|.*:.*");

    private SameMachine() {}

    /** Whether they are equal, or both of this machine. */
    public static boolean are(String host, String other) {
        return host.equals(other) || (isHere(host) && isHere(other));
    }

    private static boolean isHere(String host) {
        return NUMBER.matcher(host).matches()
                && own().anyMatch(address -> address.getHostAddress().equals(host));
    }

    /** Whether it is one of this machine. */
    public static boolean isHere(InetAddress address) {
        return address.isLoopbackAddress() || own().anyMatch(address::equals);
    }

    /** All of this machine. */
    public static Stream<InetAddress> own() {
        try {
            return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses);
        } catch (SocketException e) {
            return Stream.of(InetAddress.getLoopbackAddress());
        }
    }
}
