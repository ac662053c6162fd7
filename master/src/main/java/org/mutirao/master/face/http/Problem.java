package org.mutirao.master.face.http;

import io.javalin.http.Context;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;

/** An answer that says no, and what to do: {@code application/problem+json}. */
final class Problem extends RuntimeException {
    static final String MEDIA_TYPE = "application/problem+json";
    private static final long serialVersionUID = 1;

    private final int status;
    private final String title;
    private final boolean isOfGrid;

    /**
     * Makes one.
     *
     * @param status of HTTP
     * @param title the same for all of its kind
     * @param detail what is wrong here, and what to do
     */
    Problem(int status, String title, String detail) {
        this(status, title, detail, false);
    }

    private Problem(int status, String title, String detail, boolean isOfGrid) {
        super(detail);
        this.status = status;
        this.title = title;
        this.isOfGrid = isOfGrid;
    }

    /** What the grid said to a request. */
    static Problem of(Reply.Failure failure) {
        return switch (failure.refusal()) {
            case BAD_REQUEST -> ofGrid(422, Text.of("Not acceptable"), failure);
            case NOT_FOUND -> ofGrid(404, Text.of("Not found"), failure);
            case CONFLICT, NOT_LEASED, REGISTER_AGAIN, ID_IN_USE -> ofGrid(409, Text.of("Not possible now"), failure);
            case NOT_ALLOWED -> ofGrid(403, Text.of("Not allowed"), failure);
            case TRY_LATER -> ofGrid(503, Text.of("Try again later"), failure);
        };
    }

    private static Problem ofGrid(int status, String title, Reply.Failure failure) {
        return new Problem(status, title, failure.message(), true);
    }

    /** As a sentence of its own. */
    static String sentence(String told) {
        return Character.toUpperCase(told.charAt(0)) + told.substring(1) + ".";
    }

    /** Whether the grid refused it, and not this way in. */
    boolean isOfGrid() {
        return isOfGrid;
    }

    /** Whether the same may be accepted at another time. */
    boolean isPassing() {
        return status >= 500 || status == 408;
    }

    /** As RFC 9457 has them. */
    record Fields(String type, String title, int status, String detail) {}

    Fields fields() {
        return new Fields("about:blank", title, status, getMessage());
    }

    void answer(Context context) {
        context.status(status);
        context.result(Json.write(fields()));
        context.contentType(MEDIA_TYPE);
    }
}
