package org.mutirao.master.face.http;

import io.javalin.http.sse.SseClient;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.mutirao.master.watch.EventFeed;
import org.mutirao.master.watch.Scope;
import org.mutirao.master.watch.TaskBoard;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.EventRow;

/** Events and how the grid stands, to browsers. */
final class LiveEvents {
    private static final int MAX_AT_ONCE = 50;
    private static final Duration PULSE = Duration.ofSeconds(5);
    /** A grid that hands out a thousand tasks a second still sends four messages a second to each browser. */
    static final Duration REST = Duration.ofMillis(250);

    private final EventFeed feed;
    private final TaskBoard board;
    private final Supplier<?> status;

    /**
     * Has no readers yet.
     *
     * @param board knows whose job an event is about
     * @param status what every message carries
     */
    public LiveEvents(EventFeed feed, TaskBoard board, Supplier<?> status) {
        this.feed = feed;
        this.board = board;
        this.status = status;
    }

    /** The status, and one field more. */
    private static String message(Object now, List<EventRow> events) {
        String text = Json.write(now);
        return text.substring(0, text.length() - 1) + ",\"events\":" + Json.write(events) + "}";
    }

    void writeTo(SseClient client) throws InterruptedException {
        Scope scope = Visitor.of(client.ctx()).scope();
        long known = feed.lastId();
        while (!client.terminated()) {
            List<EventRow> events = board.among(scope, feed.after(known, MAX_AT_ONCE));
            known = feed.lastId();
            client.sendEvent("state", message(status.get(), events));
            Thread.sleep(REST.toMillis());
            feed.await(known, PULSE);
        }
    }
}
