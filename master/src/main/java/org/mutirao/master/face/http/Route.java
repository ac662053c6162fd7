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
 * @param query the parameters it understands
 * @param answer what comes back when it went well
 * @param bodies what it takes, if anything; any one of them
 */
record Route(
        HandlerType method,
        String path,
        String summary,
        List<Param> query,
        Answer answer,
        List<Body> bodies,
        Handler handler) {
    private static final int OK = 200;
    private static final int CREATED = 201;
    static final String JSON = "application/json";
    static final String EVENTS = "text/event-stream";
    static final String FORM = "multipart/form-data";

    /**
     * A good answer.
     *
     * @param types records, of which JSON is made; one of them
     */
    record Answer(int status, String mediaType, List<Type> types) {}

    /**
     * What comes with a request.
     *
     * @param fields of a form or a JSON object; none where it is bytes
     */
    record Body(String mediaType, List<Param> fields) {}

    static Route get(String path, String summary, Handler handler, Param... query) {
        return new Route(
                HandlerType.GET, path, summary, List.of(query), new Answer(OK, JSON, List.of()), List.of(), handler);
    }

    static Route post(String path, String summary, Handler handler, Param... query) {
        return new Route(
                HandlerType.POST, path, summary, List.of(query), new Answer(OK, JSON, List.of()), List.of(), handler);
    }

    /** Something new is there when it went well. */
    Route creating() {
        Answer created = new Answer(CREATED, answer.mediaType(), answer.types());
        return new Route(method, path, summary, query, created, bodies, handler);
    }

    Route answering(String mediaType) {
        return new Route(
                method, path, summary, query, new Answer(answer.status(), mediaType, List.of()), bodies, handler);
    }

    /** JSON made of one of these records. */
    Route returning(Type... types) {
        return new Route(
                method, path, summary, query, new Answer(answer.status(), JSON, List.of(types)), bodies, handler);
    }

    /** One more kind of body. */
    Route taking(String mediaType, Param... fields) {
        List<Body> more = new ArrayList<>(bodies);
        more.add(new Body(mediaType, List.of(fields)));
        return new Route(method, path, summary, query, answer, List.copyOf(more), handler);
    }
}
