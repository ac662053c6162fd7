package org.mutirao.master.face.http;

import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;

/**
 * One way in. The table of these is what the server serves and what the OpenAPI document says.
 *
 * @param path with {@code {names}} for its variable parts
 * @param summary one sentence
 * @param query the parameters it understands, each as {@code name: what it means}
 * @param answer what comes back when it went well
 * @param bodies what it takes, if anything; any one of them
 */
record Route(
        HandlerType method,
        String path,
        String summary,
        List<String> query,
        Answer answer,
        List<Body> bodies,
        Handler handler) {
    static final String JSON = "application/json";
    static final String FORM = "multipart/form-data";

    /**
     * A good answer.
     *
     * @param types records, of which JSON is made; one of them
     */
    record Answer(String mediaType, List<Type> types) {}

    /**
     * What comes with a request.
     *
     * @param fields of a form, each as {@code name: what it means}
     */
    record Body(String mediaType, List<String> fields) {}

    static Route get(String path, String summary, Handler handler, String... query) {
        return new Route(
                HandlerType.GET, path, summary, List.of(query), new Answer(JSON, List.of()), List.of(), handler);
    }

    static Route post(String path, String summary, Handler handler, String... query) {
        return new Route(
                HandlerType.POST, path, summary, List.of(query), new Answer(JSON, List.of()), List.of(), handler);
    }

    Route answering(String mediaType) {
        return new Route(method, path, summary, query, new Answer(mediaType, List.of()), bodies, handler);
    }

    /** JSON made of one of these records. */
    Route returning(Type... types) {
        return new Route(method, path, summary, query, new Answer(JSON, List.of(types)), bodies, handler);
    }

    /** One more kind of body. */
    Route taking(String mediaType, String... fields) {
        List<Body> more = new ArrayList<>(bodies);
        more.add(new Body(mediaType, List.of(fields)));
        return new Route(method, path, summary, query, answer, List.copyOf(more), handler);
    }
}
