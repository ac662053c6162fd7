package org.mutirao.master.face.http;

import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.util.List;

/**
 * One way in. The table of these is what the server serves and what the OpenAPI document says.
 *
 * @param path with {@code {names}} for its variable parts
 * @param summary one sentence
 * @param query the parameters it understands, each as {@code name: what it means}
 * @param answer media type of a good answer
 */
record Route(HandlerType method, String path, String summary, List<String> query, String answer, Handler handler) {
    static final String JSON = "application/json";

    static Route get(String path, String summary, Handler handler, String... query) {
        return new Route(HandlerType.GET, path, summary, List.of(query), JSON, handler);
    }

    static Route post(String path, String summary, Handler handler, String... query) {
        return new Route(HandlerType.POST, path, summary, List.of(query), JSON, handler);
    }

    Route answering(String mediaType) {
        return new Route(method, path, summary, query, mediaType, handler);
    }
}
