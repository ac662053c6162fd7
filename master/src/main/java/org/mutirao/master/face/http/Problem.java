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

    /**
     * Makes one.
     *
     * @param status of HTTP
     * @param title the same for all of its kind
     * @param detail what is wrong here, and what to do
     */
    Problem(int status, String title, String detail) {
        super(detail);
        this.status = status;
        this.title = title;
    }

    static Problem of(Reply.Failure failure) {
        return switch (failure.refusal()) {
            case BAD_REQUEST -> new Problem(422, Text.of("Not acceptable"), failure.message());
            case NOT_FOUND -> new Problem(404, Text.of("Not found"), failure.message());
            case CONFLICT, NOT_LEASED, REGISTER_AGAIN, ID_IN_USE ->
                new Problem(409, Text.of("Not possible now"), failure.message());
            case TRY_LATER -> new Problem(503, Text.of("Try again later"), failure.message());
        };
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
