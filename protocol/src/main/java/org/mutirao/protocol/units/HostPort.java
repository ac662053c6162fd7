package org.mutirao.protocol.units;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** An address as a person writes it: {@code pc7:50020} or {@code [fe80::1]:50020}. */
public record HostPort(String host, int port) {
    public static HostPort parse(String text) {
        return parse(text, 1);
    }

    /** The same for an address to listen on, where port 0 takes a free one. */
    public static HostPort parseListening(String text) {
        return parse(text, 0);
    }

    private static HostPort parse(String text, int lowest) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            String host = colon < 0 ? "" : text.substring(0, colon).replaceAll("^\\[(.*)]$", "$1");
            if (!host.isEmpty() && port >= lowest && port <= 65_535) {
                return new HostPort(host, port);
            }
        } catch (NumberFormatException e) {
            throw bad(text, e);
        }
        throw bad(text, null);
    }

    private static IllegalArgumentException bad(String text, Exception cause) {
        return new IllegalArgumentException("'" + text + "' is no address: write it like pc7:50020", cause);
    }

    /** The address with a number that can be connected to; asks the system's name service if the host is a name. */
    public InetSocketAddress resolved() throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
