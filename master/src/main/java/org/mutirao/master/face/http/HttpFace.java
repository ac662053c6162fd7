package org.mutirao.master.face.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.mutirao.master.door.Grid;
import org.mutirao.master.face.Face;
import org.mutirao.protocol.discovery.LanAddress;
import org.mutirao.protocol.room.RoomCertificate;
import org.mutirao.protocol.terminal.QrText;
import org.mutirao.protocol.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The dashboard and the API of a master, and where a browser finds them. */
public final class HttpFace implements Face {
    private static final Logger log = LoggerFactory.getLogger(HttpFace.class);

    private final HttpPlan plan;
    private Optional<Api> api = Optional.empty();
    private Optional<HttpServer> server = Optional.empty();
    private Optional<String> token = Optional.empty();
    private String scheme = "http";

    public HttpFace(HttpPlan plan) {
        this.plan = plan;
    }

    /** What was asked for. */
    public HttpPlan plan() {
        return plan;
    }

    @Override
    public String name() {
        return Text.of("dashboard");
    }

    @Override
    public synchronized void start(Grid grid) throws IOException {
        InetSocketAddress address = new InetSocketAddress(
                InetAddress.getByName(plan.address().host()), plan.address().port());
        Optional<RoomCertificate> certificate = grid.certificate();
        boolean beyond = !address.getAddress().isLoopbackAddress();
        token = plan.token();
        if (token.isEmpty() && (beyond || certificate.isPresent())) {
            token = Optional.of(grid.files().token());
        }
        // Nobody but this machine hears what is said on loopback, and its browser need not ask whether it trusts the
        // certificate.
        Optional<SSLContext> tls = beyond && certificate.isPresent()
                ? Optional.of(certificate.get().serverTls())
                : Optional.empty();
        scheme = tls.isPresent() ? "https" : "http";
        Api answers = new Api(grid);
        api = Optional.of(answers);
        OneTimeCodes codes = new OneTimeCodes(grid.ticker());
        Guard guard = new Guard(
                address.getAddress(),
                tls.isPresent(),
                token,
                codes,
                new BadgeCodes(grid.secrets(), grid.ticker()),
                grid::scopeOf);
        try {
            HttpServer serving = HttpServer.start(
                    new HttpServer.Port(address, tls),
                    guard,
                    answers,
                    new LiveEvents(grid.views().feed(), grid.views().board(), answers.firstScreen()::now));
            server = Optional.of(serving);
            if (plan.open()) {
                // The command line of a browser can be read by all users of this machine: it gets a code that works
                // once.
                Browser.open(Addresses.local(scheme, plan.address().host(), serving.port())
                        + token.map(secret -> "?code=" + codes.next()).orElse(""));
            }
        } catch (IOException e) {
            throw new IOException(Text.of("%s. Give another --http, or --http off.", e.getMessage()), e);
        }
    }

    /** The port in force; 0 if it is not served. */
    public synchronized int port() {
        return server.map(HttpServer::port).orElse(0);
    }

    /** The addresses for a person to click on, and a QR code of the first that a phone can reach. */
    @Override
    public synchronized List<String> greeting() {
        if (server.isEmpty()) {
            return List.of();
        }
        Addresses addresses =
                Addresses.of(scheme, plan.address().host(), server.get().port(), token, LanAddress.all());
        List<String> lines = new ArrayList<>(addresses.lines());
        if (plan.qr()) {
            if (addresses.forOthers().isPresent()) {
                lines.addAll(QrText.of(addresses.forOthers().get()));
            } else {
                log.warn(
                        "There is no QR code, since no phone can reach the dashboard: --http 0.0.0.0:50080 serves it to the LAN");
            }
        }
        return lines;
    }

    @Override
    public synchronized void close() {
        server.ifPresent(HttpServer::close);
        api.ifPresent(Api::close);
    }
}
