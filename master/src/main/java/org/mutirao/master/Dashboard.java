package org.mutirao.master;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.mutirao.master.face.http.Api;
import org.mutirao.master.face.http.HttpFace;
import org.mutirao.master.face.http.LiveEvents;
import org.mutirao.protocol.units.HostPort;

/** The web server of a master, and where a browser finds it. */
final class Dashboard implements AutoCloseable {
    private final HttpFace face;
    private final String host;
    private final Optional<String> token;

    private Dashboard(HttpFace face, String host, Optional<String> token) {
        this.face = face;
        this.host = host;
        this.token = token;
    }

    /** Where a word that browsers must know is found. */
    interface TokenSource {
        String token() throws IOException;
    }

    /**
     * Serves until closed.
     *
     * @param wanted where, and what a person wants browsers to know
     * @param kept made up once, for when others than this machine can ask and no word was given
     * @throws IOException when the port is taken
     */
    static Dashboard open(MasterConfig.Http wanted, TokenSource kept, Api api, LiveEvents live) throws IOException {
        HostPort where = wanted.address();
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(where.host()), where.port());
        Optional<String> token = wanted.token();
        if (token.isEmpty() && !address.getAddress().isLoopbackAddress()) {
            token = Optional.of(kept.token());
        }
        return new Dashboard(HttpFace.start(address, token, api, live), where.host(), token);
    }

    /** For a person to click on. */
    String address() {
        return "http://" + (host.equals("0.0.0.0") ? "localhost" : host) + ":" + face.port() + "/"
                + token.map(word -> "?token=" + word).orElse("");
    }

    int port() {
        return face.port();
    }

    @Override
    public void close() {
        face.close();
    }
}
