package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.room.Role;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.testkit.Zips;

/** Three masters of a room with a key. */
@Tag("slow")
class GroupWithKeyTest extends KeyedGroupScene {
    private final HttpClient http = HttpClient.newHttpClient();

    @Override
    TestMaster prepared(int id, TestMaster master) {
        return super.prepared(id, master).http(new HostPort("127.0.0.1", 0), Optional.of("a-token"));
    }

    /** What a submitter hands in at a follower's page is his at the leader, and an operator's secret is not needed for it. */
    @Test
    void aPersonWithABadgeIsServedByAFollowerAsByTheLeader() throws Exception {
        startAll();
        Reply.BadgeState issued = (Reply.BadgeState) askLeader(3, new AccessRequest.IssueBadge(Role.SUBMITTER, "Ana"));
        Badge badge = new Badge(Role.SUBMITTER, issued.badge().serial());
        String code = secret.ofBadge(badge, issued.grid()).words();
        masters.get(1).openHttp();
        await("the badge at the follower")
                .atMost(LONG)
                .until(() -> page("/api/whoami", code, Optional.empty()).statusCode() == 200);
        HttpResponse<String> handedIn = await().atMost(LONG)
                .until(
                        () -> page("/api/tasks?name=of-ana.zip", code, Optional.of(PACKAGE)),
                        response -> response.statusCode() != 503);
        assertEquals(201, handedIn.statusCode(), handedIn::body);
        awaitTasks(3, 1);
        Reply.NoteList notes = (Reply.NoteList) askLeader(3, new AccessRequest.ListNotes(0, 10));
        assertEquals(
                List.of("submitter-" + badge.serial() + " j1 of-ana.zip"),
                notes.notes().stream()
                        .filter(note -> note.what().equals("SUBMIT_TASK"))
                        .map(note -> note.who() + " " + note.about())
                        .toList());
        await("her own job on the follower's page")
                .atMost(LONG)
                .until(() -> page("/", code, Optional.empty()).body(), body -> body.contains("of-ana"));
        assertTrue(page("/", code, Optional.empty()).body().contains("\"holder\":\"Ana\""));
        assertEquals(200, page("/api/room", code, Optional.empty()).statusCode());
        assertEquals(
                200, page("/api/tasks/1/cancel", code, Optional.of(new byte[0])).statusCode());
        assertEquals(403, page("/api/audit", code, Optional.empty()).statusCode());
    }

    private HttpResponse<String> page(String path, String code, Optional<byte[]> body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + masters.get(1).httpPort() + path))
                .headers("Authorization", "Bearer " + code, "X-Mutirao", "1");
        body.ifPresent(bytes -> request.POST(HttpRequest.BodyPublishers.ofByteArray(bytes)));
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void theyElectLoseTheLeaderAndGoOn() {
        startAll();
        Zips.drop(place(1).resolve("tasks"), "a.zip", PACKAGE);
        awaitTasks(3, 1);
        masters.get(3).close();
        awaitLeader(2);
        Zips.drop(place(1).resolve("tasks"), "b.zip", PACKAGE);
        awaitTasks(2, 2);
        start(3).join();
        awaitLeader(3);
        awaitTasks(3, 2);
    }
}
