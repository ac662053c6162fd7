package org.mutirao.master.face.http;

import io.javalin.Javalin;
import io.javalin.http.Context;
import io.javalin.http.sse.SseClient;
import io.javalin.router.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.MinimumDataRateHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Faults;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.wire.ConnectionCounts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server: guards, routes, assets. */
final class HttpServer implements AutoCloseable {
    /** The dashboard is one page of our own; nothing it shows may bring in anything from elsewhere. */
    private static final String CONTENT_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                    + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    static final String EVENTS = "/api/events/stream";
    static final String CHANNEL = "/api/channel/stream";
    static final String DOCS = "/docs";
    private static final Set<String> STREAMS = Set.of(EVENTS, CHANNEL);
    private static final long LARGEST_JSON_BODY = 1 << 20;
    private static final Logger log = LoggerFactory.getLogger(HttpServer.class);

    private final Faults faults = new Faults(Text.of("the dashboard"));
    private final Javalin server;
    private final Streams streams;

    /**
     * Where to listen.
     *
     * @param address port 0 takes a free one
     * @param tls for HTTPS; empty for plain HTTP
     */
    record Port(InetSocketAddress address, Optional<SSLContext> tls) {}

    private HttpServer(
            Port port,
            Guard guard,
            HttpLimits limits,
            List<Route> routes,
            LiveEvents live,
            ChannelApi channel,
            Function<Context, String> first)
            throws IOException {
        streams = new Streams(limits.streams(), limits.streamsPerAddress());
        server = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.http.maxRequestSize = LARGEST_JSON_BODY; // of what is read as a whole; uploads are streams
            config.jetty.modifyServer(jetty -> {
                CountedConnector connector = connector(
                        jetty, port.tls(), new ConnectionCounts(limits.connections(), limits.connectionsPerAddress()));
                connector.setHost(port.address().getAddress().getHostAddress());
                connector.setPort(port.address().getPort());
                connector.setIdleTimeout(limits.silence().toMillis());
                jetty.addConnector(connector);
                jetty.setHandler(new OpenRequests(
                        new MinimumDataRateHandler(limits.slowest().bytes(), 0),
                        new ConnectionCounts(limits.requests(), limits.requestsPerAddress())));
            });
            config.routes.before(context -> before(context, guard));
            config.routes.exception(Problem.class, (problem, context) -> problem.answer(context));
            config.routes.exception(SignInNeeded.class, (needed, context) -> signIn(needed, context));
            config.routes.exception(Exception.class, this::unexpected);
            config.routes.error(404, HttpServer::notFound);
            config.routes.error(HttpStatus.PAYLOAD_TOO_LARGE_413, HttpServer::tooLarge);
            for (Route route : routes) {
                config.routes.addEndpoint(
                        Endpoint.create(route.method(), route.path()).handler(route.handler()));
            }
            config.routes.sse(EVENTS, (SseClient client) -> streams.add(client, live::writeTo));
            config.routes.sse(CHANNEL, (SseClient client) -> streams.add(client, channel.stream(client.ctx())));
            config.routes.get("/", context -> Assets.sendDashboard(context, first.apply(context)));
            config.routes.post(Guard.SIGN_IN, Guard::leadOn);
            config.routes.get(DOCS, Assets::sendDocs);
            config.routes.get("/assets/{name}", context -> Assets.send(context, "", context.pathParam("name")));
            config.routes.get(
                    "/assets/{version}/{name}",
                    context -> Assets.send(context, context.pathParam("version"), context.pathParam("name")));
        });
        try {
            server.start();
        } catch (RuntimeException e) {
            server.stop();
            throw new IOException(Text.of("can't listen for HTTP on %s: %s", port.address(), e.getMessage()), e);
        }
    }

    private static CountedConnector connector(Server jetty, Optional<SSLContext> tls, ConnectionCounts counts) {
        if (tls.isEmpty()) {
            return new CountedConnector(jetty, counts);
        }
        SslContextFactory.Server factory = new SslContextFactory.Server();
        factory.setSslContext(tls.get());
        return new CountedConnector(jetty, factory, counts);
    }

    /**
     * Serves until closed.
     *
     * @throws IOException when the port is taken
     */
    static HttpServer start(Port port, Guard guard, Api api, LiveEvents live) throws IOException {
        return start(port, guard, HttpLimits.defaults(), api.routes(), live, api.channel(), api.firstScreen()::json);
    }

    /** @param first what the page shows at once, as JSON */
    static HttpServer start(
            Port port,
            Guard guard,
            HttpLimits limits,
            List<Route> routes,
            LiveEvents live,
            ChannelApi channel,
            Function<Context, String> first)
            throws IOException {
        return new HttpServer(port, guard, limits, routes, live, channel, first);
    }

    private void signIn(SignInNeeded needed, Context context) {
        try {
            needed.answer(context);
        } catch (IOException e) {
            unexpected(e, context);
        }
    }

    public int port() {
        return server.port();
    }

    /** How many requests failed by our fault. */
    long faults() {
        return faults.total();
    }

    private static void before(Context context, Guard guard) {
        context.header("Content-Security-Policy", CONTENT_POLICY);
        context.header("X-Content-Type-Options", "nosniff");
        context.header("Referrer-Policy", "no-referrer");
        context.header("Cross-Origin-Resource-Policy", "same-origin");
        context.header("Cache-Control", "no-store");
        guard.check(context);
    }

    /** Browsers leave, stall and break off all the time, which is nobody's fault; everything else is ours. */
    private void unexpected(Exception failure, Context context) {
        if (STREAMS.contains(context.endpoint().path)) {
            // A stream's work is done on threads of its own; what fails here is the rest of a request that they ended.
            log.debug("A browser left while its events began: {}", failure.toString());
            return;
        }
        if (HangUp.isIn(failure)) {
            log.debug("A browser left during {}: {}", context.endpoint().path, failure.toString());
            context.status(HttpStatus.BAD_REQUEST_400);
            return;
        }
        faults.report(Text.of("a request to %s", context.endpoint().path), failure);
        new Problem(500, Text.of("Our fault"), Text.of("The master could not answer; its log says more."))
                .answer(context);
    }

    private static boolean isExplained(Context context) {
        return Optional.ofNullable(context.res().getContentType())
                .map(type -> type.startsWith("application/problem+json"))
                .orElse(false);
    }

    private static void tooLarge(Context context) {
        if (isExplained(context)) {
            return;
        }
        LimitsReached.here().note(Limit.HTTP_BODIES, context.ip());
        new Problem(
                        HttpStatus.PAYLOAD_TOO_LARGE_413,
                        Text.of("Too large"),
                        Text.of("A request of JSON may have %s.", new ByteSize(LARGEST_JSON_BODY)))
                .answer(context);
    }

    private static void notFound(Context context) {
        if (!isExplained(context)) {
            new Problem(404, Text.of("Not found"), Text.of("There is nothing here; /openapi.json lists what there is."))
                    .answer(context);
        }
    }

    @Override
    public void close() {
        streams.close();
        server.stop();
    }
}
