package org.mutirao.master.face.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.mutirao.protocol.text.Language;
import org.mutirao.protocol.text.Text;

/** A browser came to the page without the token: it gets a page that says what to do. */
final class SignInNeeded extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int UNAUTHORIZED = 401;

    /** Its form leads to this page only. */
    private static final String CONTENT_POLICY =
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    SignInNeeded() {
        super(Text.of("The token is missing or wrong."));
    }

    void answer(Context context) throws IOException {
        String file = languageOf(context) == Language.PORTUGUESE ? "signin_pt.html" : "signin.html";
        try (InputStream page = SignInNeeded.class.getResourceAsStream("/dashboard/" + file)) {
            context.status(UNAUTHORIZED);
            context.header("Content-Security-Policy", CONTENT_POLICY);
            context.header("Vary", "Accept-Language");
            // Else its form would come from no origin at all.
            context.header("Referrer-Policy", "same-origin");
            context.contentType("text/html; charset=utf-8");
            String text = new String(page.readAllBytes(), StandardCharsets.UTF_8);
            context.result(
                    text.replace("to=/", "to=" + (context.path().equals(HttpServer.DOCS) ? HttpServer.DOCS : "/")));
        }
    }

    /** In which language a browser's person reads. */
    static Language languageOf(Context context) {
        return readsPortuguese(context.header("Accept-Language")) ? Language.PORTUGUESE : Language.ENGLISH;
    }

    /** Whether a browser's person reads Portuguese rather than English. */
    static boolean readsPortuguese(String accepted) {
        try {
            List<Locale.LanguageRange> wanted = accepted == null ? List.of() : Locale.LanguageRange.parse(accepted);
            return "pt".equals(Locale.lookupTag(wanted, List.of("en", "pt")));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
