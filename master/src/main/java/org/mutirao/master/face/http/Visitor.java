package org.mutirao.master.face.http;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.mutirao.master.door.Origin;
import org.mutirao.master.watch.Scope;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.room.Entrant;
import org.mutirao.protocol.room.Role;
import org.mutirao.protocol.text.Text;

/**
 * Who sent a request by HTTP.
 *
 * @param scope the jobs that are there for him
 */
record Visitor(Entrant entrant, Scope scope, Optional<InetAddress> from) {
    private static final String ATTRIBUTE = "mutirao-visitor";

    /** What one may look at who sees only his own jobs; what is behind it looks which those are. */
    private static final List<String> OF_OWN_JOBS = List.of("/api/jobs", "/api/tasks", "/api/events");

    /** What tells of nobody's job, and may be looked at. */
    private static final List<String> OF_NO_JOB =
            List.of("/api/status", "/api/room", "/api/workers", "/api/whoami", "/openapi.json");

    /** What everybody may do with his own browser. */
    private static final List<String> OF_ONESELF = List.of(Guard.SIGN_IN, "/api/sign-out");

    /** The one who sent this request, once {@link Guard} let it in. */
    static Visitor of(Context context) {
        return Optional.<Visitor>ofNullable(context.attribute(ATTRIBUTE))
                .orElseThrow(() -> new IllegalStateException("nobody looked who asks"));
    }

    /** Is the one who sent this request, from now on. */
    void enter(Context context) {
        entrant.badge().ifPresent(badge -> check(badge, context));
        context.attribute(ATTRIBUTE, this);
    }

    /** What goes through the door is looked at there again. */
    private static void check(Badge badge, Context context) {
        boolean looks = HandlerType.GET.equals(context.method()) || HandlerType.HEAD.equals(context.method());
        boolean may =
                switch (badge.role()) {
                    case OPERATOR -> true;
                    case VIEWER -> looks || isUnder(OF_ONESELF, context);
                    case SUBMITTER ->
                        isPage(context)
                                || isUnder(OF_OWN_JOBS, context)
                                || isUnder(OF_ONESELF, context)
                                || (looks && isUnder(OF_NO_JOB, context));
                    case WORKER -> false;
                };
        if (!may) {
            throw new Problem(
                    403,
                    Text.of("Not allowed"),
                    badge.role() == Role.WORKER
                            ? Text.of("The secret of a worker is for a worker only, and opens no page.")
                            : Text.of("You came in as %s, and who is no more than that may not do this.", badge));
        }
    }

    private static boolean isPage(Context context) {
        return !context.path().startsWith("/api/") && !context.path().equals("/metrics");
    }

    private static boolean isUnder(List<String> paths, Context context) {
        return paths.stream()
                .anyMatch(path -> context.path().equals(path) || context.path().startsWith(path + "/"));
    }

    /** For asking the grid in his place. */
    Origin origin() {
        return Origin.visitor(entrant, from);
    }

    /** The address at the other end of the connection; empty where it has none. */
    static Optional<InetAddress> addressOf(Context context) {
        return context.req().getRemoteAddr() == null
                ? Optional.empty()
                : Optional.of(new InetSocketAddress(context.req().getRemoteAddr(), 0))
                        .filter(address -> !address.isUnresolved())
                        .map(InetSocketAddress::getAddress);
    }
}
