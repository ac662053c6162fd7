package org.mutirao.master.face.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.wire.ConnectionCounts;

/** Listens for browsers, and closes at once what one address opens beyond its share. */
final class CountedConnector extends ServerConnector {
    private final ConnectionCounts counts;
    private final Map<EndPoint, InetAddress> counted = new ConcurrentHashMap<>();

    CountedConnector(Server server, ConnectionCounts counts) {
        super(server);
        this.counts = counts;
    }

    /** The same behind TLS. */
    CountedConnector(Server server, SslContextFactory.Server tls, ConnectionCounts counts) {
        super(server, AbstractConnectionFactory.getFactories(tls, new HttpConnectionFactory(anyName())));
        this.counts = counts;
    }

    /** The certificate names no machine, so the name that a browser asked for can't be compared with it. */
    private static HttpConfiguration anyName() {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.addCustomizer(new SecureRequestCustomizer(false));
        return configuration;
    }

    @Override
    protected void onEndPointOpened(EndPoint connection) {
        super.onEndPointOpened(connection);
        InetAddress from = addressOf(connection);
        if (from != null && counts.enter(from)) {
            counted.put(connection, from);
            if (!connection.isOpen()) {
                leave(connection);
            }
        } else {
            if (from != null) {
                LimitsReached.here().note(Limit.HTTP_CONNECTIONS, from.getHostAddress());
            }
            connection.close();
        }
    }

    /** Null when the connection is gone already. */
    private static InetAddress addressOf(EndPoint connection) {
        return connection.getRemoteSocketAddress() instanceof InetSocketAddress remote ? remote.getAddress() : null;
    }

    @Override
    protected void onEndPointClosed(EndPoint connection) {
        leave(connection);
        super.onEndPointClosed(connection);
    }

    private void leave(EndPoint connection) {
        InetAddress from = counted.remove(connection);
        if (from != null) {
            counts.leave(from);
        }
    }
}
