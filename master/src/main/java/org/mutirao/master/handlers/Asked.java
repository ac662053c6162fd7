package org.mutirao.master.handlers;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.mutirao.master.cluster.MasterGroup;
import org.mutirao.protocol.discovery.DiscoveryResponder;

/** Answers discovery: any master tells where the leader is. */
public record Asked(DiscoveryLog discoveryLog, MasterGroup group) implements DiscoveryResponder.Listener {
    @Override
    public void onAsked(String peer, InetAddress from, int port) {
        discoveryLog.onAsked(peer, from, port);
    }

    @Override
    public Optional<InetSocketAddress> elsewhere() {
        return group.isAlone() ? Optional.empty() : group.running().leaderAddress();
    }
}
