package org.mutirao.master.face.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** A browser came to the page without the token: it gets a page that says what to do. */
final class SignInNeeded extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int UNAUTHORIZED = 401;

    /** Its form leads to this page only. */
    private static final String CONTENT_POLICY =
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    SignInNeeded() {
        super("The token is missing or wrong.");
    }

    void answer(Context context) throws IOException {
        try (InputStream page = SignInNeeded.class.getResourceAsStream("/dashboard/signin.html")) {
            context.status(UNAUTHORIZED);
            context.header("Content-Security-Policy", CONTENT_POLICY);
            context.contentType("text/html; charset=utf-8");
            String text = new String(page.readAllBytes(), StandardCharsets.UTF_8);
            context.result(text.replace("action=\"/\"", "action=\"" + context.path() + "\""));
        }
    }
}
