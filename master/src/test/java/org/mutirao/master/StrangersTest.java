package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.room.RoomSecret;

/** What programs get that are no masters and speak as if they were, at a master that waits for its group. */
class StrangersTest extends GroupScene {
    private static final String GRID = "99999999-8888-7777-6666-555555555555";
    private static final String STORE = "{\"action\":\"STORE_BLOB\",\"grid_id\":\"" + GRID
            + "\",\"sha256\":\"ab29b2898ff1f542e2fc84d1fcaa38c5c9bf5e86f50e3486a59b5b23cc070ede\",\"blob_data\":\"YSBwYXJjZWw=\"}";
    private static final String FETCH = "{\"action\":\"FETCH_BLOB\",\"grid_id\":\"" + GRID
            + "\",\"sha256\":\"ab29b2898ff1f542e2fc84d1fcaa38c5c9bf5e86f50e3486a59b5b23cc070ede\",\"task_id\":0}";

    private Optional<RoomSecret> secret = Optional.empty();

    @Override
    TestMaster prepared(int id, TestMaster master) {
        return secret.map(master::room).orElse(master);
    }

    private String startAndAwait() throws IOException {
        start(1);
        await().atMost(LONG).until(() -> !say(1, "{\"action\":\"FIND_LEADER\"}").containsKey("broken"));
        return Files.readString(place(1).resolve("data").resolve("node")).strip();
    }

    private List<String> bindings(String node) {
        String card =
                "{\"version\":1,\"group\":\"default\",\"id\":%d,\"node\":\"%s\",\"priority\":1,\"election\":\"highest-priority\",\"size\":3,"
                        + "\"host\":\"127.0.0.1\",\"port\":1,\"engine_port\":1,\"rank\":0,\"applied\":0,\"ready\":false,\"missing\":0}";
        String members = "[" + String.format(card, 1, node) + "," + String.format(card, 2, "0123abcd") + ","
                + String.format(card, 3, "0123abce") + "]";
        return List.of(
                "{\"action\":\"ADMIT\",\"grid_id\":\"" + GRID + "\",\"node\":\"" + node + "\",\"rank\":4}",
                "{\"action\":\"FOUND_GROUP\",\"grid_id\":\"" + GRID + "\",\"begin\":false,\"members\":" + members + "}",
                "{\"action\":\"FOUND_GROUP\",\"grid_id\":\"" + GRID + "\",\"begin\":true,\"members\":" + members + "}");
    }

    private void assertRefused(String words) {
        Map<String, Object> reply = say(1, words);
        assertEquals("ERROR", reply.get("status"), words + " -> " + reply);
    }

    private void assertFree() {
        assertFalse(Files.exists(place(1).resolve("data").resolve("grid")), "it was bound to an invented grid");
    }

    @Test
    void withoutAKeyNobodyBindsAWaitingMasterToAGridThatHeInvented() throws Exception {
        String node = startAndAwait();
        bindings(node).forEach(this::assertRefused);
        assertRefused(STORE);
        assertRefused(FETCH);
        assertFree();
    }

    @Test
    void withAKeyNobodyOutsideIsObeyedInAnything() throws Exception {
        secret = Optional.of(RoomSecret.random(new SecureRandom()));
        String node = startAndAwait();
        bindings(node).forEach(this::assertRefused);
        assertRefused(STORE);
        assertRefused(FETCH);
        assertRefused("{\"action\":\"CHANGE_MASTERS\",\"change\":\"remove\",\"master\":\"1\"}");
        assertRefused("{\"action\":\"SET_CLOCK\",\"server\":\"master-1\",\"time_ms\":1700000000000}");
        assertFree();
    }
}
