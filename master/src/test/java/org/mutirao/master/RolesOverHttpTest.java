package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.dialect.OwnDialect;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.room.Role;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.protocol.wire.RoomPass;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.protocol.wire.WireClient;

/** What people with a code of their own see and do over real HTTP. */
class RolesOverHttpTest extends OverHttp {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String TOKEN = "a-token-for-the-operator";

    private final RoomSecret room = SharedRoom.SECRET;

    @BeforeEach
    void startWithAKey() throws IOException {
        master.close();
        master = TestMaster.in(folder)
                .room(room)
                .http(new HostPort("127.0.0.1", 0), Optional.of(TOKEN))
                .start();
        master.openHttp();
    }

    private Reply ask(Request request) throws IOException, InterruptedException {
        try (WireClient client = new WireClient(1, Spool.none(), RoomPass.of(Optional.of(room)))) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), master.port());
            return client.ask(new WireClient.Endpoint(address, new OwnDialect(), true), request, TIMEOUT);
        }
    }

    private String issue(Role role) throws IOException, InterruptedException {
        Reply.BadgeState issued =
                assertInstanceOf(Reply.BadgeState.class, ask(new AccessRequest.IssueBadge(role, "Ana")));
        return room.ofBadge(new Badge(role, issued.badge().serial()), issued.grid())
                .words();
    }

    private HttpResponse<String> signIn(String code) throws IOException, InterruptedException {
        byte[] form = ("code=" + URLEncoder.encode(code, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
        return post(
                "/sign-in?to=/",
                form,
                "Content-Type",
                "application/x-www-form-urlencoded",
                "Origin",
                "http://127.0.0.1:" + master.httpPort());
    }

    private static String[] bearer(String code) {
        return new String[] {"Authorization", "Bearer " + code};
    }

    private static String[] changing(String code) {
        return new String[] {"Authorization", "Bearer " + code, "X-Mutirao", "1"};
    }

    @Test
    void aCodeSignsInAndTheBrowserKeepsNoSecret() throws Exception {
        String code = issue(Role.VIEWER);
        HttpResponse<String> entered = signIn(code);
        assertEquals(303, entered.statusCode(), entered::body);
        String cookie = entered.headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), cookie);
        assertFalse(cookie.contains(code), "the code can't be read from it");
        String session = cookie.split(";", 2)[0];
        assertEquals(
                "{\"who\":\"viewer-1\",\"may\":[\"viewer\"]}",
                get("/api/whoami", "Cookie", session).body());
        assertEquals(200, get("/", "Cookie", session).statusCode());
        assertEquals(401, get("/api/whoami", "Cookie", session + "0").statusCode());
        ask(new AccessRequest.TakeBackBadge(1));
        assertEquals(401, get("/api/whoami", "Cookie", session).statusCode(), "taken back");
    }

    @Test
    void whatIsNoCodeGetsTheFormAgainAndIsSlowedDown() throws Exception {
        assertEquals(401, signIn("lusab-babad-gutih-tugad-mudof-sakat").statusCode());
        assertEquals(401, signIn("").statusCode());
        HttpResponse<String> own = signIn(room.words());
        assertEquals(401, own.statusCode());
        assertTrue(own.body().contains("the room's own secret"), own::body);
        for (int i = 0; i < 10; i++) {
            get("/api/jobs", bearer("wrong"));
        }
        assertEquals(429, get("/api/jobs", bearer("wrong")).statusCode());
        assertEquals(200, get("/api/jobs", bearer(TOKEN)).statusCode(), "the right one still gets in");
        HttpResponse<String> foreign = post(
                "/sign-in",
                "code=x".getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/x-www-form-urlencoded",
                "Origin",
                "http://evil.example");
        assertEquals(403, foreign.statusCode());
    }

    /** A program that guesses, as fast as it can. */
    @Test
    @Tag("slow")
    void aThousandTriesOfACodeOpenNothing() throws Exception {
        String code = issue(Role.VIEWER);
        long before = LimitsReached.here().times(Limit.PROOFS);
        Map<Integer, Integer> answers = new TreeMap<>();
        for (int batch = 0; batch < 10; batch++) {
            List<CompletableFuture<HttpResponse<Void>>> tries = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                String guess = RoomSecret.random(new SecureRandom()).words();
                tries.add(client.sendAsync(
                        to("/api/whoami").headers(bearer(guess)).build(), HttpResponse.BodyHandlers.discarding()));
            }
            for (CompletableFuture<HttpResponse<Void>> each : tries) {
                answers.merge(each.get().statusCode(), 1, Integer::sum);
            }
        }
        assertEquals(Set.of(401, 429), answers.keySet());
        assertEquals(1_000, answers.get(401) + answers.get(429));
        assertEquals(before + answers.get(429), LimitsReached.here().times(Limit.PROOFS));
        assertEquals(200, get("/api/whoami", bearer(code)).statusCode(), "the right one still gets in");
    }

    @Test
    void aSubmitterSeesHisOwnOnly() throws Exception {
        String ana = issue(Role.SUBMITTER);
        assertEquals(
                201, post("/api/tasks?name=of-ana.zip", PACKAGE, changing(ana)).statusCode());
        assertEquals(
                201,
                post("/api/tasks?name=of-the-teacher.zip", PACKAGE, changing(TOKEN))
                        .statusCode());
        for (String list :
                List.of("/api/jobs", "/api/jobs?sort=name", "/api/tasks", "/api/tasks?sort=name", "/api/events", "/")) {
            String seen = get(list, bearer(ana)).body();
            assertFalse(seen.contains("of-the-teacher"), list);
            assertTrue(seen.contains("of-ana") || list.equals("/api/events"), list + seen);
            assertTrue(get(list, bearer(TOKEN)).body().contains("of-the-teacher"), list);
        }
        for (String own : List.of(
                "/api/jobs/j1", "/api/tasks/1", "/api/tasks/1/explain", "/api/jobs/j1/tasks", "/api/tasks/1/package")) {
            assertEquals(200, get(own, bearer(ana)).statusCode(), own);
        }
        assertTrue(post("/api/tasks/cancel", new byte[0], changing(ana)).body().startsWith("{\"count\":1,"));
        assertTrue(get("/api/tasks/2", bearer(TOKEN)).body().contains("queued"));
        for (String other : List.of("/api/channel", "/api/servers", "/api/rejected", "/metrics")) {
            assertEquals(403, get(other, bearer(ana)).statusCode(), other);
        }
        for (String change : List.of("/api/retry-failed", "/api/room/w/forget", "/api/workers/w/drain")) {
            assertEquals(403, post(change, new byte[0], changing(ana)).statusCode(), change);
        }
        String page = get("/", bearer(ana)).body();
        assertTrue(
                page.contains(
                        "\"me\":{\"who\":\"submitter-1\",\"role\":\"submitter\",\"number\":1,\"holder\":\"Ana\"}"),
                page);
        String operators = get("/", bearer(TOKEN)).body();
        assertTrue(operators.contains("\"me\":{\"who\":\"secret\",\"role\":null"), operators);
    }

    /** Also those that will be added: each that names a job or a task. */
    @Test
    void noRouteToAnothersJobLeadsASubmitterThere() throws Exception {
        String ana = issue(Role.SUBMITTER);
        post("/api/tasks?name=of-the-teacher.zip", PACKAGE, changing(TOKEN));
        JsonNode paths = Json.mapper()
                .readTree(get("/openapi.json", bearer(TOKEN)).body())
                .path("paths");
        int asked = 0;
        for (Map.Entry<String, JsonNode> each : paths.properties()) {
            boolean isOfJob = each.getKey().startsWith("/api/jobs/{id}");
            if (!isOfJob && !each.getKey().startsWith("/api/tasks/{id}")) {
                continue;
            }
            String path = each.getKey().replace("{id}", isOfJob ? "j1" : "1");
            HttpResponse<String> answer =
                    each.getValue().has("post") ? post(path, new byte[0], changing(ana)) : get(path, bearer(ana));
            assertEquals(404, answer.statusCode(), path + ": " + answer.body());
            asked++;
        }
        assertTrue(asked > 15, "the routes are called otherwise now");
        assertTrue(get("/api/tasks/1", bearer(TOKEN)).body().contains("queued"));
    }

    @Test
    void aViewerChangesNothingAndAWorkersSecretOpensNothing() throws Exception {
        String viewer = issue(Role.VIEWER);
        String worker = issue(Role.WORKER);
        post("/api/tasks?name=x.zip", PACKAGE, changing(TOKEN));
        for (String path : List.of("/api/jobs", "/api/tasks/1", "/api/servers", "/api/channel", "/")) {
            assertEquals(200, get(path, bearer(viewer)).statusCode(), path);
            assertEquals(403, get(path, bearer(worker)).statusCode(), path);
        }
        for (String path :
                List.of("/api/tasks/1/cancel", "/api/tasks?name=y.zip", "/api/room/w/forget", "/api/workers/w/drain")) {
            assertEquals(403, post(path, PACKAGE, changing(viewer)).statusCode(), path);
            assertEquals(403, post(path, PACKAGE, changing(worker)).statusCode(), path);
        }
        String operator = issue(Role.OPERATOR);
        assertEquals(
                200,
                post("/api/tasks/1/cancel", new byte[0], changing(operator)).statusCode());
        assertTrue(ask(new AccessRequest.ListNotes(0, 100)) instanceof Reply.NoteList notes
                && notes.notes().stream()
                        .anyMatch(note -> note.who().equals("operator-3")
                                && note.what().equals("CANCEL_TASK")
                                && note.from().equals("127.0.0.1")));
    }
}
