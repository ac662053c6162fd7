package org.mutirao.master.face.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.mutirao.protocol.discovery.LanAddress;

/**
 * Where browsers find the dashboard.
 *
 * @param lines one for each address
 * @param forOthers the first that other machines can reach
 */
record Addresses(List<String> lines, Optional<String> forOthers) {
    private static final String WORD = "dashboard ";

    /**
     * Those of a server.
     *
     * @param scheme http or https
     * @param host on which it listens
     * @param token what a browser must know
     * @param lan this machine's addresses
     */
    static Addresses of(String scheme, String host, int port, Optional<String> token, List<LanAddress> lan) {
        String query = token.map(word -> "?token=" + word).orElse("");
        List<String> lines = new ArrayList<>();
        if (!isEverywhere(host)) {
            String only = url(scheme, host, port) + query;
            return new Addresses(List.of(WORD + only), isLoopback(host) ? Optional.empty() : Optional.of(only));
        }
        lines.add(WORD + url(scheme, "localhost", port) + query);
        for (LanAddress each : lan) {
            lines.add(WORD + url(scheme, each.address().getHostAddress(), port) + query + " (" + each.card() + ")");
        }
        return new Addresses(
                lines,
                lan.stream().findFirst().map(each -> url(scheme, each.address().getHostAddress(), port) + query));
    }

    /** The address for a browser of this machine, without a token. */
    static String local(String scheme, String host, int port) {
        return url(scheme, isEverywhere(host) ? "localhost" : host, port);
    }

    private static String url(String scheme, String host, int port) {
        return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/";
    }

    private static boolean isEverywhere(String host) {
        return is(host, InetAddress::isAnyLocalAddress);
    }

    private static boolean isLoopback(String host) {
        return is(host, InetAddress::isLoopbackAddress);
    }

    private static boolean is(String host, Predicate<InetAddress> property) {
        try {
            return property.test(InetAddress.getByName(host));
        } catch (UnknownHostException e) {
            return false; // it listens there, so this can't be
        }
    }
}
