package org.mutirao.master.face.http;

import io.javalin.http.sse.SseClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.mutirao.master.watch.EventFeed;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.EventRow;

/** Events and how the grid stands, to browsers. */
final class LiveEvents {
    private static final int MAX_AT_ONCE = 50;
    private static final Duration PULSE = Duration.ofSeconds(5);
    /** A grid that hands out a thousand tasks a second still sends four messages a second to each browser. */
    static final Duration REST = Duration.ofMillis(250);

    private final EventFeed feed;
    private final Supplier<Map<String, Object>> status;

    /**
     * Has no readers yet.
     *
     * @param status what every message carries
     */
    public LiveEvents(EventFeed feed, Supplier<Map<String, Object>> status) {
        this.feed = feed;
        this.status = status;
    }

    void writeTo(SseClient client) throws InterruptedException {
        long known = feed.lastId();
        while (!client.terminated()) {
            List<EventRow> events = feed.after(known, MAX_AT_ONCE);
            known = feed.lastId();
            Map<String, Object> message = new LinkedHashMap<>(status.get());
            message.put("events", events);
            client.sendEvent("state", Json.write(message));
            Thread.sleep(REST.toMillis());
            feed.await(known, PULSE);
        }
    }
}
