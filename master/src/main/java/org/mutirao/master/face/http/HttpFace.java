package org.mutirao.master.face.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.mutirao.master.door.Grid;
import org.mutirao.master.face.Face;

/** The dashboard and the API of a master, and where a browser finds them. */
public final class HttpFace implements Face {
    private final HttpPlan plan;
    private Optional<HttpServer> server = Optional.empty();
    private Optional<String> token = Optional.empty();

    public HttpFace(HttpPlan plan) {
        this.plan = plan;
    }

    /** What was asked for. */
    public HttpPlan plan() {
        return plan;
    }

    @Override
    public String name() {
        return "dashboard";
    }

    @Override
    public synchronized void start(Grid grid) throws IOException {
        InetSocketAddress address = new InetSocketAddress(
                InetAddress.getByName(plan.address().host()), plan.address().port());
        token = plan.token();
        if (token.isEmpty() && !address.getAddress().isLoopbackAddress()) {
            token = Optional.of(grid.files().token());
        }
        Api api = new Api(grid);
        try {
            server = Optional.of(HttpServer.start(
                    address, token, api, new LiveEvents(grid.views().feed(), api::status)));
        } catch (IOException e) {
            throw new IOException(e.getMessage() + ". Give another --http, or --http off.", e);
        }
    }

    /** The port in force; 0 if it is not served. */
    public synchronized int port() {
        return server.map(HttpServer::port).orElse(0);
    }

    /** The address for a person to click on. */
    @Override
    public synchronized Optional<String> greeting() {
        String host = plan.address().host();
        return server.map(serving -> "dashboard http://" + (host.equals("0.0.0.0") ? "localhost" : host) + ":"
                + serving.port() + "/" + token.map(word -> "?token=" + word).orElse(""));
    }

    @Override
    public synchronized void close() {
        server.ifPresent(HttpServer::close);
    }
}
