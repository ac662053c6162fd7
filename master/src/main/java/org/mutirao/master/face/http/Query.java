package org.mutirao.master.face.http;

import io.javalin.http.Context;
import java.util.Optional;

/** What stands behind the question mark, checked. */
final class Query {
    private Query() {}

    static Optional<String> text(Context context, String name) {
        return Optional.ofNullable(context.queryParam(name)).filter(text -> !text.isBlank());
    }

    static long number(Context context, String name, long otherwise) {
        String text = context.queryParam(name);
        return text == null ? otherwise : number(text, name);
    }

    static long number(String text, String name) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new Problem(400, "Bad parameter", "'" + name + "' is no whole number.");
        }
    }
}
