package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.dialect.OwnDialect;
import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.room.Role;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.protocol.wire.RoomPass;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.protocol.wire.WireClient;

/** Who did what, and who has a badge, over real HTTP at a master with a key. */
class HttpAccessTest extends OverHttp {
    private static final String TOKEN = "the-token-of-this-test";

    private final RoomSecret room = SharedRoom.SECRET;

    @Override
    Master startMaster(String host, Optional<String> token) throws IOException {
        Master started = TestMaster.in(folder)
                .openRoom(room)
                .http(new HostPort(host, 0), Optional.of(TOKEN))
                .start();
        started.openHttp();
        return started;
    }

    private HttpResponse<String> look(String path) throws IOException, InterruptedException {
        return get(path, "Authorization", "Bearer " + TOKEN);
    }

    private HttpResponse<String> act(String path, byte[] body) throws IOException, InterruptedException {
        return post(path, body, "Authorization", "Bearer " + TOKEN, "X-Mutirao", "1");
    }

    private void issue(Role role, String holder) throws IOException, InterruptedException {
        try (WireClient client = new WireClient(1, Spool.none(), RoomPass.of(Optional.of(room)))) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), master.port());
            Reply reply = client.ask(
                    new WireClient.Endpoint(address, new OwnDialect(), true),
                    new AccessRequest.IssueBadge(role, holder),
                    Duration.ofSeconds(20));
            assertTrue(reply instanceof Reply.BadgeState, reply.toString());
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> rows(HttpResponse<String> answer, String name) throws IOException {
        assertEquals(200, answer.statusCode(), answer.body());
        return (List<Map<String, Object>>) json(answer).get(name);
    }

    private List<Object> numbers(String query) throws IOException, InterruptedException {
        return rows(look("/api/audit" + query), "notes").stream()
                .map(note -> note.get("number"))
                .toList();
    }

    @Test
    void whatWasDoneIsToldTheNewestFirst() throws Exception {
        for (int i = 1; i <= 3; i++) {
            assertEquals(201, act("/api/tasks?name=job" + i + ".zip", PACKAGE).statusCode());
        }
        act("/api/jobs/2/cancel", new byte[0]);
        List<Map<String, Object>> notes = rows(look("/api/audit"), "notes");
        assertEquals(
                List.of(
                        "CANCEL_JOBS j2",
                        "SUBMIT_TASK j3 job3.zip",
                        "SUBMIT_TASK j2 job2.zip",
                        "SUBMIT_TASK j1 job1.zip"),
                notes.stream()
                        .map(note -> note.get("what") + " " + note.get("about"))
                        .toList());
        assertEquals(List.of(4, 3), numbers("?limit=2"));
        assertEquals(true, json(look("/api/audit?limit=2")).get("more"));
        assertEquals(List.of(2, 1), numbers("?before=3&limit=2"));
        assertEquals(false, json(look("/api/audit?before=3&limit=2")).get("more"));
        assertEquals(List.of(), numbers("?before=1"));
        assertEquals(List.of(2, 3), numbers("?after=1&limit=2"));
        assertEquals(List.of(), numbers("?after=4"));
        assertEquals(400, look("/api/audit?limit=1001").statusCode());
        assertEquals(400, look("/api/audit?after=yesterday").statusCode());
        assertEquals(401, get("/api/audit").statusCode());
    }

    @Test
    void badgesAreListedAndTakenBack() throws Exception {
        assertEquals(List.of(), rows(look("/api/badges"), "badges"));
        issue(Role.SUBMITTER, "Ana");
        issue(Role.WORKER, "pc7");
        HttpResponse<String> taken = act("/api/badges/1/revoke", new byte[0]);
        assertEquals(200, taken.statusCode(), taken.body());
        List<Map<String, Object>> badges = rows(look("/api/badges"), "badges");
        assertEquals(
                List.of("1 submitter Ana true", "2 worker pc7 false"),
                badges.stream()
                        .map(badge -> badge.get("serial") + " " + badge.get("role") + " " + badge.get("holder") + " "
                                + (badge.get("taken_back_at") != null))
                        .toList());
        assertEquals(
                "TAKE_BACK_BADGE submitter-1 Ana",
                rows(look("/api/audit?limit=1"), "notes").stream()
                        .map(note -> note.get("what") + " " + note.get("about"))
                        .findFirst()
                        .orElse(""));
        assertEquals(404, act("/api/badges/3/revoke", new byte[0]).statusCode());
        assertEquals(404, act("/api/badges/0/revoke", new byte[0]).statusCode());
        assertEquals(401, change("/api/badges/2/revoke").statusCode());
    }

    /** The page says in a room without one that everybody may do everything. */
    @Test
    void theStatusSaysWhetherTheRoomHasAKey() throws Exception {
        assertEquals(true, masters(look("/api/status")).get("keyed"));
        master.close();
        master = super.startMaster("127.0.0.1", Optional.empty());
        assertEquals(false, masters(get("/api/status")).get("keyed"));
    }

    private static Map<?, ?> masters(HttpResponse<String> status) throws IOException {
        return (Map<?, ?>) json(status).get("masters");
    }
}
