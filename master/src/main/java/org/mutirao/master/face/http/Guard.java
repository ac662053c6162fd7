package org.mutirao.master.face.http;

import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpStatus;
import io.javalin.http.SameSite;
import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.mutirao.master.watch.Scope;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.room.Entrant;
import org.mutirao.protocol.text.Text;

/**
 * Who may ask: nobody whom another site sent. A page in the user's browser must neither read this nor hand in code, even where no token
 * is needed because only this machine can reach it.
 */
final class Guard {
    static final String COOKIE = "mutirao-token";
    /** What a person keeps who signed in with a code. */
    static final String SESSION = "mutirao-session";
    /** Where the form of the page goes. */
    static final String SIGN_IN = "/sign-in";

    private static final String BEARER = "Bearer ";
    /** A form or an image of another site can't send it, and a script of another site would have to ask first. */
    static final String OWN_HEADER = "X-Mutirao";

    /** What a person opens. */
    private static final Set<String> PAGES = Set.of("/", HttpServer.DOCS);

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final boolean loopback;
    private final boolean isSecure;
    private final Optional<String> token;
    private final OneTimeCodes codes;
    private final BadgeCodes badges;
    private final Function<Entrant, Scope> scopes;

    /**
     * Guards what listens on an address.
     *
     * @param isSecure whether it is served by TLS
     * @param token what whoever asks must know; empty when nothing but the address protects
     * @param codes stand for the token
     * @param badges the codes of people who are not the operator of this machine
     * @param scopes the jobs that are there for one who came in so
     */
    Guard(
            InetAddress address,
            boolean isSecure,
            Optional<String> token,
            OneTimeCodes codes,
            BadgeCodes badges,
            Function<Entrant, Scope> scopes) {
        this.badges = badges;
        this.scopes = scopes;
        this.loopback = address.isLoopbackAddress();
        this.isSecure = isSecure;
        this.token = token;
        this.codes = codes;
    }

    void check(Context context) {
        checkHost(context);
        checkOrigin(context);
        boolean isForAll = token.isEmpty() || isOpen(context.path());
        Entrant entrant = isForAll ? Entrant.ANYBODY : known(context, token.get());
        new Visitor(entrant, scopes.apply(entrant), Visitor.addressOf(context)).enter(context);
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
        // A form can't send the header; its origin was looked at, and all it does is to sign in.
        if (changes && context.header(OWN_HEADER) == null && !context.path().equals(SIGN_IN)) {
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

    /** Who asks, by what he shows: a token or a code, once in the address or the form, else in a cookie or a header. */
    private Entrant known(Context context, String token) {
        boolean isPage = PAGES.contains(context.path());
        if (isPage && isEntering(context, token)) {
            keep(context, COOKIE, token);
            return Entrant.MEMBER;
        }
        boolean signsIn = context.path().equals(SIGN_IN) && HandlerType.POST.equals(context.method());
        Optional<Entrant> found = signsIn ? signIn(context, token) : shown(context, token);
        if (found.isPresent()) {
            return found.get();
        }
        boolean showedSomething = signsIn || context.header("Authorization") != null;
        if (showedSomething && Visitor.addressOf(context).filter(badges::failed).isPresent()) {
            throw new Problem(
                    429,
                    Text.of("Too many tries"),
                    Text.of("Too many wrong codes came from there; try again in a minute."));
        }
        if (isPage || signsIn) {
            throw new SignInNeeded();
        }
        throw new Problem(
                401,
                Text.of("Token needed"),
                Text.of(
                        "Open %s://HOST:PORT/?token=TOKEN once, or send 'Authorization: Bearer TOKEN'. The master printed the "
                                + "token when it started.",
                        scheme()));
    }

    private String scheme() {
        return isSecure ? "https" : "http";
    }

    /** By a header or a cookie. */
    private Optional<Entrant> shown(Context context, String token) {
        String bearer = Optional.ofNullable(context.header("Authorization"))
                .filter(header -> header.startsWith(BEARER))
                .map(header -> header.substring(BEARER.length()))
                .orElse("");
        boolean isToken = BadgeCodes.same(bearer, token)
                || Optional.ofNullable(context.cookie(COOKIE))
                        .filter(cookie -> BadgeCodes.same(cookie, token))
                        .isPresent();
        if (isToken) {
            return Optional.of(Entrant.MEMBER);
        }
        return badges.badgeOf(bearer)
                .or(() -> Optional.ofNullable(context.cookie(SESSION)).flatMap(badges::inSession))
                .map(Entrant::of);
    }

    /** By the form of the page. */
    private Optional<Entrant> signIn(Context context, String token) {
        String code = Optional.ofNullable(context.formParam("code")).orElse("").strip();
        if (BadgeCodes.same(code, token)) {
            keep(context, COOKIE, token);
            return Optional.of(Entrant.MEMBER);
        }
        Optional<Badge> badge = badges.badgeOf(code);
        badge.ifPresent(known -> keep(context, SESSION, BadgeCodes.sessionOf(code)));
        return badge.map(Entrant::of);
    }

    /** After signing in: to the page that was wanted. */
    static void leadOn(Context context) {
        String wanted = Optional.ofNullable(context.queryParam("to")).orElse("/");
        context.redirect(PAGES.contains(wanted) ? wanted : "/", HttpStatus.SEE_OTHER);
    }

    private void keep(Context context, String name, String value) {
        Cookie cookie = new Cookie(name, value);
        cookie.setHttpOnly(true);
        cookie.setSecure(isSecure);
        cookie.setSameSite(SameSite.STRICT);
        context.cookie(cookie);
    }

    /** Makes the browser forget what it shows. */
    static void signOut(Context context) {
        context.removeCookie(COOKIE, "/");
        context.removeCookie(SESSION, "/");
    }

    private boolean isEntering(Context context, String token) {
        String given = context.queryParam("token");
        String code = context.queryParam("code");
        return (given != null && BadgeCodes.same(given, token)) || (code != null && codes.use(code));
    }
}
