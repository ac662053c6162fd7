package org.mutirao.master.face.http;

import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;

/** Who did what, and who has a badge, by HTTP. Nobody gets one here: its secret is made from the room's, which no browser knows. */
final class AccessApi {
    private static final int MAX_NOTES = 1000;

    private final Asking asking;

    AccessApi(Asking asking) {
        this.asking = asking;
    }

    /** The table of routes. */
    List<Route> routes() {
        return List.of(
                Route.get(
                                "/api/audit",
                                "Who did what, the newest first; with 'after' the oldest first.",
                                this::notes,
                                Param.number("after", "only notes with a higher number, the oldest first"),
                                Param.number("before", "only notes with a lower number"),
                                Param.limit(MAX_NOTES))
                        .returning(Reply.NoteList.class),
                Route.get("/api/badges", "The badges that were given to persons and machines.", context -> {
                            Api.json(context, asking.ask(context, new AccessRequest.ListBadges()));
                        })
                        .returning(Reply.BadgeList.class),
                Route.post(
                                "/api/badges/{id}/revoke",
                                "Takes a badge back: nobody gets in with it any more.",
                                context -> {
                                    Api.json(
                                            context,
                                            asking.ask(context, new AccessRequest.TakeBackBadge(serial(context))));
                                })
                        .returning(Reply.BadgeState.class));
    }

    private void notes(Context context) {
        int limit = Query.limit(context, MAX_NOTES);
        boolean isOldestFirst = Query.text(context, "after").isPresent();
        long before = Query.number(context, "before", Long.MAX_VALUE);
        Api.json(
                context,
                asking.ask(
                        context,
                        isOldestFirst
                                ? new AccessRequest.ListNotes(Math.max(0, Query.number(context, "after", 0)), limit)
                                : new AccessRequest.ListNotes(0, Optional.of(Math.max(1, before)), limit)));
    }

    private static int serial(Context context) {
        long serial = Query.number(context.pathParam("id"), "id");
        if (serial < 1 || serial > Integer.MAX_VALUE) {
            throw new Problem(404, Text.of("Not found"), Text.of("No badge has the number %d.", serial));
        }
        return (int) serial;
    }
}
