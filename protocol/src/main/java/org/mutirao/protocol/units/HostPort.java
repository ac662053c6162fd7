package org.mutirao.protocol.units;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.mutirao.protocol.text.Text;

/** An address as a person writes it: {@code pc7:50020} or {@code [fe80::1]:50020}. */
public record HostPort(String host, int port) {
    /** Where a master listens unless it is told otherwise. */
    public static final int MASTER_PORT = 50_020;

    /** Where a program is, by its number even if its name is known. */
    public static HostPort of(InetSocketAddress address) {
        return new HostPort(address.getAddress().getHostAddress(), address.getPort());
    }

    public static HostPort parse(String text) {
        return parse(text, 1);
    }

    /** The same for a master, whose port may be left out if it is the usual one: {@code pc7}, {@code [fe80::1]} or {@code fe80::1}. */
    public static HostPort parseMaster(String text) {
        String word = text.strip();
        boolean bracketed = word.startsWith("[") && word.endsWith("]");
        boolean bare = !word.startsWith("[") && word.indexOf(':') != word.lastIndexOf(':');
        if (bracketed || bare || word.indexOf(':') < 0) {
            return of(bracketed ? word.substring(1, word.length() - 1) : word, MASTER_PORT, 1, text);
        }
        return parse(word);
    }

    /** The same for an address to listen on, where port 0 takes a free one. */
    public static HostPort parseListening(String text) {
        return parse(text, 0);
    }

    private static HostPort parse(String text, int lowest) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            return of(colon < 0 ? "" : text.substring(0, colon).replaceAll("^\\[(.*)]$", "$1"), port, lowest, text);
        } catch (NumberFormatException e) {
            throw bad(text, e);
        }
    }

    private static HostPort of(String host, int port, int lowest, String text) {
        if (!host.matches("[^\\s/@\\[\\]]+") || port < lowest || port > 65_535) {
            throw bad(text, null);
        }
        return new HostPort(host, port);
    }

    private static IllegalArgumentException bad(String text, Exception cause) {
        return new IllegalArgumentException(Text.of("'%s' is no address: write it like pc7:50020", text), cause);
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
