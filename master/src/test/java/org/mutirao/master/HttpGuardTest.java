package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who is let in by HTTP. */
class HttpGuardTest extends OverHttp {
    /** A page in the user's own browser must neither read nor change anything. */
    @Test
    void anotherSitesPageIsKeptOut() throws Exception {
        String own = "http://127.0.0.1:" + master.httpPort();
        assertEquals(421, get("/api/tasks", "Host", "evil.example").statusCode(), "a name made to mean this machine");
        assertEquals(403, get("/api/tasks", "Origin", "http://evil.example").statusCode());
        assertEquals(403, get("/api/tasks", "Origin", "null").statusCode());
        assertEquals(200, get("/api/tasks", "Origin", own).statusCode());
        assertEquals(403, post("/api/tasks?name=x.zip", PACKAGE).statusCode(), "a form can do that much");
        assertEquals(
                403,
                post("/api/tasks?name=x.zip", PACKAGE, "X-Mutirao", "1", "Origin", "http://evil.example")
                        .statusCode());
        assertEquals(
                201,
                post("/api/tasks?name=x.zip", PACKAGE, "X-Mutirao", "1", "Origin", own)
                        .statusCode());
        HttpResponse<String> page = get("/");
        assertTrue(
                page.headers().firstValue("Content-Security-Policy").orElse("").contains("script-src 'self'"));
        assertEquals(Optional.empty(), page.headers().firstValue("Access-Control-Allow-Origin"));
    }

    @Test
    void whereOthersCanReachItATokenIsNeeded() throws Exception {
        master.close();
        master = startMaster("0.0.0.0", Optional.empty());
        String url = master.dashboard().orElseThrow();
        String token = url.substring(url.indexOf("?token=") + "?token=".length());
        assertTrue(token.length() >= 32, url);
        assertEquals(401, get("/api/tasks").statusCode());
        HttpResponse<String> told = get("/");
        assertEquals(401, told.statusCode());
        assertTrue(told.body().contains("Code or token"), told.body());
        assertTrue(
                get("/", "Accept-Language", "pt-BR,pt;q=0.9,en;q=0.8").body().contains("Código ou token"),
                "in the language of the browser");
        assertTrue(get("/", "Accept-Language", "fr;q=\"").body().contains("Code or token"));
        assertEquals(200, get("/assets/signin.css").statusCode(), "the page looks right");
        assertTrue(get("/docs").body().contains("action=\"/sign-in?to=/docs\""), "back to where a person wanted to go");
        assertEquals(401, get("/openapi.json").statusCode());
        assertEquals(200, get("/docs?token=" + token).statusCode());
        assertEquals(401, get("/?code=0123456789abcdef").statusCode());
        assertEquals(401, get("/api/tasks", "Authorization", "Bearer wrong").statusCode());
        assertEquals(401, get("/api/tasks?token=" + token).statusCode(), "not in addresses that end in logs");
        assertEquals(200, get("/api/tasks", "Authorization", "Bearer " + token).statusCode());
        assertEquals(200, get("/health").statusCode());
        String cookie =
                get("/?token=" + token).headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), cookie);
        assertEquals(200, get("/api/tasks", "Cookie", cookie.split(";", 2)[0]).statusCode());
        master.close();
        master = startMaster("0.0.0.0", Optional.empty());
        assertEquals(200, get("/api/tasks", "Authorization", "Bearer " + token).statusCode(), "kept");
        master.close();
        master = startMaster("127.0.0.1", Optional.of("my own words"));
        assertEquals(401, get("/api/tasks").statusCode());
        assertEquals(
                200, get("/api/tasks", "Authorization", "Bearer my own words").statusCode());
    }
}
