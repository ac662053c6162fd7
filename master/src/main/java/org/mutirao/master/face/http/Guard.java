package org.mutirao.master.face.http;

import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.HandlerType;
import io.javalin.http.SameSite;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.mutirao.protocol.text.Text;

/**
 * Who may ask: nobody whom another site sent. A page in the user's browser must neither read this nor hand in code, even where no token
 * is needed because only this machine can reach it.
 */
final class Guard {
    static final String COOKIE = "mutirao-token";
    /** A form or an image of another site can't send it, and a script of another site would have to ask first. */
    static final String OWN_HEADER = "X-Mutirao";

    /** What a person opens. */
    private static final Set<String> PAGES = Set.of("/", HttpServer.DOCS);

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final boolean loopback;
    private final boolean isSecure;
    private final Optional<String> token;
    private final OneTimeCodes codes;

    /**
     * Guards what listens on an address.
     *
     * @param isSecure whether it is served by TLS
     * @param token what whoever asks must know; empty when nothing but the address protects
     * @param codes stand for the token
     */
    Guard(InetAddress address, boolean isSecure, Optional<String> token, OneTimeCodes codes) {
        this.loopback = address.isLoopbackAddress();
        this.isSecure = isSecure;
        this.token = token;
        this.codes = codes;
    }

    void check(Context context) {
        checkHost(context);
        checkOrigin(context);
        if (token.isPresent() && !isOpen(context.path())) {
            checkToken(context, token.get());
        }
    }

    /** Machines ask the first two without a person behind them; the client and the page's own files are the same everywhere, and no secret. */
    static boolean isOpen(String path) {
        return path.equals("/health")
                || path.equals("/ready")
                || path.equals("/client.py")
                || path.startsWith("/assets/");
    }

    /** A name that an attacker owns may be made to mean this machine ("DNS rebinding"). */
    private void checkHost(Context context) {
        String host = hostName(Optional.ofNullable(context.header("Host")).orElse(""));
        if (loopback && !LOOPBACK.contains(host)) {
            throw new Problem(
                    421,
                    Text.of("Wrong host"),
                    Text.of("This address answers to localhost only; open it as %s://localhost:PORT/.", scheme()));
        }
    }

    private static String hostName(String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        boolean hasPort = colon > hostAndPort.lastIndexOf(']');
        return (hasPort ? hostAndPort.substring(0, colon) : hostAndPort).toLowerCase(Locale.ROOT);
    }

    private static void checkOrigin(Context context) {
        boolean changes = !HandlerType.GET.equals(context.method()) && !HandlerType.HEAD.equals(context.method());
        Optional<String> origin = Optional.ofNullable(context.header("Origin"));
        if (origin.isPresent() && !isOwn(origin.get(), context)) {
            throw new Problem(
                    403,
                    Text.of("Foreign origin"),
                    Text.of("Another site's page asked for this; that is not allowed."));
        }
        if (changes && context.header(OWN_HEADER) == null) {
            throw new Problem(
                    403,
                    Text.of("Not from here"),
                    Text.of("Send the header '%s: 1' with every request that changes something.", OWN_HEADER));
        }
    }

    private static boolean isOwn(String origin, Context context) {
        try {
            String authority = URI.create(origin).getAuthority();
            return authority != null && authority.equalsIgnoreCase(context.header("Host"));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void checkToken(Context context, String token) {
        boolean isPage = PAGES.contains(context.path());
        if (isPage && isEntering(context, token)) {
            Cookie cookie = new Cookie(COOKIE, token);
            cookie.setHttpOnly(true);
            cookie.setSecure(isSecure);
            cookie.setSameSite(SameSite.STRICT);
            context.cookie(cookie);
            return;
        }
        String bearer = Optional.ofNullable(context.header("Authorization")).orElse("");
        boolean byHeader = bearer.startsWith("Bearer ") && same(bearer.substring("Bearer ".length()), token);
        boolean byCookie = Optional.ofNullable(context.cookie(COOKIE))
                .map(cookie -> same(cookie, token))
                .orElse(false);
        boolean known = byHeader || byCookie;
        if (!known && isPage) {
            throw new SignInNeeded();
        }
        if (!known) {
            throw new Problem(
                    401,
                    Text.of("Token needed"),
                    Text.of(
                            "Open %s://HOST:PORT/?token=TOKEN once, or send 'Authorization: Bearer TOKEN'. The master printed the "
                                    + "token when it started.",
                            scheme()));
        }
    }

    private String scheme() {
        return isSecure ? "https" : "http";
    }

    private boolean isEntering(Context context, String token) {
        String given = context.queryParam("token");
        String code = context.queryParam("code");
        return (given != null && same(given, token)) || (code != null && codes.use(code));
    }

    /** In the same time whatever differs. */
    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
